import Store
import Synchronization
import System

/// Says who is at work in a data directory: any number of services, or one that mends it. The kernel lets go of the
/// lock with the process.
package final class DirectoryLock: Sendable {
    /// What the holder is about to do.
    package enum Use: Sendable {
        /// Serve, beside others that do.
        case service
        /// Change what services take for unchangeable.
        case care
    }

    private let file: Mutex<FileDescriptor>

    private init(holding file: consuming FileDescriptor) { self.file = Mutex(file) }

    /// Takes the lock of a directory that is there.
    ///
    /// - Throws: `DirectoryInUse`; `FileError`.
    package init(_ place: ServiceDirectory, for use: Use) throws {
        let file: FileDescriptor
        switch use {
        case .service: file = try Self.shared(place)
        case .care:
            file = try FileDescriptor.open(place.lock, O_RDWR | O_CREAT | O_NOFOLLOW)
            // A lock file can be deleted; the stores have locks of their own.
            let processes = SQLiteStore.living(path: place.database).compactMap { $0.split(separator: "-").last }
            guard file.tryLock(), processes.isEmpty else {
                throw DirectoryInUse(directory: place.root, by: .service, processes: processes.map(String.init))
            }
        }
        self.file = Mutex(file)
    }

    /// Takes a service's lock anew if its file was deleted or replaced: who came since would find none.
    ///
    /// - Returns: whether it had gone.
    /// - Throws: `DirectoryInUse` if somebody has begun to mend the directory meanwhile; `FileError`.
    package func restore(in place: ServiceDirectory) throws -> Bool {
        try file.withLock { file in
            guard try !file.isStill(at: place.lock) else { return false }
            file = try Self.shared(place)
            return true
        }
    }

    /// Takes the lock beside services, of a directory in which nothing is made; nil where nobody has ever locked it.
    ///
    /// - Throws: `DirectoryInUse`; `FileError`.
    static func reading(_ place: ServiceDirectory) throws -> DirectoryLock? {
        guard Files.exists(place.lock) else { return nil }
        return DirectoryLock(holding: try shared(place, O_RDONLY))
    }

    /// The lock as services hold it.
    private static func shared(_ place: ServiceDirectory, _ flags: Int32 = O_RDWR | O_CREAT) throws -> FileDescriptor {
        let file = try FileDescriptor.open(place.lock, flags | O_NOFOLLOW)
        guard file.tryLockShared() else { throw DirectoryInUse(directory: place.root, by: .care) }
        return file
    }

    /// Whether a service or somebody who mends it seems to be at work; nothing is made, and nothing is kept locked.
    package static func isInUse(_ place: ServiceDirectory) -> Bool {
        if !SQLiteStore.living(path: place.database).isEmpty { return true }
        guard let file = try? FileDescriptor.open(place.lock, O_RDONLY | O_NOFOLLOW) else { return false }
        return !file.tryLock()
    }
}

/// Others are at work in the data directory.
package struct DirectoryInUse: Error, CustomStringConvertible {
    /// The data directory.
    package let directory: String
    let by: DirectoryLock.Use
    var processes: [String] = []

    package var description: String {
        switch by {
        case .service:
            let ids = processes.isEmpty ? "" : " (process \(processes.joined(separator: ", ")))"
            return "a server or command is at work in \(directory)\(ids): stop it first"
        case .care:
            return "\(directory) is being mended or restored (rondo check, rondo restore): wait until that has ended"
        }
    }
}
