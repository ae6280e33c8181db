/// The mean of what paths say of one value.
enum SampleMean {
    /// Of heavy tails a hundred paths tell no mean, and of logarithms one path may be larger than all others: where it
    /// is robust, the outermost twentieths count as the nearest of the rest.
    static func of(_ values: [Double], isRobust: Bool) -> Double {
        let outer = values.count / 20
        guard isRobust, outer > 0 else { return values.reduce(0, +) / Double(values.count) }
        let sorted = values.sorted()
        let low = sorted[outer], high = sorted[sorted.count - 1 - outer]
        return sorted.reduce(0) { $0 + min(max($1, low), high) } / Double(values.count)
    }
}
