/// An open file or directory under an exclusive `flock`, which says to cleaners of any process: somebody is at work
/// here. The kernel drops the lock with the process, so what is unlocked and unfinished is a leftover.
package struct LockedDescriptor: ~Copyable {
    /// The open file.
    package let descriptor: FileDescriptor
    /// Its name when it was locked.
    package let path: String

    /// Locks an open descriptor; nil when a cleaner deleted its file in the meantime. Takes the descriptor over in any
    /// case.
    ///
    /// - Throws: `FileError.io`.
    package init?(locking descriptor: consuming FileDescriptor, path: String) throws(FileError) {
        try descriptor.lock(path)
        guard try descriptor.status(path).st_nlink > 0 else { return nil }
        self.descriptor = descriptor
        self.path = path
    }

    /// Makes a directory for work under way, for its user only, and locks it.
    ///
    /// - Parameter path: to which an ending is added that no other has.
    /// - Throws: `FileError.notFound`, `io`.
    package static func makeDirectory(_ path: String) throws(FileError) -> LockedDescriptor {
        while true {
            let path = path + "." + Files.temporarySuffix()
            try fileCall("make directory", path) { mkdir(path, 0o700) }
            do throws(FileError) {
                let descriptor = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
                if let locked = try LockedDescriptor(locking: descriptor, path: path) { return locked }
            } catch .notFound {
                // A cleaner took it before it was locked.
            }
        }
    }

    /// Whether nobody is at work in the file or directory at `path`; false also where it cannot be opened.
    package static func isAbandoned(_ path: String) -> Bool {
        guard let descriptor = try? FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
        return descriptor.tryLock()
    }

    /// Deletes the file or directory at `path` unless somebody is at work in it.
    ///
    /// - Throws: `FileError.io`.
    package static func removeIfAbandoned(_ path: String) throws(FileError) {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        switch systemCall({ open(path, flags) }) {
        case .value(let raw):
            let descriptor = FileDescriptor(owning: Int32(raw))
            if descriptor.tryLock() { try Files.removeTree(path) }
        case .failure(ELOOP): try Files.removeTree(path)  // a symbolic link is nobody's work in progress
        case .failure, .wouldBlock: break  // what just vanished needs no cleaning
        }
    }
}
