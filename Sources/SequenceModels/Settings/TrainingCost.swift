/// Parameters, operations and memory of a training, computed without making anything.
struct TrainingCost {
    let parameterCount: Int
    /// Multiplications of one row in one step, forward.
    let multiplications: Int
    let memoryBytes: Int

    /// - Throws: a fault at the setting that takes most of it when the memory needed is above `memoryBytesMax`, with what would fit.
    /// - Note: all factors are bounded by `ModelLimits`, so 64-bit products cannot overflow; the memory is summed in Double.
    init(draft: PlanDraft, memoryBytesMax: Int) throws(Faults) {
        let network = switch draft.network {
        case .recurrent(let settings): NetworkCost(settings)
        case .encoderDecoder(let settings): NetworkCost(settings, sourceSteps: draft.sourceSteps, targetSteps: draft.windowSteps - draft.sourceSteps)
        case .pointer(let settings): NetworkCost(settings, sourceSteps: draft.sourceSteps, targetSteps: draft.windowSteps - draft.sourceSteps)
        case .transformer(let settings): NetworkCost(settings, steps: draft.windowSteps)
        }
        parameterCount = network.parameterCount
        multiplications = network.multiplications
        let training = draft.settings.training
        let shards = ShardLayout(rows: training.batchSize)
        let perStep = Double(training.batchSize) * Double(network.floatsPerStep) * 4
        let windows = Double(draft.windowSteps) * perStep
        let weights = Double(parameterCount) * 4 * Double(8 + shards.count)
        let total = windows + weights
        if total > Double(memoryBytesMax) {
            let excess = "this training needs about \(Int(total)) bytes, at most \(memoryBytesMax) are allowed: "
            if draft.settings.task.isPaired {
                throw Faults("/training/batch_size", excess + "lower it (\(training.batchSize) here), hidden or layers, or send shorter pairs")
            }
            let window = Int((Double(memoryBytesMax) - weights) / perStep)
            guard window > 0 else { throw Faults("/network/hidden", excess + "its weights alone need \(Int(weights)); lower hidden or layers") }
            throw Faults("/training/window", excess + "a window of \(window) steps would fit, or a lower batch_size, hidden or layers")
        }
        memoryBytes = Int(total)
    }
}
