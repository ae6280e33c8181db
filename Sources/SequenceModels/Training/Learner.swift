import Kernels
import RecurrentLayers

/// A task together with its network and a workspace for each shard: all that the trainer knows of either.
protocol Learner: AnyObject {
    /// Of the network, flat; call `repack` after changing them.
    var parameters: AlignedBuffer { get }
    func tensors() -> [NamedTensor]
    func assign(_ tensors: [NamedTensor]) throws(ModelError)
    func repack(pool: ComputePool)
    /// Back to the weights with which the training began.
    func startOver() throws(ModelError)

    var shardCount: Int { get }
    var hasValidation: Bool { get }
    var refits: Bool { get }
    func stepsPerEpoch(refit: Bool) -> Int
    /// Returns the targets of the shard.
    func load(_ position: StepPosition, shard: Int) -> Int
    /// Forward, loss and backward of a loaded shard; adds to `gradients`, scaled. Shards may run at once.
    func learn(shard: Int, scale: Float, dropoutKey: UInt64, gradients: AlignedBuffer) -> Double
    /// Tells which rows of embeddings the loaded shards read; see `TrainableNetwork`.
    func markRead(in touched: TouchedFloats)
    func validate(pool: ComputePool) -> Double
    func describe() -> ModelDescription
    func evaluate(pool: ComputePool, budget: EvaluationBudget) -> Evaluation
    var heldBack: HeldBack { get }

    /// Carried states, as parts of a checkpoint.
    func stateTensors() -> [NamedTensor]
    func restoreStates(_ tensors: [NamedTensor]) throws(ModelError)
    /// See `TrainingTask.hiddenGradients`.
    func hiddenGradients(_ position: StepPosition, gradients: AlignedBuffer) -> HiddenGradients?
    /// See `TrainingReport.gateSaturation`; of the shards given.
    func gateSaturation(shards: [Int]) -> @Sendable () -> [Double]
}

/// The learner of any task.
final class TaskLearner<Task: TrainingTask>: Learner {
    private let task: Task
    private let network: Task.Network
    private let workspaces: [Task.Network.Workspace]
    private let seed: UInt64
    /// Weights to begin with; nil draws them from the seed.
    private let given: [NamedTensor]?

    init(_ task: Task, seed: UInt64, parent: ParentModel?) throws(ModelError) {
        self.task = task
        self.seed = seed
        given = parent?.tensors
        let network = try Self.network(task, seed: seed, given: parent?.tensors)
        self.network = network
        workspaces = (0..<task.shardCount).map { _ in task.workspace(of: network) }
    }

    private static func network(_ task: Task, seed: UInt64, given: [NamedTensor]?) throws(ModelError) -> Task.Network {
        if let given { return try task.network(tensors: given) }
        return task.network(seed: seed)
    }

    var parameters: AlignedBuffer { network.parameters }
    func tensors() -> [NamedTensor] { network.tensors() }
    func assign(_ tensors: [NamedTensor]) throws(ModelError) { try network.assign(tensors) }
    func repack(pool: ComputePool) { network.repack(pool: pool) }

    func startOver() throws(ModelError) {
        let fresh = try Self.network(task, seed: seed, given: given)
        network.parameters.pointer.update(from: fresh.parameters.pointer, count: fresh.parameters.count)
        network.repack()
    }

    var shardCount: Int { workspaces.count }
    var hasValidation: Bool { task.hasValidation }
    var refits: Bool { task.refits }
    func stepsPerEpoch(refit: Bool) -> Int { task.stepsPerEpoch(refit: refit) }
    func load(_ position: StepPosition, shard: Int) -> Int {
        task.load(position, shard: shard, into: workspaces[shard])
    }

    func learn(shard: Int, scale: Float, dropoutKey: UInt64, gradients: AlignedBuffer) -> Double {
        let workspace = workspaces[shard]
        network.forward(workspace, training: true, dropoutKey: dropoutKey)
        let loss = task.loss(shard: shard, network: network, workspace: workspace, scale: scale)
        network.backward(workspace, training: true, dropoutKey: dropoutKey, gradients: gradients)
        task.didLearn(workspace)
        return loss.loss
    }

    func markRead(in touched: TouchedFloats) {
        for workspace in workspaces { network.markRead(workspace, in: touched) }
    }
    func validate(pool: ComputePool) -> Double { task.validate(network: network, pool: pool) }
    func describe() -> ModelDescription { task.describe() }
    var heldBack: HeldBack { task.heldBack }
    func evaluate(pool: ComputePool, budget: EvaluationBudget) -> Evaluation {
        task.evaluate(network: network, pool: pool, budget: budget)
    }

    func stateTensors() -> [NamedTensor] {
        workspaces.enumerated().compactMap { shard, workspace in
            task.carriedState(workspace).map { NamedTensor(name: "state.\(shard)", shape: $0.shape, values: $0.values) }
        }
    }

    func restoreStates(_ tensors: [NamedTensor]) throws(ModelError) {
        for (shard, workspace) in workspaces.enumerated() {
            guard let expected = task.carriedState(workspace) else { continue }
            let name = "state.\(shard)"
            guard let tensor = tensors.first(where: { $0.name == name }) else { throw .missingTensor(name) }
            guard tensor.values.count == expected.values.count else {
                throw .wrongShape(name: name, expected: expected.shape, found: tensor.shape)
            }
            task.setCarriedState(tensor.values, workspace)
        }
    }

    func hiddenGradients(_ position: StepPosition, gradients: AlignedBuffer) -> HiddenGradients? {
        workspaces.first.flatMap {
            task.hiddenGradients(position, network: network, workspace: $0, gradients: gradients)
        }
    }

    func gateSaturation(shards: [Int]) -> @Sendable () -> [Double] {
        task.gateSaturation(shards.map { workspaces[$0] })
    }
}
