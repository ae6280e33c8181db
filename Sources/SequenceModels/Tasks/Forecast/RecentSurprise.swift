import Kernels

/// How surprising the values of a channel were of late: where a series has become wilder than what its model learned,
/// alarms wait for more.
///
/// Surprises of values that go on as predicted are exponentially distributed with mean 1 (`SurpriseFacts`), so that
/// half of them are above log 2. Where half of them are above m log 2 they are m times as large, and an alarm needs m
/// times as much. The median is followed by steps up and down (Robbins & Monro 1951): that a value is far out moves it
/// no more than that it is above, so that faults which last do not hide each other.
package struct RecentSurprise: Sendable, Equatable {
    /// What about half of the surprises of late are above.
    package private(set) var median = Self.medianAsPredicted
    /// Values counted, up to `window`.
    package private(set) var count = 0

    /// A value of so many moves the median by a share of one of them.
    package static let window = 200
    /// log 2.
    package static let medianAsPredicted = 0.6931471805599453
    /// Values that the median at the beginning weighs as much as.
    private static let presumed = 20
    /// It goes no farther, whatever came.
    private static let medians = 1e-3...1e4

    /// Before any value.
    package init() {}

    /// As it was kept; nil where it cannot have been.
    package init?(median: Double, count: Int) {
        guard Self.medians ~= median, 0...Self.window ~= count else { return nil }
        (self.median, self.count) = (median, count)
    }

    /// The surprise beyond which the next value is an anomaly.
    /// - Parameters:
    ///   - threshold: that of the values which the model was tried on.
    ///   - rate: share of usual values that are taken for anomalies.
    package func limit(threshold: Double, falseAlarmRate rate: Double) -> Double {
        max(threshold, SurpriseFacts.nominalThreshold(falseAlarmRate: rate) * median / Self.medianAsPredicted)
    }

    /// Takes notice of a value.
    package mutating func add(_ surprise: Double) {
        count = min(count + 1, Self.window)
        let weight = 1 / Double(min(count + Self.presumed, Self.window))
        let moved = median * PortableMath.exp(surprise > median ? weight : -weight)
        median = min(max(moved, Self.medians.lowerBound), Self.medians.upperBound)
    }
}
