import Kernels
import RecurrentLayers

/// What a network costs, computed without making it. A new family has an initialiser of its own in an extension.
struct NetworkCost {
    let parameterCount: Int
    /// Those of embeddings, which no product reads: they are not packed.
    let embeddingCount: Int
    /// Multiplications of one row in one step, forward.
    let multiplications: Int
    /// What a workspace of training keeps of one row in one step, in numbers of 4 bytes.
    let floatsPerStep: Int
    /// Likewise of a workspace that only reads, in validation.
    let floatsPerStepRead: Int
    /// Columns of the widest matrix that is packed for a weight gradient, some rows of a window at a time.
    let gradientColumns: Int
}

extension NetworkCost {
    init(_ network: NetworkSettings) {
        let gates = network.cell.gates
        let directions = network.bidirectional ? 2 : 1
        let embedding = network.input.embeddingCount
        let inputs = network.input.embeddedWidth
        var width = inputs
        let state = network.stateWidth, hasCell = network.cell.hasCellState
        // Gains of the norms of W_ih x and W_hh h, and the norm of c.
        let norms = network.layerNorm ? network.hidden * (2 * gates + (hasCell ? 2 : 0)) : 0
        var recurrent = 0
        for _ in 0..<network.layers {
            recurrent +=
                directions
                * (gates * network.hidden * (width + state + 2) + network.projection * network.hidden + norms)
            width = directions * state
        }
        let head = network.outputs * (width + 1)
        parameterCount = embedding + recurrent + head - (network.tied ? network.outputs * width : 0)
        multiplications = recurrent + head
        // A tied one is packed for the head.
        embeddingCount = network.tied ? 0 : embedding
        gradientColumns = max(directions * state, inputs, network.hidden)
        floatsPerStep = Self.floatsPerStep(network, inputs: inputs, gates: gates)
        floatsPerStepRead = Self.floatsPerStepRead(network, inputs: inputs, gates: gates)
    }

    private static func floatsPerStepRead(_ network: NetworkSettings, inputs: Int, gates: Int) -> Int {
        let directions = network.bidirectional ? 2 : 1
        let mixed = network.residual ? 1 : 0
        let unit = 1 + mixed + gates + network.cell.floatsPerUnit.reading
        let normed = network.layerNorm ? network.hidden * (2 * gates + (network.cell.hasCellState ? 1 : 0)) : 0
        return 2 + written(network.input) + inputs + network.layers * directions * (network.hidden * unit + normed)
            + (network.readout == .everyStep ? network.outputs : 0)
    }

    private static func floatsPerStep(_ network: NetworkSettings, inputs: Int, gates: Int) -> Int {
        let directions = network.bidirectional ? 2 : 1
        let width = directions * network.stateWidth
        let mixed = network.dropout > 0 || network.residual ? 1 : 0
        // Per unit: h, what dropout or a residual connection makes of it, the gates and their gradients, and what the
        // cell adds.
        let unit = 1 + mixed + 2 * gates + network.cell.floatsPerUnit.training
        let head = network.readout == .everyStep ? 2 * network.outputs : 0
        let widest = max(width, inputs)
        // What the options keep: normalised products and c; o ⊙ tanh c and the projection's gradient; dropped h; r ⊙ h.
        let kept =
            (network.layerNorm ? network.hidden * (2 * gates + (network.cell.hasCellState ? 2 : 0)) : 0)
            + (network.projection > 0 ? network.hidden + network.stateWidth : 0)
            + (network.recurrentDropout > 0 ? network.stateWidth : 0)
            + (network.cell == .gru && network.gruReset == .before ? network.hidden : 0)
        // Also tokens and mask, the input, and two gradients between layers.
        return 2 + written(network.input) + inputs + network.layers * directions * (network.hidden * unit + kept)
            + 2 * widest + head
    }

    /// Numbers of a row that are kept beside what the first layer reads of it.
    static func written(_ input: NetworkSettings.Input) -> Int {
        if case .mixed = input { input.rawWidth } else { 0 }
    }
}
