import RecurrentLayers

/// Parameters, operations and memory of a training, computed without making anything.
struct TrainingCost {
    let parameterCount: Int
    /// Multiplications of one row in one step, forward.
    let multiplications: Int
    let memoryBytes: Int

    /// - Throws: a fault at `/network/hidden` when the memory needed is above `ModelLimits.memoryBytesMax`.
    /// - Note: all factors are bounded by `ModelLimits`, so 64-bit products cannot overflow; the memory is summed in Double.
    init(draft: PlanDraft) throws(Faults) {
        let network = draft.network
        let gates = switch network.cell {
        case .lstm: 4
        case .gru: 3
        case .rnn: 1
        }
        let directions = network.bidirectional ? 2 : 1
        var embedding = 0, width: Int
        switch network.input {
        case .numeric(let channels): width = channels
        case .tokens(let vocabulary, let size):
            embedding = vocabulary * size
            width = size
        }
        let inputs = width
        let state = network.stateWidth, hasCell = network.cell == .lstm
        // Gains of the norms of W_ih x and W_hh h, and the norm of an LSTM's c.
        let norms = network.layerNorm ? network.hidden * (2 * gates + (hasCell ? 2 : 0)) : 0
        var recurrent = 0
        for _ in 0 ..< network.layers {
            recurrent += directions * (gates * network.hidden * (width + state + 2) + network.projection * network.hidden + norms)
            width = directions * state
        }
        let head = network.outputs * (width + 1)
        parameterCount = embedding + recurrent + head - (network.tied ? network.outputs * width : 0)
        multiplications = recurrent + head

        let training = draft.settings.training
        let shards = ShardLayout(rows: training.batchSize)
        // What the options keep of each step: normalised products and c; o ⊙ tanh c and the projection's gradient; dropped h; r ⊙ h.
        let kept = norms + (network.projection > 0 ? network.hidden + state : 0) + (network.recurrentDropout > 0 ? state : 0)
            + (network.cell == .gru && network.gruReset == .before ? network.hidden : 0)
        let perStep = Double(inputs) * 2 + Double(network.layers * directions * (network.hidden * (2 * gates + 5) + kept)) + 2 * Double(network.outputs)
        let windows = Double(training.batchSize) * Double(draft.windowSteps) * perStep * 4
        let weights = Double(parameterCount) * 4 * Double(8 + shards.count)
        let total = windows + weights
        if total > Double(ModelLimits.memoryBytesMax) {
            let gibibytes = (total / 1_073_741_824 * 10).rounded() / 10
            throw Faults(
                windows > weights ? "/training/batch_size" : "/network/hidden",
                "this training needs about \(gibibytes) GiB, at most \(ModelLimits.memoryBytesMax >> 30) GiB are allowed: "
                    + "lower batch_size, window, layers or hidden")
        }
        memoryBytes = Int(total)
    }
}
