/// One numeric series, time-major `[T, C]`, as exact as it was sent; NaN marks a missing value.
///
/// Only what a task has scaled becomes 32-bit: of 1e9 + sin(t), a Float would keep nothing but 1e9.
package struct NumericSeries: Sendable, Equatable {
    /// `[T, C]`, one row per step.
    package var values: [Double]
    /// C, at least 1.
    package var channels: Int

    /// - Precondition: `values.count` is a multiple of `channels`.
    package init(values: [Double], channels: Int = 1) {
        precondition(channels > 0, "channels is \(channels), at least 1 is needed")
        precondition(values.count % channels == 0, "\(values.count) values do not fill rows of \(channels) channels")
        self.values = values
        self.channels = channels
    }

    /// T.
    package var steps: Int { values.count / channels }

    package static func == (a: NumericSeries, b: NumericSeries) -> Bool {
        a.channels == b.channels && a.values.count == b.values.count
            && zip(a.values, b.values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}

/// One sequence, whatever it is made of.
package enum SequenceValue: Sendable, Equatable {
    case numeric(NumericSeries)
    case text(String)
    case symbols([String])
}
