import System

/// The files of a database as they were when it was opened. SQLite goes on in files that have lost their names, and
/// what is written there ends with the process.
struct OpenedFiles: Sendable {
    /// What became of a file.
    enum Loss: Equatable {
        /// It was deleted. For the file itself: its directory is the one that it was in.
        case databaseDeleted, logDeleted
        /// Another file or directory has its name.
        case replaced(String)
        /// The directory is not there. It may come back, as one does whose disk was away.
        case away(String)
    }

    private struct Identity: Equatable, Sendable {
        let device, inode: UInt64

        init?(_ path: String) {
            guard let status = try? Files.status(path) else { return nil }
            (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
        }
    }

    private let path: String
    private let directory, database, log: Identity?

    /// Notes what is there now.
    init(_ path: String) {
        self.path = path
        directory = Identity(Self.entered(path))
        database = Identity(path)
        log = Identity(path + "-wal")
    }

    /// The directory of a file, whose name may be a link.
    private static func entered(_ path: String) -> String { Files.parent(of: path) + "/." }

    /// What is not as it was; nil: all is.
    func loss() -> Loss? {
        let place = Files.parent(of: path), directory = Identity(Self.entered(path))
        guard directory == self.directory else { return directory == nil ? .away(place) : .replaced(place) }
        let database = Identity(path), log = Identity(path + "-wal")
        if database != self.database { return database == nil ? .databaseDeleted : .replaced(path) }
        guard self.log != nil, log != self.log else { return nil }
        return log == nil ? .logDeleted : .replaced(path + "-wal")
    }
}
