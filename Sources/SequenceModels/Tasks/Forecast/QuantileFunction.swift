import Kernels

/// A distribution known by its quantiles at given levels: between and beyond them linear over the logit of the level,
/// so that the tails are those of a logistic distribution.
struct QuantileFunction: Sendable {
    /// Ascending, at least two, each in (0, 1).
    let levels: [Double]
    /// log(q / (1 − q)) of each level.
    private let logits: [Double]

    init(levels: [Double]) {
        precondition(levels.count > 1, "\(levels.count) levels, a spread needs two")
        self.levels = levels
        logits = levels.map { Self.logit($0) }
    }

    static func logit(_ level: Double) -> Double { PortableMath.log(level / (1 - level)) }

    /// The value at a level.
    /// - Parameters:
    ///   - logit: of the level asked for.
    ///   - outputs: one value for each of `levels`; where they cross, they are put in order (Chernozhukov et al. 2010).
    func value(atLogit logit: Double, outputs: UnsafeBufferPointer<Float>) -> Double {
        let sorted = outputs.sorted()
        let above = logits.firstIndex { $0 >= logit } ?? logits.count - 1
        let high = max(1, above), low = high - 1
        let share = (logit - logits[low]) / (logits[high] - logits[low])
        return Double(sorted[low]) + share * (Double(sorted[high]) - Double(sorted[low]))
    }
}
