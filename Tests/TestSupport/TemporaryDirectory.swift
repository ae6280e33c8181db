package import System

/// A directory below /tmp for one test, deleted with its owner.
package final class TemporaryDirectory: Sendable {
    /// Where it is.
    package let path: String

    /// A new, empty one.
    ///
    /// - Throws: `FileError.io`.
    package init() throws(FileError) {
        var template = Array("/tmp/rondo-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .io(operation: "make", path: "/tmp/rondo-test-", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? Files.removeTree(path) }

    /// Writes a text into a file of it, which others cannot read, as files of keys must be.
    ///
    /// - Returns: the file's path.
    /// - Throws: `FileError.io`.
    @discardableResult
    package func write(_ text: String, to name: String) throws(FileError) -> String {
        let file = path + "/" + name
        try Self.put(Array(text.utf8), file)
        return file
    }

    /// Names in a directory, sorted; none if there is no such directory.
    package static func names(in path: String) -> [String] { (try? Files.names(in: path)) ?? [] }

    /// All files and directories below, as paths relative to `path`.
    package static func tree(_ path: String) -> [String] {
        names(in: path).flatMap { name in [name] + tree(path + "/" + name).map { name + "/" + $0 } }
    }

    /// Makes a file, or replaces its content in place.
    ///
    /// - Throws: `FileError.io`.
    package static func put(_ bytes: [UInt8], _ path: String) throws(FileError) {
        try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC).write(bytes, path)
    }

    /// A whole file; empty if it does not read.
    package static func get(_ path: String) -> [UInt8] {
        (try? AtomicFile.read(path: path, sizeBytesMax: 1 << 30)) ?? []
    }
}
