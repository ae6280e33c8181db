/// The recurrent cells.
package enum CellKind: String, Codable, Sendable, CaseIterable {
    case lstm, gru, rnn

    /// Rows of W_ih per hidden unit: i, f, g, o · r, z, n · one.
    var gates: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .rnn: 1
        }
    }
}

/// φ_h of an `rnn` cell; the gated cells keep their own.
package enum Activation: String, Codable, Sendable, CaseIterable {
    case tanh, sigmoid, relu

    /// As `CKernels` counts them.
    var code: Int32 {
        switch self {
        case .tanh: 0
        case .sigmoid: 1
        case .relu: 2
        }
    }
}

/// Everything that decides the shapes of a network: input → stacked recurrent layers → dense head.
package struct NetworkSettings: Codable, Sendable, Equatable {
    /// What a step is.
    package enum Input: Codable, Sendable, Equatable {
        /// I numbers a step.
        case numeric(channels: Int)
        /// One of V symbols a step, embedded in E numbers.
        case tokens(vocabulary: Int, embedding: Int)
    }

    /// Which steps the head reads.
    package enum Readout: String, Codable, Sendable {
        /// Each step: outputs `[T, B, O]`.
        case everyStep
        /// The top layer after the last valid step (and, in reverse, after the first): outputs `[B, O]`.
        case lastStep
    }

    package var input: Input
    package var cell: CellKind
    package var activation: Activation
    /// L ≥ 1.
    package var layers: Int
    /// H ≥ 1, of each direction.
    package var hidden: Int
    package var bidirectional: Bool
    /// Probability that an activation between layers, or before the head, is dropped in training: 0 ≤ p < 1.
    package var dropout: Float
    /// O ≥ 1.
    package var outputs: Int
    package var readout: Readout

    package init(
        input: Input, cell: CellKind = .lstm, activation: Activation = .tanh, layers: Int = 1, hidden: Int,
        bidirectional: Bool = false, dropout: Float = 0, outputs: Int, readout: Readout = .everyStep
    ) {
        self.input = input
        self.cell = cell
        self.activation = activation
        self.layers = layers
        self.hidden = hidden
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.outputs = outputs
        self.readout = readout
    }

    /// D, 1 or 2.
    var directions: Int { bidirectional ? 2 : 1 }
    /// D·H, the width of a layer's output.
    var width: Int { directions * hidden }
    /// I or E, the width of what the first layer reads.
    var inputWidth: Int {
        switch input {
        case .numeric(let channels): channels
        case .tokens(_, let embedding): embedding
        }
    }

    /// The width of what layer `layer` reads.
    func inputWidth(ofLayer layer: Int) -> Int { layer == 0 ? inputWidth : width }
}
