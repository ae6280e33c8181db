import Kernels

/// Parameters, operations and memory of a training, computed without making anything.
///
///     memory   workspaces of all shards over the longest window, and those of validation, one a thread
///              weights: as they are, packed twice (but for embeddings), gradients (of each shard), the
///              optimiser's moments, the best so far, and the copies that writing a file makes
///              the data: the request, its sequences, and what the task makes of them
///
/// `Benchmarks/Memory` compares it with what a server takes.
struct TrainingCost {
    /// Copies of the weights beside the shards' gradients.
    private static let weightCopies = 10
    /// Rows that validation reads at once.
    private static let rowsRead = 16

    let parameterCount: Int
    /// Multiplications of one row in one step, forward.
    let multiplications: Int
    let memoryBytes: Int

    /// - Throws: a fault at the setting that takes most of it when the memory needed is above `memoryBytesMax`, with
    ///   what would fit.
    /// - Note: all factors are bounded by `ModelLimits`, so 64-bit products cannot overflow; the memory is summed in
    ///   Double.
    ///
    /// - Parameter validationCount: sequences that are validated on, or may be.
    init(draft: PlanDraft, dataBytes: Int, validationCount: Int, memoryBytesMax: Int) throws(Faults) {
        let network =
            switch draft.network {
            case .recurrent(let settings): NetworkCost(settings)
            case .encoderDecoder(let settings):
                NetworkCost(
                    settings, sourceSteps: draft.sourceSteps, targetSteps: draft.windowSteps - draft.sourceSteps)
            case .pointer(let settings):
                NetworkCost(
                    settings, sourceSteps: draft.sourceSteps, targetSteps: draft.windowSteps - draft.sourceSteps)
            case .transformer(let settings): NetworkCost(settings, steps: draft.windowSteps)
            }
        parameterCount = network.parameterCount
        multiplications = network.multiplications
        let training = draft.settings.training
        let shards = ShardLayout(rows: training.batchSize)
        // A stream is validated in lanes, eight at a time.
        let validationCount = draft.measured?.count ?? validationCount
        let isStream = training.stateful && validationCount > 0
        let rowsRead = isStream ? Self.rowsRead / 2 : min(Self.rowsRead, validationCount)
        let readers = Double(
            isStream
                ? ComputePool.coreCount
                : min(ComputePool.coreCount, (validationCount + Self.rowsRead - 1) / Self.rowsRead))
        let perStepRead = 4 * readers * Double(rowsRead * network.floatsPerStepRead)
        let perStep = 4 * Double(training.batchSize) * Double(network.floatsPerStep) + perStepRead
        let windows = Double(draft.windowSteps) * perStep
        let longer = Double((draft.measured?.steps ?? draft.windowSteps) - draft.windowSteps) * perStepRead
        let weights =
            4 * (Double(parameterCount) * Double(Self.weightCopies + shards.count) - 2 * Double(network.embeddingCount))
        let fixed = weights + Double(dataBytes) + 4 * readers * Double(Product.scratchCount) + longer
        // Of the shards' products: hardly more for longer windows.
        func scratch(_ steps: Int) -> Double {
            let panels = Product.gradientPanelsCount(
                depth: steps * shards.rowsMax, columns: network.gradientColumns)
            return 4 * Double(shards.count * (panels + Product.scratchCount))
        }
        let total = windows + fixed + scratch(draft.windowSteps)
        if total > Double(memoryBytesMax) {
            let excess = "this training needs about \(Int(total)) bytes, at most \(memoryBytesMax) are allowed: "
            if draft.settings.task.isPaired {
                throw Faults(
                    "/training/batch_size",
                    excess + "lower it (\(training.batchSize) here), hidden or layers, or send shorter pairs")
            }
            var window = Int((Double(memoryBytesMax) - fixed - scratch(draft.windowSteps)) / perStep)
            while window > 0, Double(window + 1) * perStep + fixed + scratch(window + 1) <= Double(memoryBytesMax) {
                window += 1
            }
            guard window > 0 else {
                throw Faults(
                    "/network/hidden",
                    excess + "its weights alone need \(Int(weights)), the data \(dataBytes); lower hidden or layers")
            }
            throw Faults(
                "/training/window",
                excess + "a window of \(window) steps would fit, or a lower batch_size, hidden or layers")
        }
        memoryBytes = Int(total)
    }
}
