import Kernels

/// Scores values by what a network said of them one step before.
struct ValueScorer: Sendable {
    private let head: ForecastHead
    private let transform: SeriesTransform
    private let limits: ValueLimits
    private let errors: ErrorQuantiles?
    /// The surprise beyond which a value is an anomaly, unless values were more surprising of late (`RecentSurprise`).
    let threshold: Double
    private let falseAlarmRate: Double

    /// - Parameter rate: share of usual values that are taken for anomalies.
    init(_ facts: ForecastFacts, head: ForecastHead, falseAlarmRate rate: Double) {
        self.head = head
        transform = SeriesTransform(facts: facts)
        limits = facts.limits
        errors = facts.surprise?.errors
        threshold = facts.surpriseThreshold(falseAlarmRate: rate)
        falseAlarmRate = rate
    }

    /// Numbers that the network says of a value.
    var outputs: Int { head.parametersPerValue }

    /// - Parameters:
    ///   - outputs: of the channel.
    ///   - value: in the model's space, NaN missing.
    ///   - recent: of the channel; takes notice of the value.
    ///   - event: gets what is told of the channel.
    /// - Returns: whether it is an anomaly; nil where it is missing, or nothing can be said.
    func score(
        _ outputs: UnsafePointer<Float>, base: Double, unit: Double, value: Double, _ channel: Int,
        _ recent: inout RecentSurprise, _ event: inout ForecastScoreEvent
    ) -> Bool? {
        event.expected[channel] = limits.clamp(transform.inverse(head.middle(outputs, base: base, unit: unit)))
        guard !value.isNaN,
            let found = head.score(outputs, base: base, unit: unit, value: value, errors: errors)
        else { return nil }
        let limit = recent.limit(threshold: threshold, falseAlarmRate: falseAlarmRate)
        let isAnomaly = found.surprise > limit
        recent.add(found.surprise)
        event.logLikelihood[channel] = found.logDensity + transform.logSlope(value)
        event.pit[channel] = found.pit
        event.surprise[channel] = found.surprise
        event.limit[channel] = limit
        event.anomaly[channel] = isAnomaly ? 1 : 0
        return isAnomaly
    }
}
