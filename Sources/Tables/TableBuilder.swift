/// Reads a table from a text that comes piece by piece: the first pieces tell how it is written, then its rows go into
/// columns as they come.
package struct TableBuilder {
    /// Bytes from which dialect and kinds are told.
    private static let sampleSizeBytes = 256 << 10
    package static let columnsMax = 65_536

    private let reading: TableReading
    private var decoder: TextDecoder?
    /// What came before the dialect was known, as it was sent and as UTF-8.
    private var head: [UInt8] = []
    private var sample: [UInt8] = []
    private var body: TableBody?

    /// - Parameter reading: what is known of it already.
    package init(_ reading: TableReading = TableReading()) { self.reading = reading }

    /// Takes the next piece of the text, in whatever encoding it is.
    ///
    /// - Throws: `TableError` with line and column.
    package mutating func feed(_ piece: [UInt8]) throws(TableError) { try feed(piece, isLast: false) }

    /// The whole table.
    ///
    /// - Throws: `TableError`, also for a text without rows.
    package mutating func finish() throws(TableError) -> Table {
        try feed([], isLast: true)
        guard let body, body.rowCount > 0 else { throw .empty }
        return body.table
    }

    private mutating func feed(_ piece: [UInt8], isLast: Bool) throws(TableError) {
        if decoder == nil {
            head += piece
            guard isLast || head.count >= Self.sampleSizeBytes else { return }
            decoder = TextDecoder(sample: head.prefix(Self.sampleSizeBytes))
            let first = head
            head = []
            return try text(first, isLast: isLast)
        }
        try text(piece, isLast: isLast)
    }

    private mutating func text(_ piece: [UInt8], isLast: Bool) throws(TableError) {
        guard let text = try decoder?.decode(piece, isLast: isLast) else { return }
        guard body == nil else { return try body?.feed(text, isLast: isLast) ?? () }
        sample += text
        guard isLast || sample.count >= Self.sampleSizeBytes else { return }
        let finding = try DialectSniffer.sniff(
            sample, isWhole: isLast, separator: reading.separator, decimalMark: reading.decimalMark)
        var begun = try TableBody(finding, reading, sample: sample, isWhole: isLast)
        try begun.feed(sample, isLast: isLast)
        sample = []
        body = begun
    }
}

/// The columns of a table whose dialect is known, as they grow.
private struct TableBody {
    private let dialect: Dialect
    private var scanner: RowScanner
    private var columns: [TableColumn]
    private var lines: [Int32] = []
    private var doubts: [TableDoubt]
    private var isHeaderDue: Bool
    private let reader: CellNumber

    var rowCount: Int { lines.count }
    var table: Table {
        Table(dialect: dialect, columns: columns, rowCount: rowCount, lines: lines, doubts: doubts)
    }

    init(
        _ finding: DialectSniffer.Finding, _ reading: TableReading, sample: [UInt8], isWhole: Bool
    ) throws(TableError) {
        var dialect = finding.dialect
        if let hasHeader = reading.hasHeader { dialect.hasHeader = hasHeader }
        self.dialect = dialect
        scanner = RowScanner(dialect)
        isHeaderDue = dialect.hasHeader
        reader = CellNumber(dialect)
        doubts = finding.doubt.map { [TableDoubt(option: "decimal", question: $0, answers: [".", ","])] } ?? []
        var rows: [[(text: String, isQuoted: Bool)]] = []
        var probe = RowScanner(dialect)
        try probe.feed(sample, isLast: isWhole) { row in
            rows.append((0..<row.count).map { (row.text($0), row.isQuoted($0)) })
            return rows.count < 2000
        }
        guard let first = rows.first else { throw .empty }
        if first.count > TableBuilder.columnsMax {
            throw .tooManyColumns(count: first.count, countMax: TableBuilder.columnsMax)
        }
        let names = dialect.hasHeader ? first.map(\.text) : first.map { _ in "" }
        let body = dialect.hasHeader ? Array(rows.dropFirst()) : rows
        var kinds = ColumnSniffer.kinds(body, count: first.count, dialect)
        for column in kinds.indices {
            guard case .time(let form) = kinds[column] else { continue }
            if let wanted = reading.dateForm, form != .iso { kinds[column] = .time(wanted) }
            let cells = body.compactMap { $0.indices.contains(column) ? $0[column].text : nil }.filter { !$0.isEmpty }
            if reading.dateForm == nil, ColumnSniffer.isDoubtful(cells), let cell = cells.first {
                doubts.append(
                    TableDoubt(
                        option: "dates",
                        question: "does \(cell) in column \(names[column]) have the day first, or the month?",
                        answers: [DateForm.dayMonthYear.rawValue, DateForm.monthDayYear.rawValue]))
            }
        }
        columns = names.enumerated().map { place, name in
            TableColumn(
                name: name.isEmpty ? "column \(place + 1)" : name, isNameless: dialect.hasHeader && name.isEmpty,
                kind: reading.textColumns.contains(name) ? .text : kinds[place])
        }
    }

    mutating func feed(_ text: [UInt8], isLast: Bool) throws(TableError) {
        var (columns, lines, isHeaderDue) = (self.columns, self.lines, self.isHeaderDue)
        (self.columns, self.lines) = ([], [])
        defer { (self.columns, self.lines, self.isHeaderDue) = (columns, lines, isHeaderDue) }
        try scanner.feed(text, isLast: isLast) { row throws(TableError) in
            if isHeaderDue {
                isHeaderDue = false
                return true
            }
            guard row.count == columns.count else {
                throw .raggedRow(line: row.line, found: row.count, expected: columns.count)
            }
            for place in columns.indices { try Self.append(row, place, reader, to: &columns[place]) }
            lines.append(Int32(clamping: row.line))
            return true
        }
    }

    private static func append(
        _ row: TableRow, _ place: Int, _ reader: CellNumber, to column: inout TableColumn
    ) throws(TableError) {
        let bytes = row.bytes(place)
        switch column.kind {
        case .number:
            if let number = reader.read(bytes) {
                column.numbers.append(number)
            } else if MissingMark.isMissing(bytes) {
                column.numbers.append(.nan)
            } else {
                throw .cell(line: row.line, column: column.name, text: row.text(place), expected: "a number")
            }
        case .flag:
            if MissingMark.isMissing(bytes) {
                column.numbers.append(.nan)
            } else if let flag = CellFlag.read(row.text(place)) {
                column.numbers.append(flag ? 1 : 0)
            } else {
                throw .cell(line: row.line, column: column.name, text: row.text(place), expected: "yes or no")
            }
        case .time(let form):
            let text = row.text(place)
            if MissingMark.isMissing(bytes) {
                column.texts.append(nil)
            } else if let iso = form.iso(text) {
                column.texts.append(iso)
            } else {
                throw .cell(
                    line: row.line, column: column.name, text: text, expected: "a date as the others (\(form.rawValue))")
            }
        case .text, .empty: column.texts.append(MissingMark.isMissing(bytes) ? nil : row.text(place))
        }
    }
}
