#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Says which runner instances are alive, so that a job is rescued exactly when its owner is gone.
///
/// Each open store holds an exclusive `flock` on a file of its own, `<store>.runners/<instance>`. The kernel drops the lock when
/// the process ends, however it ends, and nothing else does: no heartbeat, no clock, no reuse of process ids. Who finds the
/// lock free (or no file) knows that the owner is dead. The directory must be on a local file system, as SQLite's WAL must.
final class RunnerLease: Sendable {
    let instance: String
    private let directory: String
    private let descriptor: Int32

    /// Makes and locks this instance's file.
    init(directory: String) throws(StoreError) {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw .file(operation: "make directory", path: directory, code: errno)
        }
        self.directory = directory
        while true {
            let instance = String(UInt64.random(in: 0...UInt64.max), radix: 16) + "-" + String(getpid())
            let path = directory + "/" + instance
            let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .file(operation: "create", path: path, code: errno) }
            guard flock(descriptor, LOCK_EX) == 0 else {
                let code = errno
                close(descriptor)
                throw .file(operation: "lock", path: path, code: code)
            }
            // Between creation and lock a cleaner may have taken the file for a dead one's: then it is unlinked.
            if Self.isLinked(descriptor) {
                self.instance = instance
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        unlink(directory + "/" + instance)
        close(descriptor)
    }

    /// Whether the process of an instance may still be running. An unreadable lock counts as alive: rescuing twice
    /// would be worse than late.
    func isAlive(_ instance: String) -> Bool {
        if instance == self.instance { return true }
        let descriptor = open(directory + "/" + instance, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno != ENOENT }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    /// Deletes the files of dead instances that own nothing any more.
    func removeDead(keeping owners: Set<String>) {
        guard let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix("."), name != instance, !owners.contains(name) else { continue }
            let descriptor = open(directory + "/" + name, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            // Unlinked only while locked: a new instance in the middle of its start notices.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(directory + "/" + name) }
            close(descriptor)
        }
    }

    private static func isLinked(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink > 0
    }
}
