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
        var recurrent = 0
        for _ in 0 ..< network.layers {
            recurrent += directions * gates * network.hidden * (width + network.hidden + 2)
            width = directions * network.hidden
        }
        let head = network.outputs * (width + 1)
        parameterCount = embedding + recurrent + head - (network.tied ? network.outputs * width : 0)
        multiplications = recurrent + head

        let training = draft.settings.training
        let shards = ShardLayout(rows: training.batchSize)
        let perStep = Double(inputs) * 2 + Double(network.layers * directions * network.hidden * (2 * gates + 5)) + 2 * Double(network.outputs)
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
