/// What makes a training run unlike the usual one of a workload: numbers that vanish or saturate.
package struct TrainingConditions: Sendable {
    /// Factor of the inputs: 0 for none, the least magnitude for subnormal ones.
    package var inputScale: Float = 1
    /// Factor of the initial weights: far above 1 saturates the gates.
    package var weightScale: Float = 1
    /// The share of the steps that is padding, at the end.
    package var paddedShare = 0.0

    /// The usual conditions, but for what is given.
    package init(inputScale: Float = 1, weightScale: Float = 1, paddedShare: Double = 0) {
        self.inputScale = inputScale
        self.weightScale = weightScale
        self.paddedShare = paddedShare
    }
}
