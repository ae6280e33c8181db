/// Runs of tokens as independent cases: each run, or of few runs blocks of all of them in their order.
package struct TokenCases: Sendable {
    /// How many there are.
    package let count: Int
    /// Blocks of neighbours, which may be alike.
    package let areOrdered: Bool
    /// Targets of all runs.
    private let total: Int
    /// By run, the number of those before it: targets of runs, or runs with any.
    private let offsets: [Int]

    /// Fewer runs tell too little as they are.
    private static let runsMin = 16
    private static let blocksMax = 32
    /// Targets of a block.
    private static let blockMin = 8

    /// - Parameter runs: each has its tokens 1… as targets.
    package init(_ runs: [[Int32]]) {
        let lengths = runs.map { max(0, $0.count - 1) }
        total = lengths.reduce(0, +)
        let filled = lengths.count { $0 > 0 }
        areOrdered = filled < Self.runsMin
        count = areOrdered ? min(Self.blocksMax, max(1, total / Self.blockMin)) : filled
        var offsets: [Int] = [], sum = 0
        for length in lengths {
            offsets.append(sum)
            sum += areOrdered ? length : min(1, length)
        }
        self.offsets = offsets
    }

    /// - Parameters: run: by its place. - target: within it, from 0.
    package func index(run: Int, target: Int) -> Int {
        areOrdered ? (offsets[run] + target) * count / max(1, total) : offsets[run]
    }

    /// "41 sequences", or "12,345 characters in 32 parts".
    func words(_ unit: TokenUnit) -> String {
        guard areOrdered else { return Evaluation.counted(count, "sequence") }
        let tokens = Evaluation.counted(total, String(unit.rawValue.dropLast()))
        return count > 1 ? tokens + " in \(count) parts" : tokens
    }
}
