import Glibc

/// Where the release binary under test is: RONDO_BINARY, beside the test bundle, or in `.build/release`.
enum RondoBinary {
    static let path: String = {
        if let given = getenv("RONDO_BINARY") { return String(cString: given) }
        let bundle = CommandLine.arguments.first ?? ""
        let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let candidates = [folder + "/rondo", ".build/release/rondo"]
        return candidates.first { access($0, X_OK) == 0 } ?? ".build/release/rondo"
    }()
}

/// A directory that is deleted with its owner.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/rondo-e2e-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp: \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.removeTree(path) }

    private static func removeTree(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != "." && name != ".." { removeTree(path + "/" + name) }
            }
            closedir(directory)
        }
        remove(path)
    }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        guard let stream = fopen(file, "w") else { throw TestFailure("fopen: \(errno)") }
        defer { fclose(stream) }
        // As files of keys must be.
        fchmod(fileno(stream), 0o600)
        let bytes = Array(text.utf8)
        guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else { throw TestFailure("fwrite: \(errno)") }
        return file
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
