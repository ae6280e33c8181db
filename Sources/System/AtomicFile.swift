/// Whole files: written so that a crash at any instruction leaves the old content or the new one, read with a limit.
package enum AtomicFile {
    /// Replaces or creates a file: temporary file beside it, fsync, rename, fsync of the directory. When it returns the
    /// content is on disk under its name. A failure removes the temporary file; a crash leaves it to `removeLeftovers`.
    ///
    /// - Parameter mode: permissions of the new file, less those of the umask. What the store keeps is its user's own.
    /// - Throws: `FileError.io`, `notFound` when the directory does not exist.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(FileError) {
        let temporary = path + "." + Files.temporarySuffix()
        do throws(FileError) {
            try writeNew(bytes, to: temporary, mode: mode) { () throws(FileError) in
                try Files.rename(temporary, to: path)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        try fsyncDirectory(Files.parent(of: path))
    }

    /// Writes and syncs a file that must not exist, then calls `publish` while the file is still locked against
    /// cleaners.
    ///
    /// - Throws: `FileError.io` (EEXIST if there is one).
    package static func writeNew(
        _ bytes: [UInt8], to path: String, mode: UInt32 = 0o600, publish: () throws(FileError) -> Void = {}
    ) throws(FileError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let created = try FileDescriptor.open(path, flags, mode: mode, operation: "create")
        guard let file = try LockedDescriptor(locking: created, path: path) else { throw .notFound(path: path) }
        try file.descriptor.write(bytes, path)
        try file.descriptor.synchronize(path)
        try publish()
    }

    /// Makes renames and deletions in a directory durable.
    package static func fsyncDirectory(_ path: String) throws(FileError) {
        try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY).synchronize(path)
    }

    /// Reads a whole regular file; the size is checked before anything is allocated.
    ///
    /// - Parameter followingLinks: for files that a user names; the store has no symbolic links.
    /// - Throws: `FileError.notFound`, `tooLarge`, `io` (EISDIR for a directory).
    package static func read(path: String, sizeBytesMax: Int, followingLinks: Bool = false) throws(FileError) -> [UInt8]
    {
        let flags = O_RDONLY | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW)
        return try read(FileDescriptor.open(path, flags), path: path, sizeBytesMax: sizeBytesMax)
    }

    /// Reads a whole regular file that is open.
    ///
    /// - Parameter path: for errors.
    /// - Throws: `FileError.tooLarge`, `io` (EISDIR for a directory), `damaged` for what is not a regular file.
    package static func read(
        _ file: borrowing FileDescriptor, path: String, sizeBytesMax: Int
    ) throws(FileError) -> [UInt8] {
        let status = try file.status(path)
        if status.st_mode & S_IFMT == S_IFDIR { throw .io(operation: "read", path: path, errno: EISDIR) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .damaged(path: path, detail: "it is not a regular file") }
        let size = Int(status.st_size), raw = file.raw
        guard size <= sizeBytesMax else { throw .tooLarge(path: path, sizeBytes: size, sizeBytesMax: sizeBytesMax) }
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // SAFETY: reads at most size - count bytes behind the count that are there.
            do throws(FileError) {
                while count < size {
                    let filled = count
                    let more = try fileCall("read", path) {
                        Glibc.read(
                            raw, buffer.baseAddress.map { $0 + filled }, min(size - filled, WorkerThread.bytesAtATime))
                    }
                    WorkerThread.worked(more)
                    if more == 0 { break }
                    count += more
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard bytes.count == size else { throw .damaged(path: path, detail: "it was cut while being read") }
        return bytes
    }

    /// Deletes a file and syncs its directory. A file that is not there is not a fault.
    package static func remove(_ path: String) throws(FileError) {
        do throws(FileError) {
            try fileCall("remove", path) { unlink(path) }
        } catch .notFound {
            return
        }
        try fsyncDirectory(Files.parent(of: path))
    }

    /// Deletes temporary files that a crash left in a directory; those being written now, by any process, stay.
    package static func removeLeftovers(in directory: String) throws(FileError) {
        for name in try Files.names(in: directory) where isTemporary(name) {
            try LockedDescriptor.removeIfAbandoned(directory + "/" + name)
        }
    }

    /// Whether this is a name of a file that is not published yet: `<name>.tmp-<pid>-<hex>`.
    package static func isTemporary(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last else { return false }
        let words = last.split(separator: "-", omittingEmptySubsequences: false)
        return words.count == 3 && words[0] == "tmp" && Int32(words[1]) != nil && UInt64(words[2], radix: 16) != nil
    }
}
