/// Owns an open descriptor of a file, directory or socket; the end of its life closes it, exactly once.
package struct FileDescriptor: ~Copyable, Sendable {
    /// For system calls during the owner's life only.
    package let raw: Int32

    /// Takes ownership of `raw`.
    package init(owning raw: Int32) { self.raw = raw }

    deinit {
        // On Linux the descriptor is gone even after EINTR; a retry could close another's.
        _ = close(raw)
    }

    /// Opens a file or directory, not inherited by child processes.
    ///
    /// - Parameters:
    ///   - flags: open(2)'s; O_CLOEXEC is added.
    ///   - mode: permissions of a file that O_CREAT makes, less those of the umask.
    ///   - operation: for the error.
    /// - Throws: `FileError.notFound`, `io`.
    package static func open(
        _ path: String, _ flags: Int32, mode: UInt32 = 0o600, operation: String = "open"
    ) throws(FileError) -> FileDescriptor {
        // Not Swift's own name, which is this function's.
        let raw = try fileCall(operation, path) { Glibc.open(path, flags | O_CLOEXEC, mode_t(mode)) }
        return FileDescriptor(owning: raw)
    }

    /// What fstat(2) says.
    ///
    /// - Parameter path: for the error.
    /// - Throws: `FileError.io`.
    package func status(_ path: String) throws(FileError) -> stat {
        var status = stat()
        try fileCall("look at", path) { fstat(raw, &status) }
        return status
    }

    /// Whether a path, links not followed, still leads to this file: it was neither deleted nor replaced.
    ///
    /// - Throws: `FileError.io`.
    package func isStill(at path: String) throws(FileError) -> Bool {
        let own = try status(path)
        do throws(FileError) {
            let found = try Files.status(path)
            return found.st_dev == own.st_dev && found.st_ino == own.st_ino
        } catch .notFound {
            return false
        } catch .io(_, _, ENOTDIR) {
            return false
        }
    }

    /// Some bytes from where the last reading ended; none at the end.
    ///
    /// - Throws: `FileError.io`; `path` is for it.
    package func read(sizeBytesMax: Int, _ path: String) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: sizeBytesMax) { buffer, count in
            do throws(FileError) {
                // SAFETY: writes at most sizeBytesMax bytes, the buffer's size, and says how many.
                count = try fileCall("read", path) { Glibc.read(raw, buffer.baseAddress, sizeBytesMax) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Puts the next reading at the beginning.
    ///
    /// - Throws: `FileError.io`; `path` is for it.
    package func rewind(_ path: String) throws(FileError) { try fileCall("rewind", path) { lseek(raw, 0, SEEK_SET) } }

    /// Writes all of the bytes where the last writing ended.
    ///
    /// - Throws: `FileError.io`, after which some of them may be there; `path` is for it.
    package func write(_ bytes: [UInt8], _ path: String) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let length = min(bytes.count - written, WorkerThread.bytesAtATime)
            written += try fileCall("write", path) {
                bytes.withUnsafeBytes {
                    // SAFETY: written < count, so the pointer is inside the array and length bytes follow.
                    Glibc.write(raw, $0.baseAddress.map { $0 + written }, length)
                }
            }
            WorkerThread.worked(length)
        }
    }

    /// Waits until what was written is on disk (fsync(2)).
    ///
    /// - Throws: `FileError.io`; `path` is for it.
    package func synchronize(_ path: String) throws(FileError) { try fileCall("fsync", path) { fsync(raw) } }

    /// Waits for the exclusive lock (flock(2)), which ends with the descriptor.
    ///
    /// - Throws: `FileError.io`; `path` is for it.
    package func lock(_ path: String) throws(FileError) { try fileCall("lock", path) { flock(raw, LOCK_EX) } }

    /// Takes the exclusive lock if nobody has any; false also where it cannot be told.
    package func tryLock() -> Bool { tryLock(LOCK_EX) }

    /// Takes a lock beside others of its kind if nobody has the exclusive one; false also where it cannot be told.
    package func tryLockShared() -> Bool { tryLock(LOCK_SH) }

    private func tryLock(_ kind: Int32) -> Bool {
        if case .value = systemCall({ flock(raw, kind | LOCK_NB) }) { true } else { false }
    }
}
