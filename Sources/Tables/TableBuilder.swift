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
    /// All of the text, where that is known.
    private let sizeBytes: Int?
    private var fedBytes = 0
    private var roomRows = 0
    private let finding: DialectSniffer.Finding?

    /// - Parameters:
    ///   - reading: what is known of it already.
    ///   - sizeBytes: of the whole text, so that columns need not grow; nil where it is not known.
    ///   - finding: how the text is written, from looking at its beginning already; what `reading` says counts.
    package init(
        _ reading: TableReading = TableReading(), sizeBytes: Int? = nil, finding: DialectSniffer.Finding? = nil
    ) {
        self.finding = reading.saysDialect || finding?.isSettled != true ? nil : finding
        self.reading = reading
        self.sizeBytes = sizeBytes
    }

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
        guard var body, body.rowCount > 0 else { throw .empty }
        self.body = nil
        return body.finish()
    }

    private mutating func feed(_ piece: [UInt8], isLast: Bool) throws(TableError) {
        fedBytes += piece.count
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
        guard body == nil else {
            makeRoom()
            return try body?.feed(text, isLast: isLast) ?? ()
        }
        sample += text
        guard isLast || sample.count >= Self.sampleSizeBytes else { return }
        let finding = try found(isWhole: isLast)
        var begun = try TableBody(finding, reading, sample: sample, isWhole: isLast)
        try begun.feed(sample, isLast: isLast)
        sample = []
        body = begun
    }

    private func found(isWhole: Bool) throws(TableError) -> DialectSniffer.Finding {
        if let finding { return finding }
        return try DialectSniffer.sniff(
            sample, isWhole: isWhole, separator: reading.separator, decimalMark: reading.decimalMark,
            hasHeader: reading.hasHeader)
    }

    /// Columns of the size that the rows so far let expect: arrays that grow by doubling need room for three times what
    /// they hold, at the worst. Memory that is not written to costs nothing.
    private mutating func makeRoom() {
        guard let sizeBytes, let rows = body?.rowCount, rows > 0, fedBytes > 0 else { return }
        let expected = Double(rows) * Double(sizeBytes) / Double(fedBytes)
        guard rows + rows / 16 > roomRows, expected > Double(rows), expected < Double(Int32.max) else { return }
        roomRows = Int(expected * 1.1)
        body?.reserve(roomRows)
    }
}
