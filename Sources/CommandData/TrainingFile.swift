package import JSON
import System

/// A file of training data as the members of a request.
///
///     .json              a whole request (an object), an array of sequences, or the record of one series
///     .ndjson, .jsonl    a sequence, pair or record a line
///     .csv, .tsv         numeric columns, see `CSVTable`
///     others             a text
package struct TrainingFile {
    private static let sizeBytesMax = 4 << 30

    /// Members of a training request.
    package let request: JSONObject
    /// Which columns of a CSV file were taken and which were not, in a sentence; nil for other files.
    package private(set) var columns: String?

    /// - Parameters:
    ///   - columns: of a CSV file: the channels to take; all numeric ones if empty.
    ///   - group: of a CSV file: the column that tells series apart.
    /// - Throws: `InputError` for content that does not read, `FileError` for a file that does not.
    package init(path: String, columns: [String], group: String?) throws {
        let bytes = try Self.read(path, sizeBytesMax: Self.sizeBytesMax)
        let suffix = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch suffix {
        case "json": request = try Self.json(bytes, path)
        case "ndjson", "jsonl": request = ["sequences": .array(try Self.lines(bytes, path))]
        case "csv", "tsv":
            let table = try CSVTable(text: Self.text(bytes, path), separator: suffix == "tsv" ? "\t" : nil, path: path)
            let indices = try table.indices(columns: columns, group: group)
            self.columns = table.account(of: indices, group: group)
            request = ["sequences": .array(try table.series(indices, group: group))]
        default: request = ["text": .string(try Self.text(bytes, path))]
        }
    }

    /// The bytes of a file. Unlike files of the store, what a user names may be a link.
    ///
    /// - Throws: `InputError` for what is not a file, `FileError`.
    package static func read(_ path: String, sizeBytesMax: Int) throws -> [UInt8] {
        do throws(FileError) {
            return try AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax, followingLinks: true)
        } catch .damaged(let path, let detail) {
            throw InputError(description: "\(path): \(detail)")
        }
    }

    private static func json(_ bytes: [UInt8], _ path: String) throws -> JSONObject {
        let json: JSONValue
        do {
            json = try JSONParser.parse(bytes)
        } catch {
            throw InputError(description: "\(path): \(error)")
        }
        switch json {
        case .object(let object): return isRecord(object) ? ["sequences": .array([json])] : object
        case .array, .numbers: return ["sequences": json]
        default: throw InputError(description: "\(path): expected a request (an object) or an array of sequences")
        }
    }

    /// A request has its target within its sequences.
    private static func isRecord(_ object: JSONObject) -> Bool {
        object["target"] != nil && ["model", "sequences", "sequence", "text"].allSatisfy { object[$0] == nil }
    }

    private static func lines(_ bytes: [UInt8], _ path: String) throws -> [JSONValue] {
        var values: [JSONValue] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do {
                values.append(try JSONParser.parse(Array(line)))
            } catch {
                throw InputError(description: "\(path), line \(index + 1), \(error.descriptionInLine)")
            }
        }
        return values
    }

    private static func text(_ bytes: [UInt8], _ path: String) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InputError(description: "\(path): not UTF-8")
        }
        return text
    }
}
