/// Everything that decides the shapes of a network: input → stacked recurrent layers → dense head.
package struct NetworkSettings: Codable, Sendable, Equatable {
    /// What a step is.
    package enum Input: Codable, Sendable, Equatable {
        /// I numbers a step.
        case numeric(channels: Int)
        /// One of V symbols a step, embedded in E numbers.
        case tokens(vocabulary: Int, embedding: Int)
        /// I numbers a step, then K categories as indices, each embedded by one of the tables: `fields[k]` is the
        /// table of category k. Fields may share a table.
        case mixed(numbers: Int, tables: [EmbeddingTable], fields: [Int])
    }

    /// Which steps the head reads.
    package enum Readout: String, Codable, Sendable {
        /// Each step: outputs `[T, B, O]`.
        case everyStep
        /// The top layer after the last valid step (and, in reverse, after the first): outputs `[B, O]`.
        case lastStep
    }

    /// How recurrent weights start.
    package enum Initializer: String, Codable, Sendable, CaseIterable {
        /// Uniform in ±1/√H, as PyTorch.
        case uniform
        /// W_hh orthogonal in each gate (Saxe, McClelland & Ganguli 2014): its powers keep the length of a vector.
        case orthogonal
        /// Orthogonal, and forget biases that remember for 1 … `chronoSteps` steps (Tallec & Ollivier 2018).
        case chrono
    }

    /// Where the reset gate of a GRU acts.
    package enum GRUReset: String, Codable, Sendable, CaseIterable {
        /// On the product, n = tanh(W x + b + r ⊙ (W_hn h + b_hn)), as PyTorch and cuDNN.
        case after
        /// On the state, n = tanh(W x + b + W_hn (r ⊙ h) + b_hn), as Cho et al. 2014: one more product a step.
        case before
    }

    /// What a step is.
    package var input: Input
    /// The recurrent cell of every layer.
    package var cell: CellKind
    /// φ_h of an `rnn` cell; the others have theirs.
    package var activation = Activation.tanh
    /// L ≥ 1.
    package var layers: Int
    /// H ≥ 1, of each direction.
    package var hidden: Int
    /// Whether each layer runs over the steps in both directions (D = 2).
    package var bidirectional: Bool
    /// Probability that an activation between layers, or before the head, is dropped in training: 0 ≤ p < 1.
    package var dropout: Float
    /// O ≥ 1.
    package var outputs: Int
    /// Which steps the head reads.
    package var readout: Readout
    /// One draw of dropout for all steps of a sequence (Gal & Ghahramani 2016) in place of one for each.
    package var lockedDropout = false
    /// Probability that a symbol's whole embedding is dropped in a window of training (Merity et al. 2018).
    package var embeddingDropout: Float = 0
    /// Layer l > 0 adds its input to its output (He et al. 2016).
    package var residual = false
    /// The head's weight is the embedding (Press & Wolf 2017): needs E = D·S and O = V.
    package var tied = false
    /// How the weights begin.
    package var initializer = Initializer.uniform
    /// The longest lag, in steps, that `chrono` prepares for.
    package var chronoSteps = 0
    /// P of an LSTM whose state is projected, h = W_hr (o ⊙ tanh c) (Sak et al. 2014), 0 < P < H; 0: no projection.
    package var projection = 0
    /// Normalises W_ih x and W_hh h over the gates, and in an LSTM c before its tanh (Ba, Kiros & Hinton 2016).
    package var layerNorm = false
    /// Probability that a unit of h_{t-1} is dropped from the recurrent product in training, by one draw for all steps
    /// of a sequence in a window (Gal & Ghahramani 2016): 0 ≤ p < 1.
    package var recurrentDropout: Float = 0
    /// Where a GRU's reset gate acts.
    package var gruReset = GRUReset.after

    /// A shape with the options that are given; the others keep their defaults.
    package init(
        input: Input, cell: CellKind = .lstm, layers: Int = 1, hidden: Int,
        bidirectional: Bool = false, dropout: Float = 0, outputs: Int, readout: Readout = .everyStep
    ) {
        self.input = input
        self.cell = cell
        self.layers = layers
        self.hidden = hidden
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.outputs = outputs
        self.readout = readout
    }

    private enum CodingKeys: String, CodingKey {
        case input, cell, activation, layers, hidden, bidirectional, dropout, outputs, readout, residual, tied,
            initializer, projection
        case lockedDropout = "locked_dropout"
        case embeddingDropout = "embedding_dropout"
        case chronoSteps = "chrono_steps"
        case layerNorm = "layer_norm"
        case recurrentDropout = "recurrent_dropout"
        case gruReset = "gru_reset"
    }

    /// Settings written before a field existed read as its default.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            input: try values.decode(Input.self, forKey: .input), cell: try values.decode(CellKind.self, forKey: .cell),
            layers: try values.decode(Int.self, forKey: .layers), hidden: try values.decode(Int.self, forKey: .hidden),
            bidirectional: try values.decode(Bool.self, forKey: .bidirectional),
            dropout: try values.decode(Float.self, forKey: .dropout),
            outputs: try values.decode(Int.self, forKey: .outputs),
            readout: try values.decode(Readout.self, forKey: .readout))
        activation = try values.decode(Activation.self, forKey: .activation)
        lockedDropout = try values.decodeIfPresent(Bool.self, forKey: .lockedDropout) ?? false
        embeddingDropout = try values.decodeIfPresent(Float.self, forKey: .embeddingDropout) ?? 0
        residual = try values.decodeIfPresent(Bool.self, forKey: .residual) ?? false
        tied = try values.decodeIfPresent(Bool.self, forKey: .tied) ?? false
        initializer = try values.decodeIfPresent(Initializer.self, forKey: .initializer) ?? .uniform
        chronoSteps = try values.decodeIfPresent(Int.self, forKey: .chronoSteps) ?? 0
        projection = try values.decodeIfPresent(Int.self, forKey: .projection) ?? 0
        layerNorm = try values.decodeIfPresent(Bool.self, forKey: .layerNorm) ?? false
        recurrentDropout = try values.decodeIfPresent(Float.self, forKey: .recurrentDropout) ?? 0
        gruReset = try values.decodeIfPresent(GRUReset.self, forKey: .gruReset) ?? .after
    }

    /// Whether `tied` fits the shapes.
    package var canTie: Bool {
        if case .tokens(let vocabulary, let embedding) = input {
            vocabulary == outputs && embedding == width
        } else {
            false
        }
    }

    /// Whether what follows layer `layer` reads something else than its h: dropped out, or with its input added.
    func isMixed(_ layer: Int, training: Bool) -> Bool { (training && dropout > 0) || isResidual(layer) }
    func isResidual(_ layer: Int) -> Bool { residual && layer > 0 }

    /// D, 1 or 2.
    var directions: Int { bidirectional ? 2 : 1 }
    /// S, the width of h: H, or P of a projected LSTM.
    package var stateWidth: Int { projection > 0 ? projection : hidden }
    /// D·S, the width of a layer's output.
    var width: Int { directions * stateWidth }
    /// Columns of W_ih x and W_hh h that are normalised together.
    var normGroups: [Range<Int>] {
        guard layerNorm else { return [] }
        return cell.type.normGroups.map { $0.lowerBound * hidden..<$0.upperBound * hidden }
    }
    /// I, E or I + ΣD, the width of what the first layer reads.
    var inputWidth: Int { input.embeddedWidth }

    /// The width of what layer `layer` reads.
    func inputWidth(ofLayer layer: Int) -> Int { layer == 0 ? inputWidth : width }
}
