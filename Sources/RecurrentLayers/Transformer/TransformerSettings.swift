/// Everything that decides the shapes of a `TransformerNetwork`: input → blocks → norm → dense head.
package struct TransformerSettings: Codable, Sendable, Equatable {
    /// What a step is; symbols are embedded in M numbers, all else is projected to M.
    package var input: NetworkSettings.Input
    /// The stack of blocks.
    package var shape: TransformerShape
    /// A step sees only itself and the steps before it; else all of them.
    package var causal: Bool
    /// Probability that an activation after the input, or after a part of a block, is dropped in training: 0 ≤ p < 1.
    package var dropout: Float
    /// O ≥ 1.
    package var outputs: Int
    /// `lastStep`: the last valid step of a causal network, the mean over the valid steps of another.
    package var readout: NetworkSettings.Readout

    /// A shape with the options that are given; the others keep their defaults.
    package init(
        input: NetworkSettings.Input, shape: TransformerShape, causal: Bool, dropout: Float = 0, outputs: Int,
        readout: NetworkSettings.Readout = .everyStep
    ) {
        self.input = input
        self.shape = shape
        self.causal = causal
        self.dropout = dropout
        self.outputs = outputs
        self.readout = readout
    }

    /// Whether the shapes fit: see `TransformerShape.isSound`; and an embedding of symbols is as wide as the blocks.
    package var isSound: Bool {
        guard shape.isSound, outputs > 0, input.isSound else { return false }
        if case .tokens(_, let embedding) = input { return embedding == shape.width }
        return true
    }
}
