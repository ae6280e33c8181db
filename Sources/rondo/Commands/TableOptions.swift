import ArgumentParser
import CommandData
import Tables

/// What of a table is said and not found out: how it is written, and what its columns are.
struct TableOptions: ParsableArguments {
    @Option(help: "Table: the column that says when a row is; several are it together, as in year,month.")
    var time: String?

    @Option(name: [.long, .customLong("group")], help: "Table: the columns that tell series apart, with commas.")
    var id: String?

    @Option(name: [.long, .customLong("columns")], help: "Table: the columns to forecast, with commas.")
    var target: String?

    @Option(help: "Table: columns that are known ahead (prices, holidays), with commas.")
    var future: String?

    @Option(help: "Table: columns that are known up to now only, with commas.")
    var past: String?

    @Option(help: "Table: columns that are the same for all of a series, with commas.")
    var `static`: String?

    @Option(help: "Table: the column to classify, to estimate or to tag with.")
    var label: String?

    @Option(help: "Table: between cells: , ; | or tab.")
    var separator: String?

    @Option(help: "Table: the decimal mark, a point or a comma.")
    var decimal: String?

    @Option(
        parsing: .unconditional,
        help: "Table: numbers that stand for a missing value (-999), with commas; none if none does.")
    var missing: String?

    @Option(help: "Table: the order of dates: day/month/year, month/day/year or year/month/day.")
    var dates: String?

    @Option(help: "Table: long (a row is a step), rows (a row is a series) or columns (a column is a series).")
    var layout: String?

    @Flag(help: "Table: the first row has values, not names.")
    var noHeader = false

    @Option(help: "What the file is: table, json, ndjson or text (default: from its ending and content).")
    var kind: String?

    /// - Throws: `InputError` for a value that is none.
    func input() throws(InputError) -> TableInput {
        var input = TableInput()
        input.reading.separator = try separator.map { text throws(InputError) in
            let marks: [String: Character] = ["tab": "\t", "\\t": "\t"]
            return try Self.mark(marks[text].map(String.init) ?? text, of: ",;|\t", "separator")
        }
        input.reading.decimalMark = try decimal.map { text throws(InputError) in
            try Self.mark(text, of: ".,", "decimal")
        }
        input.reading.dateForm = try dates.map { text throws(InputError) in
            try Self.choice(text, DateForm.self, "dates")
        }
        input.reading.layout = try layout.map { text throws(InputError) in
            try Self.choice(text, TableLayout.self, "layout")
        }
        input.kind = try kind.map { text throws(InputError) in try Self.choice(text, ContentKind.self, "kind") }
        input.reading.missingNumbers = try missing.map { text throws(InputError) in
            Set(
                text == "none"
                    ? []
                    : try text.split(separator: ",").map { text throws(InputError) in
                        guard let number = Double(text) else {
                            throw InputError(description: "--missing \(text): expected numbers, or none")
                        }
                        return number
                    })
        }
        if noHeader { input.reading.hasHeader = false }
        let said: [(ColumnRole, String?)] = [
            (.time, time), (.id, id), (.target, target), (.future, future), (.past, past), (.fixed, `static`),
            (.label, label),
        ]
        for (role, names) in said {
            if let names { input.roles.columns[role] = names.split(separator: ",").map(String.init) }
        }
        // Ids stay what they are written as.
        input.reading.textColumns = Set(input.roles.columns[.id] ?? [])
        if let parts = input.roles.columns[.time], parts.count > 1 { input.reading.timeColumns = parts }
        return input
    }

    private static func mark(_ text: String, of marks: String, _ option: String) throws(InputError) -> UInt8 {
        guard text.utf8.count == 1, let byte = text.utf8.first, marks.utf8.contains(byte) else {
            throw InputError(
                description: "--\(option) \(text): expected one of \(marks.map { $0 == "\t" ? "tab" : "\($0)" })")
        }
        return byte
    }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String, _: Choice.Type, _ option: String
    ) throws(InputError) -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: text) { return choice }
        let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw InputError(description: "--\(option) \(text): expected one of \(all)")
    }
}
