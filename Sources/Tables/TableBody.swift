/// The columns of a table whose dialect is known, as they grow.
struct TableBody {
    /// Cells of a sample from which kinds and layout are told.
    private static let cellsMax = 200_000
    private static let rowsMax = 2000
    /// Rows have numbers of 32 bits.
    private static let rowCountMax = Int(Int32.max)

    private let dialect: Dialect
    private let layout: LayoutSniffer.Finding
    private var scanner: RowScanner
    private var columns: [TableColumn] = []
    private var wide: WideRows?
    private var lines = RowLines()
    private var doubts: [TableDoubt]
    private var isHeaderDue: Bool
    private let reader: CellNumber
    private let timeColumns: [String]
    private let missing: Set<Double>?

    var rowCount: Int { lines.count }
    var columnCount: Int { columns.count }

    /// Nothing follows.
    mutating func finish() -> Table {
        for place in columns.indices { columns[place].texts.finish() }
        if let missing {
            for place in columns.indices where columns[place].kind == .number { columns[place].clear(missing) }
            wide?.clear(missing)
        } else if let doubt = MissingNumber.doubt(columns) {
            doubts.append(doubt)
        }
        if layout.layout == .long, let time = TimeParts(columns).joined(said: timeColumns) { columns.append(time) }
        return Table(
            dialect: dialect, layout: layout.layout, columns: columns, wide: wide, rowCount: rowCount, lines: lines,
            doubts: doubts)
    }

    /// Makes room for rows in all.
    mutating func reserve(_ rows: Int) {
        for place in columns.indices { columns[place].reserve(rows) }
    }

    /// - Parameter sample: the beginning of the text, which is fed afterwards all the same.
    init(
        _ finding: DialectSniffer.Finding, _ reading: TableReading, sample: [UInt8], isWhole: Bool
    ) throws(TableError) {
        dialect = finding.dialect
        scanner = RowScanner(dialect)
        isHeaderDue = dialect.hasHeader
        reader = CellNumber(dialect)
        timeColumns = reading.timeColumns
        missing = reading.missingNumbers
        doubts = finding.doubt.map { [TableDoubt(option: "decimal", question: $0, answers: [".", ","])] } ?? []
        let (rows, isAll) = try Self.rows(sample, dialect, isWhole: isWhole)
        guard let first = rows.first else { throw .empty }
        try Self.refuseTitle(rows)
        let body = dialect.hasHeader ? Array(rows.dropFirst()) : rows
        let count = max(first.count, body.first?.count ?? 0)
        if count > TableBuilder.columnsMax { throw .tooManyColumns(count: count, countMax: TableBuilder.columnsMax) }
        let heads = Self.heads(dialect.hasHeader ? first : first.map { _ in "" }, body), names = Self.distinct(heads)
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
            var column = TableColumn(
                name: name.isEmpty ? "column \(place + 1)" : name, heading: place < heads.count ? heads[place] : nil,
                isNameless: dialect.hasHeader && name.isEmpty,
                kind: reading.textColumns.contains(name) ? .text : kinds[place])
            if column.kind == .number {
                let cells = body.compactMap { Self.cell($0, place) }.filter { !ColumnSniffer.isMissing($0) }
                column.affix = CellAffix.common(cells, reader)
            }
            return column
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

    /// A line of a title above the header.
    private static func refuseTitle(_ rows: [[String]]) throws(TableError) {
        let counts = rows.dropFirst().prefix(50).map { row in row.count { !$0.isEmpty } }
        guard rows.count > 3, rows[0].count(where: { !$0.isEmpty }) == 1, let title = rows[0].first, !title.isEmpty,
            !title.hasSuffix("..."), counts.count(where: { $0 > 1 }) * 10 >= counts.count * 9
        else { return }
        throw .title(text: title)
    }

    /// Those of the header; with one more for the names of rows, over which R writes nothing at all.
    private static func heads(_ header: [String], _ body: [[String]]) -> [String] {
        let isShort = !body.isEmpty && body.allSatisfy { $0.count == header.count + 1 }
        guard isShort, header.last?.hasSuffix("...") != true else { return header }
        // A separator at the end of each row makes an empty column, and not one of names.
        return body.allSatisfy { $0.last?.isEmpty == true } ? header + [""] : [""] + header
    }

    /// Names that come again say where they stand, so that each column can be named.
    private static func distinct(_ names: [String]) -> [String] {
        let counts = Dictionary(grouping: names, by: \.self).mapValues(\.count)
        var seen: Set<String> = []
        return names.enumerated().map { place, name in
            guard !name.isEmpty, counts[name] ?? 0 > 1, !seen.insert(name).inserted else { return name }
            return "\(name) (column \(place + 1))"
        }
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
        (self.columns, self.lines, self.wide) = ([], RowLines(), nil)
        defer { (self.columns, self.lines, self.isHeaderDue, self.wide) = (columns, lines, isHeaderDue, wide) }
        let values = layout.values ?? 0..<0, isWide = wide != nil, reader = reader
        try columns.withUnsafeMutableBufferPointer { columns throws(TableError) in
            try scanner.feed(text, isLast: isLast) { row throws(TableError) in
                if isHeaderDue {
                    isHeaderDue = false
                    return true
                }
                guard isWide ? row.count >= columns.count : row.count == columns.count else {
                    throw .raggedRow(line: row.line, found: row.count, expected: columns.count)
                }
                if isWide {
                    wide?.series.append(try Self.series(row, values, reader))
                    let keys = (0..<row.count).filter { !values.contains($0) }.prefix(columns.count)
                    for (index, place) in keys.enumerated() { try columns[index].append(row, place, reader) }
                } else {
                    for place in columns.indices { try columns[place].append(row, place, reader) }
                }
                if lines.count == Self.rowCountMax { throw .tooManyRows(countMax: Self.rowCountMax) }
                lines.append(row.line)
                return true
            }
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
