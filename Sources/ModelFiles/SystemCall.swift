#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system calls of this module: EINTR is retried, every other failure becomes a `FileError`.
enum SystemCall {
    /// Runs a call that answers a negative number on failure.
    @discardableResult
    static func run<Number: SignedInteger>(
        _ operation: String, _ path: String, _ call: () -> Number
    ) throws(FileError) -> Number {
        while true {
            let result = call()
            if result >= 0 { return result }
            switch errno {
            case EINTR: continue
            case ENOENT: throw .notFound(path: path)
            case let code: throw .io(operation: operation, path: path, errno: code)
            }
        }
    }

    // Swift's names `read` and `write` are taken by the callers' own methods.
    static func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        write(descriptor, bytes, count)
    }
    static func readSome(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        read(descriptor, bytes, count)
    }

    static func message(_ code: Int32) -> String { "\(String(cString: strerror(code))) (errno \(code))" }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Opens a file for reading below a directory, name by name from the directory's descriptor: no symbolic link on
    /// the way is followed, whoever puts one there meanwhile. The caller closes it.
    ///
    /// - Parameters:
    ///   - place: names of directories and the file's, with slashes between them.
    ///   - root: chosen by the operator, who may make it a link.
    /// - Throws: `FileError.notFound`, `io` (ELOOP or ENOTDIR for a link).
    static func open(_ place: String, below root: String) throws(FileError) -> Int32 {
        let flags = O_RDONLY | O_CLOEXEC
        let names = place.split(separator: "/").map(String.init)
        var path = root
        var number = try run("open", root) { openat(AT_FDCWD, root, flags | O_DIRECTORY) }
        for (index, name) in names.enumerated() {
            let parent = number
            defer { close(parent) }
            path += "/" + name
            let kind = index == names.count - 1 ? O_NONBLOCK : O_DIRECTORY
            number = try run("open", path) { openat(parent, name, flags | O_NOFOLLOW | kind) }
        }
        return number
    }

    /// Makes a directory and its missing parents, each for its user only and synced into its parent.
    static func makeDirectories(_ path: String) throws(FileError) {
        if exists(path) { return }
        let parent = self.parent(of: path)
        if parent != path { try makeDirectories(parent) }
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw .io(operation: "make directory", path: path, errno: errno)
        }
        try AtomicFile.fsyncDirectory(parent)
    }

    /// The directory that holds a path: "." for a bare name.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Names in a directory except `.` and `..`, sorted; none when it does not exist.
    static func names(in path: String) throws(FileError) -> [String] {
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

    /// Deletes a file, or a directory with all in it; symbolic links are deleted, not followed. Nothing there is no
    /// fault.
    static func removeTree(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw .io(operation: "look at", path: path, errno: errno)
        }
        let isDirectory = status.st_mode & S_IFMT == S_IFDIR
        if isDirectory {
            for name in try names(in: path) { try removeTree(path + "/" + name) }
        }
        if (isDirectory ? rmdir(path) : unlink(path)) != 0 && errno != ENOENT {
            throw .io(operation: "remove", path: path, errno: errno)
        }
    }

    /// A name for a file that is not published yet. No two calls answer the same.
    static func temporarySuffix() -> String {
        "tmp-\(getpid())-" + String(UInt64.random(in: 0...UInt64.max), radix: 16)
    }
}
