/// Reads a table from a text that comes piece by piece: the first pieces tell how it is written, then its rows go into
/// columns as they come.
package struct TableBuilder {
    /// Bytes from which dialect, layout and kinds are told.
    private static let sampleSizeBytes = 1 << 20
    /// Columns that a table may have.
    package static let columnsMax = 65_536

    private let reading: TableReading
    private var decoder: TextDecoder?
    /// What came before the dialect was known, as it was sent and as UTF-8.
    private var head: [UInt8] = []
    private var sample: [UInt8] = []
    private var body: TableBody?

    /// - Parameter reading: what is known of it already.
    package init(_ reading: TableReading = TableReading()) { self.reading = reading }

    /// Cells so far, without the values of series in rows.
    package var cellCount: Int { body.map { $0.rowCount * $0.columnCount } ?? 0 }

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
            sample, isWhole: isLast, separator: reading.separator, decimalMark: reading.decimalMark,
            hasHeader: reading.hasHeader)
        var begun = try TableBody(finding, reading, sample: sample, isWhole: isLast)
        try begun.feed(sample, isLast: isLast)
        sample = []
        body = begun
    }
}
