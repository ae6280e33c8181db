/// A column of a table: its cells as numbers where they all are, as times where they are written in one way, and as
/// texts otherwise.
package struct TableColumn: Sendable {
    /// As its header has it; `column 3` without one.
    package let name: String
    /// The words of its header, which other columns may have too.
    let heading: String
    /// The header left it empty, as row names of R and pandas do.
    package let isNameless: Bool
    /// What its cells are.
    package internal(set) var kind: ColumnKind
    /// Of numbers and flags, by row, NaN missing; empty for other kinds.
    package internal(set) var numbers: [Double] = []
    /// Of texts, and of times (as ISO 8601) that are not written in one way; without rows for others.
    package internal(set) var texts = CellTexts()
    /// Of times that are written in one way, by row: microseconds by the clock since 1970, `missingTime` missing; empty
    /// for others.
    var times: [Int64] = []
    /// How they are written; nil before the first one.
    var clockStyle: ClockStyle?
    var dates = DateReader()
    /// What stands around its numbers.
    package internal(set) var affix: CellAffix?
    /// Of a column that is not in the file: names of those that are it together.
    package internal(set) var parts: [String] = []

    static let missingTime = Int64.min

    init(name: String, heading: String? = nil, isNameless: Bool = false, kind: ColumnKind) {
        (self.name, self.isNameless, self.kind) = (name, isNameless, kind)
        self.heading = heading ?? name
    }

    /// Rows.
    package var count: Int { max(numbers.count, texts.count, times.count) }

    /// Whether it is held as numbers.
    package var isNumeric: Bool { kind == .number || kind == .flag }

    /// Whether it has dates.
    package var isTime: Bool { if case .time = kind { true } else { false } }

    /// The number of a row; NaN where there is none.
    package func number(_ row: Int) -> Double { numbers.isEmpty ? .nan : numbers[row] }

    /// The cell of a row as text; whole numbers without a point. nil where there is none.
    package func text(_ row: Int) -> String? {
        if isNumeric {
            let number = number(row)
            return number.isNaN ? nil : Int64(exactly: number).map(String.init) ?? String(number)
        }
        guard !times.isEmpty else { return texts[row] }
        return times[row] == Self.missingTime ? nil : clockStyle?.text(times[row])
    }

    /// Makes numbers that stand for nothing missing.
    mutating func clear(_ marks: Set<Double>) {
        for row in numbers.indices where marks.contains(numbers[row]) { numbers[row] = .nan }
    }

    /// Whether a row has nothing.
    package func isMissing(_ row: Int) -> Bool {
        if isNumeric { return numbers[row].isNaN }
        return times.isEmpty ? texts.isMissing(row) : times[row] == Self.missingTime
    }

    /// Whether two rows that have something have the same.
    func areEqual(_ a: Int, _ b: Int) -> Bool {
        if isNumeric { return numbers[a] == numbers[b] }
        return times.isEmpty ? texts.codes[a] == texts.codes[b] : times[a] == times[b]
    }
}
