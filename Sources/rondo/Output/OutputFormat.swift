import ArgumentParser
import JSON
import Tables

/// How a command writes what it found.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case table
    /// As the server answers.
    case json
    /// A row a line, as objects.
    case ndjson
    /// RFC 4180.
    case csv

    /// - Parameters:
    ///   - format: what `--format` says; nil: nothing.
    ///   - isJSON: `--json` was given, which is `--format json`.
    /// - Throws: `ValidationError` where the two differ.
    static func chosen(_ format: OutputFormat?, isJSON: Bool) throws -> OutputFormat {
        if let format, isJSON, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) are two answers: leave one out.")
        }
        return isJSON ? .json : format ?? .table
    }

    /// Writes what a server lists.
    ///
    /// - Parameters:
    ///   - answer: for `json`.
    ///   - objects: what is listed, a line each for `ndjson`.
    ///   - rows: the same without what is nested, for `csv`.
    ///   - table: writes it for people.
    func write(_ answer: JSONValue, objects: [JSONValue], rows: ListRows, table: () -> Void) throws {
        switch self {
        case .table: table()
        case .json: StandardOutput.write(answer.text + "\n")
        case .ndjson: for object in objects { StandardOutput.write(object.text + "\n") }
        case .csv:
            var bytes: [UInt8] = []
            var writer = CSVWriter(names: rows.names)
            try writer.append(rows.rows, to: &bytes)
            StandardOutput.write(bytes)
        }
    }

    /// What is listed, with one value in each column.
    struct ListRows {
        let names: [String]
        let rows: [JSONObject]

        /// - Parameter columns: names, and the values of an object under them.
        init(_ objects: [JSONValue], _ columns: [(name: String, value: (JSONValue) -> JSONValue?)]) {
            names = columns.map(\.name)
            rows = objects.map { object in
                JSONObject(columns.map { (key: $0.name, value: $0.value(object) ?? .null) })
            }
        }
    }
}
