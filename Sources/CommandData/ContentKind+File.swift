import Tables

/// What a file of training data is, told by its content where its ending does not say it.
extension ContentKind {
    /// - Parameters:
    ///   - head: the first bytes.
    ///   - isWhole: they are all.
    ///   - finding: becomes how a table is written where it was looked for.
    /// - Throws: `InputError` for files that are made for other programs, `TableQuestion` for a text that looks like a
    ///   table.
    init(path: String, head: [UInt8], isWhole: Bool, _ finding: inout DialectSniffer.Finding?) throws {
        try Self.refuseOthers(path, head)
        var name = path.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        let suffix = name.split(separator: "/").last?.split(separator: ".").dropFirst().last.map(String.init) ?? ""
        switch suffix {
        case "json": self = .json
        case "ndjson", "jsonl": self = .ndjson
        case "csv", "tsv", "tab", "psv": self = .table
        default:
            let first = head.first { $0 > 0x20 }
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), suffix != "txt" {
                self = Self.areLines(head) ? .ndjson : .json
            } else {
                finding = try Self.findTable(path, head, isWhole)
                guard finding != nil else {
                    self = .text
                    return
                }
                // Standard input has no ending that says otherwise.
                guard path != "-" else {
                    self = .table
                    return
                }
                throw TableQuestion(
                    path: path,
                    TableDoubt(
                        option: "kind",
                        question: "it looks like a table; is it one, or a text to learn letter by letter?",
                        answers: ["table", "text"]))
            }
        }
    }

    private static func refuseOthers(_ path: String, _ head: [UInt8]) throws(InputError) {
        if head.starts(with: "PAR1".utf8) {
            throw InputError(
                description: "\(path) is Parquet, which is not read here; python3 -c \"import pandas; "
                    + "pandas.read_parquet('\(path)').to_csv('table.csv', index=False)\" writes a table that is, and "
                    + "so does duckdb -c \"COPY '\(path)' TO 'table.csv'\"")
        }
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            throw InputError(
                description: "\(path) is a ZIP archive, as workbooks (.xlsx) are: unpack it, or save the sheet as CSV")
        }
    }

    /// Whether each line is JSON of its own: there is a second one that begins one.
    private static func areLines(_ head: [UInt8]) -> Bool {
        let lines = head.split(separator: UInt8(ascii: "\n")).prefix(2).map { $0.drop { $0 <= 0x20 } }
        guard lines.count == 2, let opens = lines[0].first, lines[1].first == opens else { return false }
        let last = lines[0].last { $0 > 0x20 }
        return last == (opens == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    private static func findTable(
        _ path: String, _ head: [UInt8], _ isWhole: Bool
    ) throws(InputError) -> DialectSniffer.Finding? {
        var decoder = TextDecoder(sample: head)
        guard let text = try? decoder.decode(head, isLast: isWhole) else { return nil }
        do throws(TableError) {
            return try DialectSniffer.findTable(text, isWhole: isWhole)
        } catch {
            throw InputError(description: "\(path): \(error); as a text it is learned with --kind text")
        }
    }
}
