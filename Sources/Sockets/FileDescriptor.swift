import Glibc
import System

/// Owns an open descriptor; the end of its life closes it, exactly once.
struct FileDescriptor: ~Copyable {
    /// For system calls during the owner's life only.
    let raw: Int32

    /// Takes ownership of `raw`.
    init(owning raw: Int32) { self.raw = raw }

    /// A new non-blocking stream socket that is not inherited by child processes.
    static func streamSocket(family: Int32) throws(SocketError) -> FileDescriptor {
        let type = Int32(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec
        return FileDescriptor(owning: Int32(try systemCall("socket") { socket(family, type, 0) }))
    }

    private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
    /// A write to a connection the client has closed gives EPIPE, not SIGPIPE.
    static let noSignal = Int32(MSG_NOSIGNAL)

    /// For sockets that somebody else opened.
    func setNonBlockingAndCloseOnExec() {
        _ = systemCall { fcntl(raw, F_SETFL, O_RDWR | O_NONBLOCK) }
        _ = systemCall { fcntl(raw, F_SETFD, FD_CLOEXEC) }
    }

    /// Sets an integer option; failures of options are reported to the caller.
    func setOption(_ level: Int32, _ name: Int32, _ value: Int32) throws(SocketError) {
        var value = value
        _ = try systemCall("setsockopt \(name)") {
            setsockopt(raw, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Makes the close a reset, which frees what the kernel still holds for the other side.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        // Best effort: without it the close is an orderly one.
        _ = systemCall { setsockopt(raw, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size)) }
    }

    deinit {
        // On Linux the descriptor is gone even after EINTR; a retry could close another's.
        _ = close(raw)
    }
}
