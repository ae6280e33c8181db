/// A loss summed over targets; the mean is the caller's.
package struct LossSum: Sendable, Equatable {
    /// In nats for likelihoods and cross-entropy, else in units of the target (or its square).
    package var loss: Double
    /// Targets that were not masked.
    package var count: Int

    /// A sum, by default of nothing.
    package init(loss: Double = 0, count: Int = 0) {
        self.loss = loss
        self.count = count
    }

    /// Loss per target; 0 without any.
    package var mean: Double { count == 0 ? 0 : loss / Double(count) }

    /// Adds losses and counts: the order of additions is the caller's, and with it the last bits.
    package static func += (left: inout LossSum, right: LossSum) {
        left.loss += right.loss
        left.count += right.count
    }
}
