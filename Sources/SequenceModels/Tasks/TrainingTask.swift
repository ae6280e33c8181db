import Kernels
import RecurrentLayers

/// One task being learned: turns examples into windows, windows into losses, and a network of its own kind into
/// metrics.
///
/// For each step of each epoch `load` is called for every shard in turn, then forward, `loss`, backward and `didLearn`
/// of the shards on the pool (`TaskLearner`). Everything here is a pure function of (data, settings, epoch, step,
/// shard), so a resumed training needs no history.
protocol TrainingTask: AnyObject {
    associatedtype Network: TrainableNetwork

    /// A network to begin with, drawn from `seed`.
    func network(seed: UInt64) -> Network
    /// A network with the weights of a model of this task.
    func network(tensors: [NamedTensor]) throws(ModelError) -> Network
    /// Room for the largest window of a shard, to train in.
    func workspace(of network: Network) -> Network.Workspace

    /// Shards of a batch: fixed by the batch size, not by the threads.
    var shardCount: Int { get }
    /// Steps of the longest window.
    var windowStepsMax: Int { get }
    /// Whether there is anything to validate on.
    var hasValidation: Bool { get }
    /// Whether to train once more on all data, validation part included, for as many epochs as proved best.
    var refits: Bool { get }

    /// Number of optimiser steps of an epoch.
    func stepsPerEpoch(refit: Bool) -> Int
    /// Fills the shard's workspace (inputs, mask, carried or zeroed state) and its targets; returns the unmasked
    /// targets.
    func load(_ position: StepPosition, shard: Int, into workspace: Network.Workspace) -> Int
    /// Loss of the loaded shard after `forward`; writes the gradients that `backward` starts from, scaled.
    func loss(shard: Int, network: Network, workspace: Network.Workspace, scale: Float) -> LossSum
    /// Mean loss per target over the validation part.
    func validate(network: Network, pool: ComputePool) -> Double
    /// The description of a model of this task.
    func describe() -> ModelDescription
    /// Metrics, baselines, skill and verdict of the network on the held-back data, or on as many of its cases as the
    /// budget allows; the baselines are measured on the same.
    func evaluate(network: Network, pool: ComputePool, budget: EvaluationBudget) -> Evaluation

    /// Answers to as many of the held-back cases as the budget allows; nil for tasks whose cases are not pooled.
    func answers(network: Network, pool: ComputePool, budget: EvaluationBudget) -> (any HeldBackAnswers)?
    /// Errors of the network on the held-back data, or on as many of its cases as the budget allows; nil where cases
    /// cannot be told apart.
    func caseErrors(network: Network, pool: ComputePool, budget: EvaluationBudget) -> CaseErrors?
    /// What of the examples is held back.
    var heldBack: HeldBack { get }
    /// The same of a model that is not trained here.
    func measure(
        _ network: Network, of model: ModelDescription, _ request: MeasurementRequest, pool: ComputePool
    ) -> ModelMeasurement

    // What only networks with a state have; the defaults do nothing.

    /// Called for a shard after its backward pass, on the pool.
    func didLearn(_ workspace: Network.Workspace)
    /// What a window leaves to the next one: `[rows, values]`, part of every checkpoint; nil when each begins anew.
    func carriedState(_ workspace: Network.Workspace) -> (shape: [Int], values: [Float])?
    /// Takes it back. - Precondition: as many values as `carriedState` gives.
    func setCarriedState(_ values: [Float], _ workspace: Network.Workspace)
    /// Sizes of dL/dh by lag over the window at `position`; nil when it has no targets, or the network no states.
    /// - Parameter gradients: scratch. - Note: nothing that the training sees may change.
    func hiddenGradients(
        _ position: StepPosition, network: Network, workspace: Network.Workspace, gradients: AlignedBuffer
    ) -> HiddenGradients?
    /// By layer, the share of gates nearly shut or open in the windows last learned from; computed when called.
    func gateSaturation(_ workspaces: [Network.Workspace]) -> @Sendable () -> [Double]
}

extension TrainingTask {
    func answers(network: Network, pool: ComputePool, budget: EvaluationBudget) -> (any HeldBackAnswers)? { nil }
    func caseErrors(network: Network, pool: ComputePool, budget: EvaluationBudget) -> CaseErrors? { nil }

    func measure(
        _ network: Network, of model: ModelDescription, _ request: MeasurementRequest, pool: ComputePool
    ) -> ModelMeasurement {
        var evaluation = evaluate(network: network, pool: pool, budget: .unlimited)
        evaluation.forgetBaselines()
        return ModelMeasurement(evaluation)
    }

    func didLearn(_ workspace: Network.Workspace) {}
    func carriedState(_ workspace: Network.Workspace) -> (shape: [Int], values: [Float])? { nil }
    func setCarriedState(_ values: [Float], _ workspace: Network.Workspace) {}
    func hiddenGradients(
        _ position: StepPosition, network: Network, workspace: Network.Workspace, gradients: AlignedBuffer
    ) -> HiddenGradients? { nil }
    func gateSaturation(_ workspaces: [Network.Workspace]) -> @Sendable () -> [Double] { { [] } }
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
