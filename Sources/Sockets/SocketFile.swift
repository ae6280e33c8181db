import System

/// The file by which clients find a Unix domain socket.
struct SocketFile: Sendable {
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Sets the mode of the file that `bind` just made.
    init(path: String, mode: UInt32) throws(SocketError) {
        _ = try systemCall("chmod \(path)") { chmod(path, mode_t(mode)) }
        var status = stat()
        _ = try systemCall("stat \(path)") { lstat(path, &status) }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Deletes the file, unless another server has put its own in its place.
    func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    /// Deletes the socket of a server that died. One that answers, or a file that is not a socket, stays.
    static func removeStale(_ address: SocketAddress) throws(SocketError) {
        var status = stat()
        guard lstat(address.host, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketError(operation: "\(address.host) exists and is not a socket", code: 0)
        }
        let probe = try FileDescriptor.streamSocket(family: AF_UNIX)
        let raw = probe.raw
        switch systemCall({ address.withSocketAddress { connect(raw, $0, $1) } }) {
        case .failure(ECONNREFUSED): unlink(address.host)
        case .value, .wouldBlock: throw SocketError(operation: "a server is listening on \(address)", code: 0)
        case .failure(let code): throw SocketError(operation: "connect \(address)", code: code)
        }
    }
}
