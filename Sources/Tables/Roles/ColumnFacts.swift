/// What the values of a column look like, for who gives it a role.
struct ColumnFacts {
    let column: TableColumn
    /// Different values, counted up to a limit.
    let distinct: Int
    /// All numbers are whole.
    let isWhole: Bool
    /// By row, a number that is the same for equal cells; -1 for missing ones.
    let codes: [Int32]
    /// Of numbers without a missing one: each is larger than the one before, by the same.
    let isCounting: Bool

    init(_ column: TableColumn) {
        self.column = column
        if column.kind == .number || column.kind == .flag {
            var seen: [UInt64: Int32] = [:]
            codes = column.numbers.map { value in
                guard !value.isNaN else { return -1 }
                return Self.code(value.bitPattern, &seen)
            }
            distinct = seen.count
            isWhole = column.numbers.allSatisfy { $0.isNaN || $0 == $0.rounded() }
            let steps = zip(column.numbers.dropFirst(), column.numbers).map { $0 - $1 }
            isCounting = column.count > 1 && (steps.first ?? 0) > 0 && steps.allSatisfy { $0 == steps[0] }
        } else {
            var seen: [String: Int32] = [:]
            codes = column.texts.map { text in text.map { Self.code($0, &seen) } ?? -1 }
            distinct = seen.count
            (isWhole, isCounting) = (false, false)
        }
    }

    private static func code<Key: Hashable>(_ key: Key, _ seen: inout [Key: Int32]) -> Int32 {
        if let code = seen[key] { return code }
        let code = Int32(clamping: seen.count)
        seen[key] = code
        return code
    }

    var name: String { column.name }
    /// In small letters, without what stands between words.
    var plainName: String { column.name.lowercased().filter { $0.isLetter || $0.isNumber } }
    var isNumeric: Bool { column.kind == .number || column.kind == .flag }
    var isConstant: Bool { distinct <= 1 }

    /// Whether equal cells stand together, in blocks of two rows and more on the average.
    var isInBlocks: Bool {
        let changes = zip(codes.dropFirst(), codes).count { $0 != $1 } + 1
        return distinct > 1 && changes == distinct && codes.count >= 2 * distinct
    }
}
