/// Counts of durations by bucket, as Prometheus wants them.
package struct Histogram: Sendable, Equatable {
    /// Upper bounds of the buckets in seconds; the last bucket has none.
    package static let bounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120,
    ]

    /// One more than `bounds`; not cumulative.
    package private(set) var counts = [Int](repeating: 0, count: Histogram.bounds.count + 1)
    /// Seconds, all together.
    package private(set) var sum = 0.0

    /// No durations yet.
    package init() {}

    /// How many durations were counted.
    package var count: Int { counts.reduce(0, +) }

    /// Counts a duration in the first bucket whose bound is not below it.
    package mutating func add(_ seconds: Double) {
        var index = 0
        while index < Self.bounds.count, seconds > Self.bounds[index] { index += 1 }
        counts[index] += 1
        sum += seconds
    }
}
