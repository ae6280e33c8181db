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
            } else if let number = affix?.read(row.text(place), reader) {
                numbers.append(number)
            } else {
                let unit = affix.map { " in \($0.words)" } ?? ""
                throw fault(row, place, "a number\(unit), as the others are")
            }
        case .flag:
            if MissingMark.isMissing(bytes) {
                numbers.append(.nan)
            } else if let flag = CellFlag.read(bytes) {
                numbers.append(flag ? 1 : 0)
            } else {
                throw fault(row, place, "yes or no")
            }
        case .time(let form): try appendTime(row, place, form)
        case .text:
            if row.hasDoubledQuotes(place) {
                texts.append(row.text(place))
            } else {
                texts.append(bytes)
            }
        case .empty:
            guard !MissingMark.isMissing(bytes) else { return texts.appendMissing() }
            begin(ColumnSniffer.kind([row.text(place)], reader))
            affix = CellAffix.common([row.text(place)], reader)
            try append(row, place, reader)
        }
    }

    private mutating func appendTime(_ row: TableRow, _ place: Int, _ form: DateForm) throws(TableError) {
        let bytes = row.bytes(place)
        if texts.count == 0, let date = dates.read(bytes, form), date.style == clockStyle ?? date.style {
            clockStyle = date.style
            times.append(date.microseconds)
        } else if MissingMark.isMissing(bytes) {
            if texts.count > 0 { texts.appendMissing() } else { times.append(Self.missingTime) }
        } else if let iso = form.iso(row.text(place)) {
            moveTimes()
            texts.append(iso)
        } else {
            throw fault(row, place, "a date as the others (\(form.rawValue))")
        }
    }

    /// Times that are written in several ways are held as they are written.
    private mutating func moveTimes() {
        guard !times.isEmpty else { return }
        for row in times.indices {
            if let text = text(row) { texts.append(text) } else { texts.appendMissing() }
        }
        (times, clockStyle) = ([], nil)
    }

    /// Makes room for rows in all.
    mutating func reserve(_ rows: Int) {
        switch kind {
        case .number, .flag: numbers.reserveCapacity(rows)
        case .time: if texts.count == 0 { times.reserveCapacity(rows) } else { texts.reserve(rows) }
        case .text, .empty: texts.reserve(rows)
        }
    }

    private func fault(_ row: TableRow, _ place: Int, _ expected: String) -> TableError {
        .cell(line: row.line, column: name, text: row.text(place), expected: expected)
    }

    /// The first cell of a column that had none tells its kind.
    private mutating func begin(_ kind: ColumnKind) {
        let rows = texts.count
        self.kind = kind
        guard isNumeric || isTime else { return }
        texts = CellTexts()
        if isTime {
            times = [Int64](repeating: Self.missingTime, count: rows)
        } else {
            numbers = [Double](repeating: .nan, count: rows)
        }
    }
}
