#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open file or directory under an exclusive `flock`, which says to cleaners of any process: somebody is at work
/// here. The kernel drops the lock with the process, so what is unlocked and unfinished is a leftover.
struct LockedDescriptor: ~Copyable {
    let number: Int32
    let path: String

    /// Locks an open descriptor; nil when a cleaner deleted its file in the meantime. Takes the descriptor over in any
    /// case.
    init?(locking number: Int32, path: String) throws(FileError) {
        var status = stat()
        do throws(FileError) {
            try SystemCall.run("lock", path) { flock(number, LOCK_EX) }
            try SystemCall.run("look at", path) { fstat(number, &status) }
        } catch {
            close(number)
            throw error
        }
        guard status.st_nlink > 0 else {
            close(number)
            return nil
        }
        self.number = number
        self.path = path
    }

    deinit { close(number) }

    /// Deletes the file or directory at `path` unless somebody is at work in it.
    static func removeIfAbandoned(_ path: String) throws(FileError) {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else {
            // A symbolic link is nobody's work in progress; what just vanished needs no cleaning.
            if errno == ELOOP { try SystemCall.removeTree(path) }
            return
        }
        defer { close(number) }
        if flock(number, LOCK_EX | LOCK_NB) == 0 { try SystemCall.removeTree(path) }
    }
}
