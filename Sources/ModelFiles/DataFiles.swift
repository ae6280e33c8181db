package import System

/// Training data on disk, each file named by the SHA-256 of its content: the same data is kept once, and damage is
/// noticed.
package struct DataFiles: Sendable {
    /// The directory of the files.
    package let root: String
    /// Largest file that `get` reads.
    package let sizeBytesMax: Int

    /// Files below `root`, which `prepare` makes; touches no disk.
    package init(root: String, sizeBytesMax: Int = 8 << 30) {
        self.root = root
        self.sizeBytesMax = sizeBytesMax
    }

    /// Makes the directory and deletes temporary files that a crash left. Call once at start.
    package func prepare() throws(FileError) {
        try Files.makeDirectories(root)
        try AtomicFile.removeLeftovers(in: root)
    }

    /// Keeps some bytes. When this returns they are on disk. Content that is there already is kept as it is if
    /// undamaged.
    ///
    /// - Returns: the name to get it back: 64 hexadecimal digits.
    package func put(_ bytes: [UInt8]) throws(FileError) -> String {
        let name = SHA256.hex(bytes)
        let path = root + "/" + name
        try Files.makeDirectories(root)
        // A new time of change keeps `removeUnused` away until the job that needs it is recorded. Then the content is
        // read: a damaged copy is replaced by the good one in hand.
        if utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) == 0, let kept = try? get(name), kept == bytes {
            try AtomicFile.fsyncDirectory(root)
            return name
        }
        try AtomicFile.write(bytes, to: path)
        return name
    }

    /// Takes care that what is there stays for a while, as if it were put again.
    ///
    /// - Throws: `FileError.notFound`, `invalidName`, `io`.
    package func renew(_ name: String) throws(FileError) {
        let path = try path(name)
        try fileCall("renew", path) { utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) }
    }

    /// - Throws: `FileError.notFound`, `damaged` naming the file, `invalidName`, `tooLarge`, `io`.
    package func get(_ name: String) throws(FileError) -> [UInt8] {
        let path = try path(name)
        let bytes = try AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax)
        guard SHA256.hex(bytes) == name else { throw .damaged(path: path, detail: "its SHA-256 is not its name") }
        return bytes
    }

    /// A file that is not there is not a fault.
    package func remove(_ name: String) throws(FileError) { try AtomicFile.remove(try path(name)) }

    /// Deletes a file unless it was put again after some time. It gets another name first: whoever puts it meanwhile
    /// either finds it with its new time, and then it comes back, or does not find it, and writes it anew.
    ///
    /// - Parameter unchangedSinceMs: milliseconds since 1970. Times of files are a few milliseconds behind.
    package func remove(_ name: String, unchangedSinceMs: Int64) {
        guard Self.isName(name) else { return }
        let path = root + "/" + name, trash = path + "." + Files.temporarySuffix()
        func isUnchanged(_ path: String) -> Bool {
            guard let changed = (try? Files.status(path))?.st_mtim else { return false }
            return Int64(changed.tv_sec) * 1000 + Int64(changed.tv_nsec) / 1_000_000 <= unchangedSinceMs
        }
        guard isUnchanged(path), (try? Files.rename(path, to: trash)) != nil else { return }
        if isUnchanged(trash) { try? AtomicFile.remove(trash) } else { try? Files.rename(trash, to: path) }
    }

    /// Names of all files, sorted.
    package func names() throws(FileError) -> [String] { try Files.names(in: root).filter(Self.isName) }

    /// Deletes files that no job needs.
    ///
    /// - Parameters:
    ///   - names: those in use, as the store says, read after this instant minus `olderThanSeconds`.
    ///   - olderThanSeconds: younger files stay: their job may be about to be recorded, here or in another process.
    package func removeUnused(keeping names: Set<String>, olderThanSeconds: Int) throws(FileError) {
        for name in try self.names() where !names.contains(name) {
            guard let status = try? Files.status(root + "/" + name) else { continue }
            if time(nil) - status.st_mtim.tv_sec >= olderThanSeconds { try AtomicFile.remove(root + "/" + name) }
        }
    }

    private func path(_ name: String) throws(FileError) -> String {
        guard Self.isName(name) else { throw .invalidName(name: name) }
        return root + "/" + name
    }

    /// Whether this is a name that data can have: 64 hexadecimal digits.
    package static func isName(_ name: String) -> Bool {
        name.utf8.count == 64
            && name.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
