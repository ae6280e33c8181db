/// What the values of a column look like, for who gives it a role. Each fact is found when it is first asked for.
final class ColumnFacts {
    let column: TableColumn
    private(set) lazy var coded = Self.codes(column)
    /// All numbers are whole.
    private(set) lazy var isWhole = column.isNumeric && column.numbers.allSatisfy { $0.isNaN || $0 == $0.rounded() }
    /// No two known values differ.
    private(set) lazy var isConstant = isConstantColumn
    /// Of numbers without a missing one: each is larger than the one before, by the same.
    private(set) lazy var isCounting = isCountingColumn
    /// In small letters, without what stands between words.
    private(set) lazy var plainName = column.heading.lowercased().filter { $0.isLetter || $0.isNumber }

    init(_ column: TableColumn) { self.column = column }

    /// Equal values as equal numbers.
    struct Codes {
        /// By row, from 0 in the order of the rows; -1 for missing values.
        let codes: [Int32]
        /// Of each code.
        let firstRows: [Int32]
    }

    /// By row, a number that is the same for equal cells; -1 for missing ones.
    var codes: [Int32] { coded.codes }
    /// Different values.
    var distinct: Int { coded.firstRows.count }

    private static func codes(_ column: TableColumn) -> Codes {
        if column.isNumeric {
            return DistinctNumbers.codes(column.numbers) { $0.isNaN ? nil : ($0 + 0).bitPattern }
        }
        guard column.times.isEmpty else {
            // Most series stand in the order of time, and a single one has no time twice.
            if isRising(column.times) {
                let rows = (0..<column.count).map { Int32($0) }
                return Codes(codes: rows, firstRows: rows)
            }
            return DistinctNumbers.codes(column.times) {
                $0 == TableColumn.missingTime ? nil : UInt64(bitPattern: $0)
            }
        }
        return Codes(codes: column.texts.codes, firstRows: column.texts.firstRows)
    }

    private static func isRising(_ times: [Int64]) -> Bool {
        times.first != TableColumn.missingTime && zip(times.dropFirst(), times).allSatisfy { $0 > $1 }
    }

    var name: String { column.name }
    var isNumeric: Bool { column.isNumeric }

    private var isConstantColumn: Bool {
        guard column.isNumeric else { return distinct <= 1 }
        let first = column.numbers.first { !$0.isNaN }
        return column.numbers.allSatisfy { $0.isNaN || $0 == first }
    }

    private var isCountingColumn: Bool {
        guard column.isNumeric, column.count > 2 else { return false }
        let numbers = column.numbers, step = numbers[1] - numbers[0]
        return step > 0 && (1..<numbers.count).allSatisfy { abs(numbers[$0] - numbers[$0 - 1] - step) <= 1e-9 * step }
    }

    /// Whether equal cells stand together, in blocks of so many rows and more on the average.
    func isInBlocks(rows: Int = 2) -> Bool {
        // Most columns show in their first rows that they are none.
        var changes = 1
        for row in codes.indices.dropFirst() where codes[row] != codes[row - 1] { changes += 1 }
        return distinct > 1 && changes == distinct && codes.count >= rows * distinct
    }
}
