import Kernels

/// How surprising values were that a model had not learned, each told one step before: what a threshold of alarms is
/// taken from.
///
/// A surprise is −log of the two-sided tail probability (`ValueScore.surprise`), so that where the distributions are
/// the true ones a share p of all values is more surprising than −log p. Where they are not, the table says what share
/// was; beyond it excesses over its last entry follow a generalised Pareto distribution (Pickands 1975), fitted by
/// probability-weighted moments (Hosking & Wallis 1987). Few values are little evidence, so that its shape leans on
/// that of an exponential tail, and its mean on 1.
package struct SurpriseFacts: Codable, Sendable, Equatable {
    /// Values measured.
    package var count: Int
    /// Shares of the values, descending: that of the tail is the last.
    package var rates: [Double]
    /// What so many of them exceed, ascending.
    package var levels: [Double]
    /// Of the excess over the last level, positive.
    package var tailScale: Double
    /// 0 of an exponential tail, positive of a heavier one.
    package var tailShape: Double
    /// Of a model that predicts single values, how those that came lay about them.
    package var errors: ErrorQuantiles?

    enum CodingKeys: String, CodingKey {
        case count, rates, levels, errors
        case tailScale = "tail_scale"
        case tailShape = "tail_shape"
    }

    /// Share of usual values that are taken for anomalies where the request says nothing.
    static let falseAlarmRateDefault = 0.001
    /// Of fewer values nothing is concluded.
    package static let countMin = 20
    /// Shares that the table lists, unless they are those of the tail.
    private static let ratesListed = [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01]
    /// Values of the tail: a share of all, and so many at least and at most.
    private static let tailShare = 0.1, tailCounts = 20...300
    /// Values that weigh as much as what is presumed of the tail's mean excess and of its shape.
    private static let presumedMean = 5.0, presumedShape = 60.0
    /// Neither a bounded tail nor one without a mean is believed.
    private static let shapes = -0.5...0.8
    /// An impossible value weighs as much in a mean.
    private static let surpriseMax = 1e4

    /// - Parameter measured: surprises of one value each, in any order.
    /// - Returns: nil of fewer than `countMin`.
    package init?(_ measured: [Double], errors: ErrorQuantiles? = nil) {
        guard measured.count >= Self.countMin else { return nil }
        let sorted = measured.map { min($0, Self.surpriseMax) }.sorted()
        let share = Int((Self.tailShare * Double(sorted.count)).rounded())
        let tail = min(max(share, Self.tailCounts.lowerBound), Self.tailCounts.upperBound)
        let from = tail < sorted.count ? sorted[sorted.count - tail - 1] : 0
        let rate = Double(tail) / Double(sorted.count)
        let listed = Self.ratesListed.filter { $0 > rate }
        rates = listed + [rate]
        levels = listed.map { min(from, Quantile.of(sorted: sorted, level: 1 - $0)) } + [from]
        (tailScale, tailShape) = Self.tail(sorted.suffix(tail).map { $0 - from })
        count = measured.count
        self.errors = errors
    }

    /// Scale and shape of the distribution of excesses.
    /// - Parameter excesses: ascending.
    private static func tail(_ excesses: [Double]) -> (scale: Double, shape: Double) {
        let count = Double(excesses.count)
        var sum = 0.0, weighted = 0.0
        for (index, excess) in excesses.enumerated() {
            sum += excess
            weighted += (1 - (Double(index) + 0.65) / count) * excess
        }
        let rest = (sum - 2 * weighted) / count
        let found = rest > 0 ? 2 - sum / count / rest : 0
        let shape = min(max(found, shapes.lowerBound), shapes.upperBound) * count / (count + presumedShape)
        let mean = (sum + presumedMean) / (count + presumedMean)
        return (mean * (1 - shape), shape)
    }

    /// The surprise that a share of new values exceeds, as far as those measured tell.
    /// - Parameter rate: above 0, at most 0.5.
    package func threshold(falseAlarmRate rate: Double) -> Double {
        let last = rates.count - 1
        if rate <= rates[last] {
            let log = PortableMath.log(rates[last] / rate)
            guard abs(tailShape) > 1e-9 else { return levels[last] + tailScale * log }
            return levels[last] + tailScale * (PortableMath.exp(tailShape * log) - 1) / tailShape
        }
        guard let above = rates.firstIndex(where: { $0 <= rate }), above > 0 else { return levels[0] }
        // Linear in the logarithm of the rate, as those of true distributions are.
        let (more, less) = (PortableMath.log(rates[above - 1]), PortableMath.log(rates[above]))
        let part = (more - PortableMath.log(rate)) / (more - less)
        return levels[above - 1] + part * (levels[above] - levels[above - 1])
    }

    /// The same where nothing was measured: what the distributions themselves say.
    package static func nominalThreshold(falseAlarmRate rate: Double) -> Double { -PortableMath.log(rate) }

    /// What is wrong with facts from a file; nil for sound ones.
    var fault: String? {
        guard count >= Self.countMin, !rates.isEmpty, rates.count == levels.count, rates.count <= 64 else {
            return "\(Self.countMin) values or more, and as many rates as levels are needed"
        }
        guard rates.allSatisfy({ $0 > 0 && $0 <= 1 }), zip(rates, rates.dropFirst()).allSatisfy({ $0 > $1 })
        else {
            return "the rates do not descend from 1 to 0"
        }
        guard levels.allSatisfy({ 0...Self.surpriseMax ~= $0 }),
            zip(levels, levels.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return "the levels do not ascend from 0" }
        guard tailScale >= 0, tailScale.isFinite, Self.shapes ~= tailShape else { return "the tail has no such shape" }
        return errors?.fault.map { "errors: " + $0 }
    }
}

extension ForecastFacts {
    /// The surprise beyond which a value is an anomaly.
    /// - Parameter rate: share of usual values that are taken for one, above 0, at most 0.5.
    package func surpriseThreshold(falseAlarmRate rate: Double) -> Double {
        // What the distribution itself calls usual raises no alarm, however narrow the errors were that were measured.
        let nominal = SurpriseFacts.nominalThreshold(falseAlarmRate: rate)
        return max(nominal, surprise?.threshold(falseAlarmRate: rate) ?? 0)
    }
}
