import Synchronization
import System

/// Tells the service manager that started the process how it is doing: a datagram to the socket that `NOTIFY_SOCKET`
/// names, in the words of sd_notify(3). Without one nothing happens.
final class ServiceManager: Sendable {
    private let path: String?
    /// Between two signs of life; nil where none is wanted.
    private let interval: Duration?
    private let watching = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter environment: of the process: `NOTIFY_SOCKET`, and `WATCHDOG_USEC` and `WATCHDOG_PID` where the
    ///   manager wants to hear again and again that the process is alive.
    init(_ environment: [String: String]) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        path = name.hasPrefix("/") || name.hasPrefix("@") ? name : nil
        let isOwn = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int.init) ?? 0
        // Twice as often as is asked for, as the manual advises.
        interval = path != nil && isOwn && microseconds > 0 ? .microseconds(max(1000, microseconds / 2)) : nil
    }

    /// The server takes requests. From now on the manager hears that the process is alive: that the threads which
    /// answer requests still take turns.
    func ready(_ status: String) {
        tell("READY=1\nSTATUS=\(status)")
        guard let interval else { return }
        watching.withLock { task in
            task = Task { [weak self] in
                while !Task.isCancelled {
                    self?.tell("WATCHDOG=1")
                    try? await Task.sleep(for: interval)
                }
            }
        }
    }

    deinit { watching.withLock { $0?.cancel() } }

    /// The server takes no more requests.
    func stopping() { tell("STOPPING=1\nSTATUS=stopping: requests under way end, the running job saves a checkpoint") }

    /// What cannot be sent is the manager's loss.
    private func tell(_ text: String) {
        guard let path else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        // A name that begins with @ is one of the abstract namespace, where it begins with 0 (unix(7)).
        if bytes.first == UInt8(ascii: "@") { address.sun_path.0 = 0 }
        let size = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { socklen_t($0 + bytes.count) } ?? 0
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let message = Array(text.utf8)
        withUnsafePointer(to: &address) { pointer in
            // SAFETY: a sockaddr_un is read as the sockaddr that it begins like, up to `size` bytes of it.
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, size)
            }
        }
    }
}
