import SequenceService
import System

/// Socket activation: listening sockets that systemd, or a program that speaks its protocol, opened for us
/// (sd_listen_fds(3)).
enum InheritedSockets {
    private static let firstDescriptor: Int32 = 3
    private static let countMax: Int32 = 64

    /// The descriptors handed to this process; none if LISTEN_PID names another one, whose variables we only inherited.
    static func descriptors(_ environment: [String: String]) throws(ConfigurationError) -> [Int32] {
        guard let process = environment["LISTEN_PID"], let count = environment["LISTEN_FDS"] else { return [] }
        guard pid_t(process) == getpid() else { return [] }
        guard let number = Int32(count), (1...countMax).contains(number) else {
            throw ConfigurationError(description: "LISTEN_FDS must be a number from 1 to \(countMax), not \"\(count)\"")
        }
        return (0..<number).map { firstDescriptor + $0 }
    }
}
