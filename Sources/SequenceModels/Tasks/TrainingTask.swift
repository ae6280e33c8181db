import Kernels
import RecurrentLayers

/// One task being learned: turns examples into windows, windows into losses, and a network into metrics.
///
/// The trainer calls, for each step of each epoch: `load` for every shard, then `forward`, `loss`, `backward` of the shards on
/// the pool. Everything here is a pure function of (data, settings, epoch, step, shard), so a resumed training needs no history.
protocol TrainingTask: AnyObject {
    var networkSettings: NetworkSettings { get }
    /// Initial biases of the head, or nil for the network's own.
    var headBias: [Float]? { get }
    /// Shards of a batch: fixed by the batch size, not by the threads.
    var shardCount: Int { get }
    /// Size of a shard's workspace.
    var shardRowsMax: Int { get }
    var windowStepsMax: Int { get }
    /// Whether states are carried from step to step and belong into checkpoints.
    var carriesState: Bool { get }
    /// Steps of a window after which the next one begins, when that is before its end; the carried state is the one there.
    var windowAdvance: Int? { get }
    /// Whether there is anything to validate on.
    var hasValidation: Bool { get }
    /// Whether to train once more on all data, validation part included, for as many epochs as proved best.
    var refits: Bool { get }

    /// Number of optimiser steps of an epoch.
    func stepsPerEpoch(refit: Bool) -> Int
    /// Fills the shard's workspace (inputs, mask, carried or zeroed state) and its targets; returns the unmasked targets.
    func load(_ position: StepPosition, shard: Int, into workspace: WindowWorkspace) -> Int
    /// Loss of the loaded shard after `forward`; writes `outputGradients`, scaled.
    func loss(shard: Int, workspace: WindowWorkspace, scale: Float) -> LossSum
    /// Mean loss per target over the validation part.
    func validate(network: RecurrentNetwork, pool: ComputePool) -> Double
    /// The description of a model of this task.
    func describe() -> ModelDescription
    /// Metrics, baselines, skill and verdict of the network on the held-back data.
    func evaluate(network: RecurrentNetwork, pool: ComputePool) -> Evaluation
}

extension TrainingTask {
    var windowAdvance: Int? { nil }
}

/// Where a training stands.
struct StepPosition: Sendable, Equatable {
    /// 0-based.
    var epoch: Int
    /// 0-based, within the epoch.
    var step: Int
    /// Whether this is the second training on all data.
    var refit: Bool
}

/// What a model is worth.
struct Evaluation: Sendable {
    var metrics: [String: Double]
    var baselines: [String: [String: Double]]
    var skill: Double?
    var verdict: String
}

/// How a batch is cut into shards: about 16 rows each, at most 8, whatever the number of threads.
struct ShardLayout: Sendable {
    let rows: Int
    let count: Int

    init(rows: Int) {
        self.rows = rows
        count = min(8, max(1, (rows + 8) / 16))
    }

    /// Rows of shard `index`.
    func range(_ index: Int) -> Range<Int> { Self.part(of: rows, shard: index, shards: count) }

    /// Rows of shard `shard` when a batch has only `count` rows, fewer than usual.
    static func part(of count: Int, shard: Int, shards: Int) -> Range<Int> { count * shard / shards ..< count * (shard + 1) / shards }

    var rowsMax: Int { (0 ..< count).map { range($0).count }.max() ?? 0 }
}
