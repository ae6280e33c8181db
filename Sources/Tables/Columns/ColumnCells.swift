extension TableColumn {
    /// Takes the cell of the next row.
    ///
    /// - Throws: `TableError.cell` for what does not go with the column.
    mutating func append(_ row: TableRow, _ place: Int, _ reader: CellNumber) throws(TableError) {
        let bytes = row.bytes(place)
        switch kind {
        case .number:
            if let number = reader.read(bytes) {
                numbers.append(number)
            } else if MissingMark.isMissing(bytes) {
                numbers.append(.nan)
            } else {
                throw fault(row, place, "a number, as the others are")
            }
        case .flag:
            if MissingMark.isMissing(bytes) {
                numbers.append(.nan)
            } else if let flag = CellFlag.read(row.text(place)) {
                numbers.append(flag ? 1 : 0)
            } else {
                throw fault(row, place, "yes or no")
            }
        case .time(let form):
            if form == .iso, ISODate.isPlain(bytes) {
                texts.append(bytes)
            } else if MissingMark.isMissing(bytes) {
                texts.appendMissing()
            } else if let iso = form.iso(row.text(place)) {
                texts.append(iso)
            } else {
                throw fault(row, place, "a date as the others (\(form.rawValue))")
            }
        case .text:
            if MissingMark.isMissing(bytes) {
                texts.appendMissing()
            } else if row.hasDoubledQuotes(place) {
                texts.append(row.text(place))
            } else {
                texts.append(bytes)
            }
        case .empty:
            guard !MissingMark.isMissing(bytes) else { return texts.appendMissing() }
            begin(ColumnSniffer.kind([row.text(place)], reader))
            try append(row, place, reader)
        }
    }

    private func fault(_ row: TableRow, _ place: Int, _ expected: String) -> TableError {
        .cell(line: row.line, column: name, text: row.text(place), expected: expected)
    }

    /// The first cell of a column that had none tells its kind.
    private mutating func begin(_ kind: ColumnKind) {
        let rows = texts.count
        self.kind = kind
        guard isNumeric else { return }
        texts = CellTexts()
        numbers = [Double](repeating: .nan, count: rows)
    }
}
