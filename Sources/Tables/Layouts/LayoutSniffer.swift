/// Tells by a sample where the series of a table are: in rows, in columns, or one step below the other.
struct LayoutSniffer {
    private let header: [String]?
    private let body: [[String]]
    private let kinds: [ColumnKind]
    private let reader: CellNumber
    private let isWhole: Bool

    /// What was found.
    struct Finding {
        var layout: TableLayout
        /// Of series in rows: which cells are values; open at its end where rows have several lengths.
        var values: Range<Int>?
        /// The other layouts that it could be.
        var others: [TableLayout] = []
    }

    /// Names that count are no accident from here on.
    private static let countingMin = 8
    private static let datesMin = 3
    private static let columnsMin = 20

    /// - Parameters:
    ///   - rows: with the header, if there is one.
    ///   - isWhole: the sample is the whole table.
    init(_ rows: [[String]], _ kinds: [ColumnKind], _ dialect: Dialect, isWhole: Bool) {
        header = dialect.hasHeader ? rows.first : nil
        body = dialect.hasHeader ? Array(rows.dropFirst()) : rows
        self.kinds = kinds
        reader = CellNumber(dialect)
        self.isWhole = isWhole
    }

    /// - Parameter wanted: what a client says.
    func find(_ wanted: TableLayout?) -> Finding {
        switch wanted {
        case nil: found()
        case .rows?: Finding(layout: .rows, values: ragged() ?? counting() ?? tail)
        case .long?: Finding(layout: .long)
        case .columns?: Finding(layout: .columns)
        }
    }

    private func found() -> Finding {
        if let values = ragged() { return Finding(layout: .rows, values: values) }
        let isTimed = kinds.contains { if case .time = $0 { true } else { false } }
        if !isTimed, let values = counting() {
            let isSure = isDated(values) || kinds.indices.contains { !values.contains($0) && isKey($0) }
            return Finding(layout: .rows, values: values, others: isSure ? [] : [.long])
        }
        let numbers = kinds.count { $0 == .number || $0 == .empty }
        if header == nil, !isTimed, kinds.first == .text, numbers >= Self.countingMin, numbers == kinds.count - 1,
            isKey(0)
        {
            return Finding(layout: .rows, values: tail)
        }
        guard header != nil, isWhole, numbers >= Self.columnsMin, numbers > body.count else {
            return Finding(layout: .long)
        }
        return Finding(layout: .columns, others: !isTimed && kinds.indices.contains(where: isKey) ? [.rows] : [])
    }

    /// All behind the leading columns that are no numbers.
    private var tail: Range<Int> { (kinds.firstIndex { $0 == .number } ?? kinds.count)..<Int.max }

    /// A text of its own in each row.
    private func isKey(_ column: Int) -> Bool {
        kinds[column] == .text && Set(body.compactMap { $0.count > column ? $0[column] : nil }).count == body.count
    }

    // MARK: Rows of several lengths

    private func ragged() -> Range<Int>? {
        let lengths = Dictionary(grouping: body, by: \.count).mapValues(\.count)
        guard let usual = lengths.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return nil }
        let first: Int
        if let header, header.count < usual.key, header.last?.hasSuffix("...") == true || header.count + 2 < usual.key {
            // One name stands for all values: `id,type,start,values...`.
            first = header.count - 1
        } else {
            // One row in another length is a fault, many lengths are series.
            guard lengths.count > 2, usual.value * 10 < body.count * 6, (header?.count ?? .max) >= usual.key else {
                return nil
            }
            first = kinds.firstIndex { $0 == .number } ?? 0
        }
        return body.allSatisfy({ row in row.dropFirst(first).allSatisfy(isNumber) }) ? first..<Int.max : nil
    }

    private func isNumber(_ cell: String) -> Bool {
        var cell = cell
        return cell.withUTF8 { MissingMark.isMissing($0) || reader.read($0) != nil }
    }

    // MARK: Names that count

    /// The longest run of columns of numbers with names that count on: dates, years, a word with 1, 2, ….
    private func counting() -> Range<Int>? {
        guard let header else { return nil }
        var best = 0..<0, start = 0
        let steps = header.map { HeadStep($0) }
        for column in header.indices {
            let isNumeric = column < kinds.count && (kinds[column] == .number || kinds[column] == .empty)
            if !isNumeric || steps[column] == nil {
                start = column + 1
            } else if column > start, steps[column]?.follows(steps[column - 1]) != true {
                start = column
            }
            if column + 1 - start > best.count { best = start..<column + 1 }
        }
        // They are what the table is about, not a few of many columns.
        let numbers = kinds.count { $0 == .number || $0 == .empty }
        guard best.count >= (isDated(best) ? Self.datesMin : Self.countingMin), best.count * 2 > numbers else {
            return nil
        }
        return best
    }

    private func isDated(_ columns: Range<Int>) -> Bool {
        guard let header, !columns.isEmpty, columns.upperBound <= header.count else { return false }
        return columns.allSatisfy { if case .date = HeadStep(header[$0]) { true } else { false } }
    }
}

/// A name of a column as a step: a date, or a number behind a word.
private enum HeadStep {
    /// As ISO 8601.
    case date(String)
    case number(word: Substring, Int)

    /// Eight digits of other centuries are article numbers.
    private static let compactYears = "1900"..."2100"

    init?(_ name: String) {
        if let form = DateForm.forms(of: [name]).first, let iso = form.iso(name),
            form != .compact && form != .compactMonth || Self.compactYears.contains(String(name.prefix(4)))
        {
            self = .date(iso)
            return
        }
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count, word = name.dropLast(digits)
        guard 1...9 ~= digits, let number = Int(name.suffix(digits)), !word.contains(where: \.isNumber) else {
            return nil
        }
        self = .number(word: word, number)
    }

    func follows(_ other: HeadStep?) -> Bool {
        switch (self, other) {
        case (.date(let date), .date(let before)): before < date
        case (.number(let word, let number), .number(let before, let last)): word == before && number == last + 1
        default: false
        }
    }
}
