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
        let said: [(TableOption, String?)] = [
            (.time, time), (.id, id), (.target, target), (.future, future), (.past, past), (.fixed, `static`),
            (.label, label), (.separator, separator), (.decimal, decimal), (.dates, dates), (.layout, layout),
            (.missing, missing),
        ]
        for (option, text) in said {
            guard let text else { continue }
            do {
                try input.take(option, text)
            } catch {
                throw InputError(description: "--\(option.rawValue) \(error)")
            }
        }
        if noHeader { input.reading.hasHeader = false }
        input.kind = try kind.map { text throws(InputError) in
            if let kind = ContentKind(rawValue: text) { return kind }
            let all = ContentKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputError(description: "--kind \(text): expected one of \(all)")
        }
        return input
    }
}
