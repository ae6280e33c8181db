import Kernels

/// A distribution known by its quantiles at given levels: between and beyond them linear over the logit of the level,
/// so that the tails are those of a logistic distribution.
package struct QuantileFunction: Sendable {
    /// Ascending, at least two, each in (0, 1).
    package let levels: [Double]
    /// log(q / (1 − q)) of each level.
    private let logits: [Double]

    /// - Precondition: levels as the member says.
    package init(levels: [Double]) {
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

    /// Where a value lies: the logit of its level, and how fast values grow there with the logit.
    /// - Parameter values: one for each of `levels`; where they cross, they are put in order, and where they are one,
    ///   they are `slopeMin` apart.
    func place(of value: Double, values: [Double]) -> (logit: Double, slope: Double) {
        var sorted = values.sorted()
        for index in 1..<sorted.count {
            sorted[index] = max(sorted[index], sorted[index - 1] + Self.slopeMin * (logits[index] - logits[index - 1]))
        }
        let above = sorted.firstIndex { $0 >= value } ?? sorted.count - 1
        let high = max(1, above), low = high - 1
        let slope = (sorted[high] - sorted[low]) / (logits[high] - logits[low])
        return (logits[low] + (value - sorted[low]) / slope, slope)
    }

    /// No density is higher than that of a logistic distribution of this scale.
    private static let slopeMin = 1e-4
}
