import System

/// Says which runner instances are alive, so that a job is rescued exactly when its runner is gone.
///
/// Each open store holds an exclusive `flock` on a file of its own, `<store>.runners/<instance>`. The kernel drops the
/// lock when the process ends, however it ends, and nothing else does: no heartbeat, no clock, no reuse of process ids.
/// Who finds the lock free (or no file) knows that the runner is dead. The directory must be on a local file system, as
/// SQLite's WAL must.
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

    // MARK: Notes

    /// The longest note, in bytes.
    private static let noteBytesMax = 4096

    /// Keeps a text in this instance's file, for whoever finds it when the process has ended without `note("")`.
    /// Synced.
    func note(_ text: String) throws(StoreError) {
        let bytes = Array(text.utf8.prefix(Self.noteBytesMax))
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard written == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0, fsync(descriptor) == 0 else {
            throw .file(operation: "write", path: directory + "/" + instance, code: errno)
        }
    }

    /// The notes of dead instances, each answered once: to one caller, who finds its file locked by nobody.
    func takeNotes() -> [(instance: String, note: String)] {
        var notes: [(instance: String, note: String)] = []
        for name in otherInstances() {
            let descriptor = open(directory + "/" + name, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.sizeBytes(descriptor) > 0 else { continue }
            var bytes = [UInt8](repeating: 0, count: Self.noteBytesMax)
            let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0, ftruncate(descriptor, 0) == 0 else { continue }
            notes.append((name, String(decoding: bytes[..<count], as: UTF8.self)))
        }
        return notes
    }

    // MARK: -

    /// Deletes the files of dead instances that own nothing any more and left no note.
    func removeDead(keeping runners: Set<String>) {
        for name in otherInstances() where !runners.contains(name) {
            let descriptor = open(directory + "/" + name, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            // Unlinked only while locked: a new instance in the middle of its start notices.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.sizeBytes(descriptor) == 0 {
                unlink(directory + "/" + name)
            }
        }
    }

    private func otherInstances() -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix("."), name != instance { names.append(name) }
        }
        return names
    }

    /// -1 if it is not known.
    private static func sizeBytes(_ descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : -1
    }

    private static func isLinked(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink > 0
    }
}
