package import JSON
import System
package import Tables

/// A file of training data as the members of a request.
///
///     a whole request (an object), an array of sequences, or the record of one series: JSON
///     a sequence, pair or record a line: NDJSON
///     rows of cells: a table, see `Tables`
///     anything else: a text
package struct TrainingFile {
    private static let sizeBytesMax = 4 << 30
    /// From which the kind of a file is told.
    private static let headSizeBytes = 64 << 10

    /// Members of a training request.
    package private(set) var request: JSONObject
    /// The roles of the columns of a table, in a line; nil for other files.
    package var account: String? { roles?.account }
    /// The roles of the columns of a table; nil for other files.
    package private(set) var roles: RoleNames?
    /// Where its sequences stand, for faults of the server; nil where the request says it.
    package private(set) var places: FilePlaces?

    /// - Parameter path: of a file or pipe, perhaps compressed with gzip; `-` is standard input.
    /// - Throws: `InputError` for content that does not read, `FileError` for a file that does not, `TableQuestion` for
    ///   what a table leaves open.
    package init(path: String, _ input: TableInput = TableInput()) throws {
        var source = try InputBytes(path: path), head: [UInt8] = [], isWhole = false
        while head.count < Self.headSizeBytes {
            let piece = try source.next()
            isWhole = piece.isEmpty
            if isWhole { break }
            head += piece
        }
        var finding: DialectSniffer.Finding?
        let kind = try input.kind ?? ContentKind(path: path, head: head, isWhole: isWhole, &finding)
        if kind == .table {
            var builder = TableBuilder(input.reading, sizeBytes: source.sizeBytes, finding: finding)
            let table = try Self.asInput(path) { () throws in
                try builder.feed(head)
                while true {
                    let piece = try source.next()
                    if piece.isEmpty { return try builder.finish() }
                    try builder.feed(piece)
                }
            }
            (request, roles) = try Self.asInput(path) { try RequestTable(table).members(input) }
            places = FilePlaces(path: path, .series(Self.ids(request)))
            return
        }
        var bytes = head
        while !isWhole {
            let piece = try source.next()
            isWhole = piece.isEmpty
            bytes += piece
            if bytes.count > Self.sizeBytesMax {
                throw FileError.tooLarge(path: path, sizeBytes: bytes.count, sizeBytesMax: Self.sizeBytesMax)
            }
        }
        switch kind {
        case .json:
            request = try Self.json(bytes, path)
            try takeRecords(path, input)
        case .ndjson:
            let lines = try Self.lines(bytes, path)
            guard let first = lines.first, RecordTableBuilder.isRecord(first.json) else {
                request = ["sequences": .array(lines.map(\.json))]
                places = FilePlaces(path: path, .lines(lines.map(\.number)))
                return
            }
            (request, roles) = try Self.asInput(path, unit: "line") {
                try Self.table(lines, input).members(input)
            }
        case .text, .table: request = ["text": .string(try Self.text(bytes, path))]
        }
    }

    /// A request with records, or records alone, becomes one with sequences.
    private mutating func takeRecords(_ path: String, _ input: TableInput) throws {
        var input = input, rest = request
        let records: [JSONValue]
        if RecordsBody.isOne(request) {
            do throws(RecordsFaults) {
                let body = try RecordsBody(request, into: &input, isPrediction: input.isPrediction)
                (records, rest) = (body.records + body.future, body.request)
            } catch {
                throw InputError(description: "\(path): \(error)")
            }
        } else {
            guard request.count == 1, case .array(let rows)? = request["sequences"], let first = rows.first,
                RecordTableBuilder.isRecord(first)
            else { return }
            records = rows
        }
        input.frequency = input.frequency ?? rest["forecast"]?["frequency"]?.asString
        input.task = input.task ?? rest["task"]?.asString
        let numbered = records.enumerated().map { (number: $0.offset + 1, json: $0.element) }
        let (members, roles) = try Self.asInput(path, unit: "record") {
            try Self.table(numbered, input).members(input)
        }
        rest.merge(members)
        (request, self.roles) = (rest, roles)
    }

    private static func table(_ records: [(number: Int, json: JSONValue)], _ input: TableInput) throws -> RequestTable {
        var builder = RecordTableBuilder()
        for record in records { try builder.add(record.json, number: record.number) }
        return try builder.finish(input.reading)
    }

    /// Errors of a table with the name of its file.
    ///
    /// - Parameter unit: what a row is called.
    private static func asInput<Result>(
        _ path: String, unit: String = "line", _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as TableError {
            throw InputError(description: "\(path): \(error)")
        } catch let fault as TableFault {
            throw InputError(description: "\(path): \(fault.description(unit: unit))")
        } catch let doubt as TableDoubt {
            throw TableQuestion(path: path, doubt)
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

    private static func ids(_ request: JSONObject) -> [String?] {
        guard case .array(let records)? = request["sequences"] else { return [] }
        return records.map { $0["id"]?.asString }
    }

    private static func lines(_ bytes: [UInt8], _ path: String) throws -> [(number: Int, json: JSONValue)] {
        var values: [(number: Int, json: JSONValue)] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do {
                values.append((index + 1, try JSONParser.parse(Array(line))))
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
