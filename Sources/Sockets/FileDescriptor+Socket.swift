import System

/// What sockets need of a descriptor.
extension FileDescriptor {
    /// A new non-blocking stream socket that is not inherited by child processes.
    static func streamSocket(family: Int32) throws(SocketError) -> FileDescriptor {
        let type = Int32(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec
        return FileDescriptor(owning: Int32(try systemCall("socket") { socket(family, type, 0) }))
    }

    private static var nonBlocking: Int32 { Int32(SOCK_NONBLOCK.rawValue) }
    private static var closeOnExec: Int32 { Int32(SOCK_CLOEXEC.rawValue) }
    /// A write to a connection the client has closed gives EPIPE, not SIGPIPE.
    static var noSignal: Int32 { Int32(MSG_NOSIGNAL) }

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
}
