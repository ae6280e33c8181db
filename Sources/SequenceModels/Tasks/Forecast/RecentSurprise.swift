/// How surprising the values of a channel were of late: where a series has become wilder than what its model learned,
/// alarms wait for more.
///
/// The surprise of values that go on as predicted has a mean of 1, that of an exponential distribution
/// (`SurpriseFacts`). Where the mean of late is m, surprises are taken for m times as large, and so is what an alarm
/// needs. The mean moves slowly, and no single value moves it far, so that an anomaly does not hide the next one.
package struct RecentSurprise: Sendable, Equatable {
    /// Over about `window` values.
    package private(set) var mean = 1.0
    /// Values counted, up to `window`.
    package private(set) var count = 0

    /// Values of which an exponentially weighted mean tells.
    package static let window = 500
    /// Values that the mean at the beginning, 1, weighs as much as.
    private static let presumed = 20
    /// A value counts as so many times the mean at most: among those as predicted 1 of 400 is above it.
    private static let excessMax = 6.0
    /// What surprises of files may be, as those of a table (`SurpriseFacts`).
    private static let meanMax = 1e4

    /// Before any value.
    package init() {}

    /// As it was kept; nil where it cannot have been.
    package init?(mean: Double, count: Int) {
        guard 0...Self.meanMax ~= mean, 0...Self.window ~= count else { return nil }
        (self.mean, self.count) = (mean, count)
    }

    /// The surprise beyond which the next value is an anomaly.
    /// - Parameters:
    ///   - threshold: that of the values which the model was tried on.
    ///   - rate: share of usual values that are taken for anomalies.
    package func limit(threshold: Double, falseAlarmRate rate: Double) -> Double {
        max(threshold, SurpriseFacts.nominalThreshold(falseAlarmRate: rate) * mean)
    }

    /// Takes notice of a value.
    package mutating func add(_ surprise: Double) {
        count = min(count + 1, Self.window)
        let weight = 1 / Double(min(count + Self.presumed, Self.window))
        mean += weight * (min(surprise, Self.excessMax * max(mean, Self.meanMin)) - mean)
    }

    /// Of values that were likely for long, of a sensor that stands still, say, no more is concluded.
    private static let meanMin = 0.1
}
