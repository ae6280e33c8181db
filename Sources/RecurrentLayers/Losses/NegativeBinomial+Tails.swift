package import Kernels

extension NegativeBinomial {
    /// log P(z): of the counts beside it where a value lies between them, and `massMin` at most of what cannot be.
    package func logMass(_ count: Double) -> Double {
        count < 0 ? Self.massMin : max(-loss(min(count, Self.countMax)).value, -Self.countMax)
    }

    /// Tails at a count with half of its own mass in each, so that they are of the mid-distribution function
    /// (Lancaster 1961): deterministic, and on the mean ½ where the distribution is the true one.
    ///
    /// The value is rounded to a count; below 0 there is nothing but what `massMin` says.
    package func midTails(_ value: Double) -> LogTails {
        guard value > -0.5 else { return LogTails(lower: Self.massMin, upper: 0) }
        let count = min(max(0, value.rounded()), Self.countMax)
        let half = logMass(count) - PortableMath.log(2)
        let r = 1 / shape, success = 1 / (1 + shape * mean), failure = shape * mean / (1 + shape * mean)
        let upper = LogTails.beta(success, failure, r, count + 1).upper
        let lower = count > 0 ? LogTails.beta(success, failure, r, count).lower : nil
        return LogTails(
            lower: min(0, lower.map { LogTails.sum($0, half) } ?? half), upper: min(0, LogTails.sum(upper, half)))
    }

    /// The logarithm of the least positive number: what an impossible count is taken for.
    private static let massMin = -744.4400719213812
    /// No count is taken for a greater one.
    private static let countMax = 1e15
}
