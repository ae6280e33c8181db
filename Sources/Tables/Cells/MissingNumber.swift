/// Numbers that stand for a missing value in data of instruments and surveys: -999, 9999, -99.9.
enum MissingNumber {
    private static let marks: Set<Double> = [
        -99, -999, -9999, -99_999, 999, 9999, 99_999, 999_999, -99.9, -999.9, -9999.9, 999.9, 9999.9, -99.99, -999.99,
        99.99, 999.99, -9999.99, -32_768,
    ]
    private static let countMin = 2
    /// A mark is so many times as far from the next value as the other values are from each other.
    private static let gapMin = 2.0

    /// A question about a number that comes again and again, far away from all others.
    static func doubt(_ columns: [TableColumn]) -> TableDoubt? {
        for column in columns where column.kind == .number {
            guard let mark = mark(column.numbers) else { continue }
            let text = Int(exactly: mark).map(String.init) ?? "\(mark)"
            return TableDoubt(
                option: "missing",
                question: "does \(text) in column \(column.name) stand for a missing value? It is far away from all "
                    + "others", answers: [text, "none"])
        }
        return nil
    }

    private static func mark(_ numbers: [Double]) -> Double? {
        var low = Double.infinity, high = -Double.infinity
        for number in numbers {
            if number < low { low = number }
            if number > high { high = number }
        }
        for mark in [low, high] where marks.contains(mark) {
            var count = 0, least = Double.infinity, most = -Double.infinity
            for number in numbers where !number.isNaN {
                if number == mark {
                    count += 1
                } else {
                    least = min(least, number)
                    most = max(most, number)
                }
            }
            guard count >= countMin, most > least else { continue }
            let gap = mark < least ? least - mark : mark - most
            if gap > gapMin * (most - least) || mark < 0 && least >= 0 { return mark }
        }
        return nil
    }
}
