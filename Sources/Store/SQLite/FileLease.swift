import Synchronization
import System

/// A lease that lasts as long as its process, by a lock of the kernel.
///
/// Each open store holds an exclusive `flock` on a file of its own, `<store>.runners/<instance>`. The kernel drops the
/// lock when the process ends, however it ends, and nothing else does: no heartbeat, no clock, no reuse of process ids.
/// Who finds the lock free (or no file) knows that the runner is dead. The directory must be on a local file system, as
/// SQLite's WAL must.
final class FileLease: RunnerLease {
    let instance: String
    private let directory: String
    private let path: String
    private let file: Mutex<LockedDescriptor>
    private let text = Mutex("")

    /// Makes and locks this instance's file.
    ///
    /// - Throws: `StoreError.file`.
    init(directory: String) throws(StoreError) {
        do throws(FileError) {
            try Files.makeDirectories(directory)
            while true {
                let instance = String(UInt64.random(in: 0...UInt64.max), radix: 16) + "-" + String(getpid())
                let path = directory + "/" + instance
                let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
                let descriptor = try FileDescriptor.open(path, flags, operation: "create")
                // Between creation and lock a cleaner may have taken the file for a dead one's: then it is unlinked.
                guard let file = try LockedDescriptor(locking: descriptor, path: path) else { continue }
                self.directory = directory
                self.path = path
                self.instance = instance
                self.file = Mutex(file)
                return
            }
        } catch {
            throw .file(error)
        }
    }

    deinit { unlink(path) }

    /// Who deletes the file, or puts another into its place, takes the lock away with it: others find no lock there.
    func restore() throws(StoreError) -> Bool {
        do throws(FileError) {
            return try file.withLock { file throws(FileError) in
                guard try !file.descriptor.isStill(at: path) else { return false }
                try Files.makeDirectories(directory)
                let descriptor = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, operation: "create")
                guard descriptor.tryLock() else { throw .io(operation: "lock", path: path, errno: EWOULDBLOCK) }
                guard let anew = try LockedDescriptor(locking: descriptor, path: path) else { return false }
                try Self.write(text.withLock { $0 }, to: anew)
                file = anew
                return true
            }
        } catch {
            throw .file(error)
        }
    }

    /// An unreadable lock counts as alive: rescuing twice would be worse than late.
    func isAlive(_ instance: String) -> Bool {
        if instance == self.instance { return true }
        do throws(FileError) {
            return try !open(instance).tryLock()
        } catch .notFound {
            return false
        } catch {
            return true
        }
    }

    // MARK: Notes

    /// The longest note, in bytes.
    private static let noteBytesMax = 4096

    /// Keeps a text in this instance's file, for whoever finds it when the process has ended without `note("")`.
    /// Synced.
    func note(_ text: String) throws(StoreError) {
        self.text.withLock { $0 = text }
        do throws(FileError) {
            try file.withLock { file throws(FileError) in try Self.write(text, to: file) }
        } catch {
            throw .file(error)
        }
    }

    private static func write(_ text: String, to file: borrowing LockedDescriptor) throws(FileError) {
        let bytes = Array(text.utf8.prefix(noteBytesMax))
        let raw = file.descriptor.raw, path = file.path
        let count = try fileCall("write", path) {
            bytes.withUnsafeBytes { pwrite(raw, $0.baseAddress, $0.count, 0) }
        }
        try fileCall("cut", path) { ftruncate(raw, off_t(count)) }
        try file.descriptor.synchronize(path)
    }

    /// The notes of dead instances, each answered once: to one caller, who finds its file locked by nobody.
    func takeNotes() -> [(instance: String, note: String)] {
        var notes: [(instance: String, note: String)] = []
        for name in otherInstances() {
            guard let descriptor = try? open(name), descriptor.tryLock(),
                let bytes = try? descriptor.read(sizeBytesMax: Self.noteBytesMax, name), !bytes.isEmpty,
                ftruncate(descriptor.raw, 0) == 0
            else { continue }
            notes.append((name, String(decoding: bytes, as: UTF8.self)))
        }
        return notes
    }

    // MARK: -

    /// Deletes the files of dead instances that own nothing any more and left no note.
    func removeDead(keeping runners: Set<String>) {
        for name in otherInstances() where !runners.contains(name) {
            // Unlinked only while locked: a new instance in the middle of its start notices.
            if let descriptor = try? open(name), descriptor.tryLock(), (try? descriptor.status(name).st_size) == 0 {
                unlink(directory + "/" + name)
            }
        }
    }

    /// Instances that hold a lease now, by the names of their files.
    static func living(in directory: String) -> [String] {
        ((try? Files.names(in: directory)) ?? []).filter { name in
            guard let file = try? FileDescriptor.open(directory + "/" + name, O_RDONLY | O_NOFOLLOW) else {
                return false
            }
            return !file.tryLock()
        }
    }

    private func open(_ name: String) throws(FileError) -> FileDescriptor {
        try FileDescriptor.open(directory + "/" + name, O_RDWR | O_NOFOLLOW)
    }

    private func otherInstances() -> [String] {
        ((try? Files.names(in: directory)) ?? []).filter { !$0.hasPrefix(".") && $0 != instance }
    }
}
