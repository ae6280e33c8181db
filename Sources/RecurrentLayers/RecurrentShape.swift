/// The shape of stacked recurrent layers, wherever they stand: an encoder, a decoder.
package struct RecurrentShape: Codable, Sendable, Equatable {
    /// The recurrent cell of every layer.
    package var cell: CellKind
    /// φ_h of an `rnn` cell.
    package var activation: Activation
    /// L ≥ 1.
    package var layers: Int
    /// H ≥ 1, of each direction.
    package var hidden: Int
    /// Whether each layer runs over the steps in both directions (D = 2).
    package var bidirectional: Bool

    /// A shape; by default one LSTM layer in one direction.
    package init(
        cell: CellKind = .lstm, activation: Activation = .tanh, layers: Int = 1, hidden: Int,
        bidirectional: Bool = false
    ) {
        self.cell = cell
        self.activation = activation
        self.layers = layers
        self.hidden = hidden
        self.bidirectional = bidirectional
    }

    /// D·H.
    package var width: Int { (bidirectional ? 2 : 1) * hidden }

    /// As the layers know it, reading `inputs` numbers a step.
    func settings(inputs: Int, dropout: Float) -> NetworkSettings {
        var settings = NetworkSettings(
            input: .numeric(channels: inputs), cell: cell, layers: layers, hidden: hidden,
            bidirectional: bidirectional, dropout: dropout, outputs: 1)
        settings.activation = activation
        return settings
    }
}
