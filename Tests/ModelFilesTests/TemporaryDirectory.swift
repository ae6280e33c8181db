import ModelFiles
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A directory for one test, deleted at the end.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/rondo-files-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// All files and directories below, as paths relative to `path`.
    static func tree(_ path: String) -> [String] {
        names(in: path).flatMap { name in [name] + tree(path + "/" + name).map { name + "/" + $0 } }
    }

    static func remove(_ path: String) {
        for name in names(in: path) { remove(path + "/" + name) }
        if unlink(path) != 0 { rmdir(path) }
    }

    static func put(_ bytes: [UInt8], _ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    static func get(_ path: String) -> [UInt8] { (try? AtomicFile.read(path: path, sizeBytesMax: 1 << 30)) ?? [] }
}
