/// The columns of a table whose dialect is known, as they grow.
struct TableBody {
    /// Cells of a sample from which kinds and layout are told.
    private static let cellsMax = 200_000
    private static let rowsMax = 2000

    private let dialect: Dialect
    private let layout: LayoutSniffer.Finding
    private var scanner: RowScanner
    private var columns: [TableColumn] = []
    private var wide: WideRows?
    private var lines: [Int32] = []
    private var doubts: [TableDoubt]
    private var isHeaderDue: Bool
    private let reader: CellNumber

    var rowCount: Int { lines.count }
    var columnCount: Int { columns.count }
    var table: Table {
        Table(
            dialect: dialect, layout: layout.layout, columns: columns, wide: wide, rowCount: rowCount, lines: lines,
            doubts: doubts)
    }

    /// - Parameter sample: the beginning of the text, which is fed afterwards all the same.
    init(
        _ finding: DialectSniffer.Finding, _ reading: TableReading, sample: [UInt8], isWhole: Bool
    ) throws(TableError) {
        dialect = finding.dialect
        scanner = RowScanner(dialect)
        isHeaderDue = dialect.hasHeader
        reader = CellNumber(dialect)
        doubts = finding.doubt.map { [TableDoubt(option: "decimal", question: $0, answers: [".", ","])] } ?? []
        let (rows, isAll) = try Self.rows(sample, dialect, isWhole: isWhole)
        guard let first = rows.first else { throw .empty }
        let body = dialect.hasHeader ? Array(rows.dropFirst()) : rows
        let count = max(first.count, body.first?.count ?? 0)
        if count > TableBuilder.columnsMax { throw .tooManyColumns(count: count, countMax: TableBuilder.columnsMax) }
        let names = Self.names(dialect.hasHeader ? first : first.map { _ in "" }, body)
        let kinds = ColumnSniffer.kinds(body, count: count, reader)
        layout = LayoutSniffer(rows, kinds, dialect, isWhole: isAll).find(reading.layout)
        if !layout.others.isEmpty {
            doubts.append(
                TableDoubt(
                    option: "layout",
                    question:
                        "is a row a step of a series (long), a whole series (rows), or is a column one (columns)?",
                    answers: ([layout.layout] + layout.others).map(\.rawValue)))
        }
        let values = layout.values ?? 0..<0
        if layout.layout == .rows { wide = WideRows(heads: dialect.hasHeader ? Self.cells(first, in: values) : []) }
        let keys = (0..<max(names.count, min(count, values.lowerBound))).filter { !values.contains($0) }
        columns = keys.map { place in
            let name = place < names.count ? names[place] : ""
            return TableColumn(
                name: name.isEmpty ? "column \(place + 1)" : name, isNameless: dialect.hasHeader && name.isEmpty,
                kind: reading.textColumns.contains(name) ? .text : kinds[place])
        }
        for (index, place) in keys.enumerated() {
            settleDates(index, body.compactMap { Self.cell($0, place) }, reading)
        }
    }

    private static func cells(_ row: [String], in range: Range<Int>) -> [String] {
        range.lowerBound < row.count ? Array(row[range.clamped(to: 0..<row.count)]) : []
    }

    private static func cell(_ row: [String], _ place: Int) -> String? {
        place < row.count && !row[place].isEmpty ? row[place] : nil
    }

    /// Those of the header; with one more for the names of rows, over which R writes nothing at all.
    private static func names(_ header: [String], _ body: [[String]]) -> [String] {
        let isShort = !body.isEmpty && body.allSatisfy { $0.count == header.count + 1 }
        return isShort && header.last?.hasSuffix("...") != true ? [""] + header : header
    }

    private static func rows(
        _ sample: [UInt8], _ dialect: Dialect, isWhole: Bool
    ) throws(TableError) -> (rows: [[String]], isAll: Bool) {
        var rows: [[String]] = [], cells = 0, isAll = isWhole
        var scanner = RowScanner(dialect)
        try scanner.feed(sample, isLast: isWhole) { row in
            guard rows.count < rowsMax, cells < cellsMax || rows.count < 3 else {
                isAll = false
                return false
            }
            rows.append(row.texts)
            cells += row.count
            return true
        }
        return (rows, isAll)
    }

    /// The order of days and months in a column of dates, as said, or as a question where both are possible.
    private mutating func settleDates(_ column: Int, _ cells: [String], _ reading: TableReading) {
        guard case .time(let form) = columns[column].kind else { return }
        if let wanted = reading.dateForm {
            if DateForm.forms(of: cells.filter { !ColumnSniffer.isMissing($0) }).contains(wanted) {
                columns[column].kind = .time(wanted)
            }
        } else if form != .iso, ColumnSniffer.isDoubtful(cells), let cell = cells.first {
            doubts.append(
                TableDoubt(
                    option: "dates",
                    question: "does \(cell) in column \(columns[column].name) have the day first, or the month?",
                    answers: [DateForm.dayMonthYear.rawValue, DateForm.monthDayYear.rawValue]))
        }
    }

    /// Takes the next piece of the text.
    ///
    /// - Throws: `TableError` with line and column.
    mutating func feed(_ text: [UInt8], isLast: Bool) throws(TableError) {
        var (columns, lines, isHeaderDue, wide) = (self.columns, self.lines, self.isHeaderDue, self.wide)
        (self.columns, self.lines, self.wide) = ([], [], nil)
        defer { (self.columns, self.lines, self.isHeaderDue, self.wide) = (columns, lines, isHeaderDue, wide) }
        let values = layout.values ?? 0..<0, isWide = wide != nil, reader = reader
        try scanner.feed(text, isLast: isLast) { row throws(TableError) in
            if isHeaderDue {
                isHeaderDue = false
                return true
            }
            if isWide {
                guard row.count >= columns.count else {
                    throw .raggedRow(line: row.line, found: row.count, expected: columns.count)
                }
                wide?.series.append(try Self.series(row, values, reader))
                let keys = (0..<row.count).filter { !values.contains($0) }.prefix(columns.count)
                for (index, place) in keys.enumerated() { try columns[index].append(row, place, reader) }
            } else {
                guard row.count == columns.count else {
                    throw .raggedRow(line: row.line, found: row.count, expected: columns.count)
                }
                for place in columns.indices { try columns[place].append(row, place, reader) }
            }
            lines.append(Int32(clamping: row.line))
            return true
        }
    }

    /// The values of a row; what is empty at its end pads it.
    private static func series(
        _ row: TableRow, _ values: Range<Int>, _ reader: CellNumber
    ) throws(TableError) -> [Double] {
        var series: [Double] = []
        for place in values.clamped(to: 0..<row.count) {
            let bytes = row.bytes(place)
            if let number = reader.read(bytes) {
                series.append(number)
            } else if MissingMark.isMissing(bytes) {
                series.append(.nan)
            } else {
                throw .cell(line: row.line, column: "\(place + 1)", text: row.text(place), expected: "a number")
            }
        }
        while series.last?.isNaN == true { series.removeLast() }
        return series
    }
}
