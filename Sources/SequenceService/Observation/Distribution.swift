import Synchronization

/// Counts of values by bucket, as Prometheus wants them.
package struct Distribution: Sendable, Equatable {
    /// Upper bounds of the buckets, rising; the last bucket has none.
    package let bounds: [Double]
    /// One more than `bounds`; not cumulative.
    package private(set) var counts: [Int]
    /// All values together.
    package private(set) var sum = 0.0

    /// No values yet.
    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count + 1)
    }

    /// How many values were counted.
    package var count: Int { counts.reduce(0, +) }

    /// Counts a value in the first bucket whose bound is not below it.
    package mutating func add(_ value: Double) {
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        counts[index] += 1
        sum += value
    }

    /// Seconds that a prediction waits or takes: small models answer within a tenth of a millisecond.
    package static let predictionSeconds = Distribution(bounds: [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120,
    ])
    /// Seconds that a job waits or takes: from moments to days.
    package static let jobSeconds = Distribution(bounds: [
        0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400, 259_200,
    ])
    /// Predictions that take a step together.
    package static let batchSize = Distribution(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
    /// Rows of a step; a forecast has 100 and more.
    package static let stepRows = Distribution(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
}

/// A distribution that any thread adds to.
final class SharedDistribution: Sendable {
    private let state: Mutex<Distribution>

    init(_ empty: Distribution) { state = Mutex(empty) }

    func add(_ value: Double) { state.withLock { $0.add(value) } }
    func add(_ values: some Sequence<Double>) {
        state.withLock { state in
            for value in values { state.add(value) }
        }
    }
    var value: Distribution { state.withLock { $0 } }
}
