/// Why a file could not be read, written or believed. Every case names the file.
package enum FileError: Error, Equatable, CustomStringConvertible {
    case notFound(path: String)
    case alreadyExists(path: String)
    /// A system call failed with `errno`.
    case io(operation: String, path: String, errno: Int32)
    case tooLarge(path: String, sizeBytes: Int, sizeBytesMax: Int)
    /// The content contradicts its digest or its format.
    case damaged(path: String, detail: String)
    /// Not `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
    case invalidName(name: String)

    /// What is in the way now and may not be later; nil: it failed for another reason.
    package var obstacle: Obstacle? {
        if case .io(_, _, let code) = self { Obstacle(errno: code) } else { nil }
    }

    /// ENOSPC or EDQUOT: 507 to a client.
    package var isDiskFull: Bool { obstacle == .full }

    /// EIO: the disk has failed to read or write.
    package var isDiskFailure: Bool {
        if case .io(_, _, EIO) = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .notFound(let path): "\(path) does not exist"
        case .alreadyExists(let path): "\(path) exists already"
        case .io(let operation, let path, let code): "cannot \(operation) \(path): \(errorText(code))"
        case .tooLarge(let path, let size, let limit): "\(path) has \(size) bytes, at most \(limit) are read"
        case .damaged(let path, let detail): "\(path) is damaged: \(detail)"
        case .invalidName(let name):
            "'\(name.prefix(80))' is not a valid name: letters, digits, '.', '_' and '-', at most 64, starting with a "
                + "letter or digit"
        }
    }
}
