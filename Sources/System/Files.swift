/// Files and directories by their names.
package enum Files {
    /// Whether there is something of that name, a dangling symbolic link too.
    package static func exists(_ path: String) -> Bool { (try? status(path)) != nil }

    /// What lstat(2) says.
    ///
    /// - Throws: `FileError.notFound`, `io`.
    package static func status(_ path: String) throws(FileError) -> stat {
        var status = stat()
        try fileCall("look at", path) { lstat(path, &status) }
        return status
    }

    /// Whether there is a directory of that name, links followed.
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Permission bits of a file that a user names, links followed, and its owner's user id; nil if there is none.
    package static func mode(_ path: String) -> (bits: UInt32, userID: UInt32)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (status.st_mode & 0o777, status.st_uid)
    }

    /// Opens a file for reading below a directory, name by name from the directory's descriptor: no symbolic link on
    /// the way is followed, whoever puts one there meanwhile.
    ///
    /// - Parameters:
    ///   - place: names of directories and the file's, with slashes between them.
    ///   - root: chosen by the operator, who may make it a link.
    /// - Throws: `FileError.notFound`, `io` (ELOOP or ENOTDIR for a link).
    package static func open(_ place: String, below root: String) throws(FileError) -> FileDescriptor {
        let flags = O_RDONLY | O_CLOEXEC
        let names = place.split(separator: "/").map(String.init)
        var path = root
        var parent = try FileDescriptor.open(root, O_RDONLY | O_DIRECTORY)
        for (index, name) in names.enumerated() {
            path += "/" + name
            let kind = index == names.count - 1 ? O_NONBLOCK : O_DIRECTORY
            let raw = parent.raw
            parent = FileDescriptor(
                owning: try fileCall("open", path) { openat(raw, name, flags | O_NOFOLLOW | kind) })
        }
        return parent
    }

    /// Makes a directory and its missing parents, durably, each for its user only (0700).
    ///
    /// - Throws: `FileError.io`.
    package static func makeDirectories(_ path: String) throws(FileError) {
        if exists(path) { return }
        let parent = self.parent(of: path)
        if parent != path { try makeDirectories(parent) }
        do throws(FileError) {
            try fileCall("make directory", path) { mkdir(path, 0o700) }
        } catch .io(_, _, EEXIST) {
            // Another process was faster.
        }
        try AtomicFile.fsyncDirectory(parent)
    }

    /// The directory that holds a path: "." for a bare name.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Names in a directory except `.` and `..`, sorted; none when it does not exist.
    ///
    /// - Throws: `FileError.io`.
    package static func names(in path: String) throws(FileError) -> [String] {
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [] }
            throw .io(operation: "list", path: path, errno: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        if errno != 0 { throw .io(operation: "list", path: path, errno: errno) }
        return names.sorted()
    }

    /// The start of a file of the system's, such as those below /proc, whose size is not known before.
    ///
    /// - Throws: `FileError.notFound`, `io`.
    package static func start(of path: String, sizeBytesMax: Int = 4096) throws(FileError) -> String {
        String(
            decoding: try FileDescriptor.open(path, O_RDONLY).read(sizeBytesMax: sizeBytesMax, path), as: UTF8.self)
    }

    /// All of a file of the system's, such as those below /proc, up to 1 MiB; nil where it does not read.
    package static func text(of path: String) -> String? {
        let pieceSizeBytes = 16 << 10, sizeBytesMax = 1 << 20
        guard let file = try? FileDescriptor.open(path, O_RDONLY) else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < sizeBytesMax {
            guard let piece = try? file.read(sizeBytesMax: pieceSizeBytes, path) else { return nil }
            if piece.isEmpty { break }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Renames a file or directory; one of the new name is replaced as rename(2) says.
    ///
    /// - Throws: `FileError.notFound`, `io`.
    package static func rename(_ path: String, to newPath: String) throws(FileError) {
        try fileCall("rename to", newPath) { Glibc.rename(path, newPath) }
    }

    /// Gives a file that never changes another name on the same disk, or where that cannot be copies it.
    ///
    /// - Throws: `FileError.notFound`, `io`.
    package static func link(_ path: String, as newPath: String) throws(FileError) {
        do throws(FileError) {
            try fileCall("link to", newPath) { Glibc.link(path, newPath) }
        } catch .io(_, _, let code) where [EXDEV, EPERM, EOPNOTSUPP, EMLINK].contains(code) {
            try copy(path, to: newPath)
        }
    }

    /// Copies a file to a new one, in pieces.
    ///
    /// - Throws: `FileError.notFound`, `io`.
    package static func copy(_ path: String, to newPath: String) throws(FileError) {
        let source = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW)
        let target = try FileDescriptor.open(newPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, operation: "create")
        while true {
            let bytes = try source.read(sizeBytesMax: 1 << 20, path)
            if bytes.isEmpty { return }
            try target.write(bytes, newPath)
        }
    }

    /// The path without links, of a file that is there; nil if there is none.
    package static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// Deletes a file or an empty directory. What is gone already is fine.
    ///
    /// - Throws: `FileError.io`.
    package static func remove(_ path: String) throws(FileError) {
        do throws(FileError) {
            try fileCall("remove", path) { Glibc.remove(path) }
        } catch .notFound {
            // Gone already.
        }
    }

    /// Deletes a file, or a directory with all in it; symbolic links are deleted, not followed. What is gone already is
    /// fine.
    ///
    /// - Throws: `FileError.io`.
    package static func removeTree(_ path: String) throws(FileError) {
        let status: stat
        do throws(FileError) {
            status = try self.status(path)
        } catch .notFound {
            return
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try removeTree(path + "/" + name) }
        }
        try remove(path)
    }

    /// An ending for the name of a file that is not published yet. No two calls answer the same.
    package static func temporarySuffix() -> String {
        "tmp-\(getpid())-" + String(UInt64.random(in: 0...UInt64.max), radix: 16)
    }
}
