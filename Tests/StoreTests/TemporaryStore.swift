import Store
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A directory for one test, with the database in it. Deleted at the end.
final class TemporaryStore {
    let directory: String
    var path: String { directory + "/rondo.sqlite" }

    init() throws {
        var template = Array("/tmp/rondo-store-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(directory) }

    func open() throws -> SQLiteStore { try SQLiteStore(path: path) }

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
        return names
    }

    private static func remove(_ path: String) {
        for name in names(in: path) { remove(path + "/" + name) }
        if unlink(path) != 0 { rmdir(path) }
    }
}

let ids = JobID()

func newJob(_ model: String = "m", key: String? = nil, digest: String = "d", data: String = "data", at ms: Int64 = 1000)
    -> JobRecord
{
    JobRecord(
        id: ids.make(nowMs: ms), model: model, task: "forecast", createdAtMs: ms, settings: #"{"epochs":1}"#,
        data: data,
        metadata: #"{"team":"é\u0000"}"#, promote: "always", idempotencyKey: key, requestDigest: digest)
}
