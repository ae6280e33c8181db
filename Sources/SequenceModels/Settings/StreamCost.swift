import RecurrentLayers

/// What a stream of a model keeps, and what a step of it costs: by these a recurrent network and a Transformer differ.
package struct StreamCost: Sendable, Equatable {
    /// Bytes of state of one row of a stream: at most, with the context full.
    package var stateBytes: Int
    /// Bytes that each step adds; 0 for a state of fixed size.
    package var stateBytesPerStep: Int
    /// Multiply-adds of one step of one row: at most, with the context full. The head is part of it.
    package var multiplyAdds: Int
    /// Multiply-adds that each step in the context adds; 0 for a state of fixed size.
    package var multiplyAddsPerContextStep: Int
    /// The most steps attended to; nil: as many as the state remembers.
    package var context: Int?

    /// Of the model's network; nil where its answers are not made step by step from one state.
    package init?(_ description: ModelDescription) {
        switch description.network {
        case .recurrent(let settings): self.init(settings)
        case .transformer(let settings): self.init(settings, context: description.contextSteps)
        case .encoderDecoder, .pointer: return nil
        }
    }

    /// A bidirectional network reads a whole sequence at once: the step is one of such a sequence.
    init(_ settings: NetworkSettings) {
        let perDirection = settings.stateWidth + (settings.cell.hasCellState ? settings.hidden : 0)
        stateBytes = settings.layers * (settings.bidirectional ? 2 : 1) * perDirection * MemoryLayout<Float>.size
        stateBytesPerStep = 0
        multiplyAdds = NetworkCost(settings).multiplications
        multiplyAddsPerContextStep = 0
    }

    /// Keys and values of each layer, and the input; a bidirectional network keeps nothing and attends to the whole
    /// sequence.
    init(_ settings: TransformerSettings, context: Int) {
        let shape = settings.shape
        let values = 2 * shape.layers * shape.width + settings.input.rawWidth
        stateBytesPerStep = settings.causal ? values * MemoryLayout<Float>.size : 0
        stateBytes = context * stateBytesPerStep
        multiplyAddsPerContextStep = 2 * shape.layers * shape.width
        multiplyAdds = NetworkCost(settings, steps: 0).multiplications + context * multiplyAddsPerContextStep
        self.context = context
    }
}
