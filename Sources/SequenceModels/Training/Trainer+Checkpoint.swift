import Kernels
import RecurrentLayers

extension Trainer {
    /// A checkpoint replaces an older one only if the training can go on from it.
    func save(_ observer: any TrainingObserver) throws {
        try requireFiniteWeights()
        try observer.save(checkpoint())
    }

    func requireFiniteWeights() throws(TrainingFailure) {
        if !Gradients.norm(network.parameters).isFinite { throw notFinite("a weight", step: stepsDone) }
    }

    func notFinite(_ what: String, step: Int) -> TrainingFailure {
        TrainingFailure(
            message: "\(what) is not finite at step \(step) (epoch \(progress.epoch + 1)): "
                + "lower the learning rate or gradient_norm_max, or look for extreme values in the data")
    }

    /// All that `restore` needs to go on with the same bytes.
    func checkpoint() -> Checkpoint {
        var tensors = network.tensors()
        tensors += best.map { NamedTensor(name: "best." + $0.name, shape: $0.shape, values: $0.values) }
        tensors += optimizer.tensors()
        if task.carriesState {
            for (shard, workspace) in workspaces.enumerated() {
                let rows = (0 ..< task.shardRowsMax).flatMap { workspace.state.row($0) }
                tensors.append(NamedTensor(
                    name: "state.\(shard)", shape: [task.shardRowsMax, workspace.state.valuesPerRow], values: rows))
            }
        }
        return Checkpoint(tensors: tensors, metadata: progress.metadata)
    }

    /// - Throws: `TrainingFailure` or `ModelError` when the checkpoint is not one of this training.
    func restore(_ checkpoint: Checkpoint) throws {
        let progress = try TrainingProgress(metadata: checkpoint.metadata)
        let prefixes = ["best.", "optimizer.", "state."]
        try network.assign(checkpoint.tensors.filter { tensor in !prefixes.contains { tensor.name.hasPrefix($0) } })
        best = checkpoint.tensors.filter { $0.name.hasPrefix("best.") }.map {
            NamedTensor(name: String($0.name.dropFirst(5)), shape: $0.shape, values: $0.values)
        }
        try optimizer.restore(tensors: checkpoint.tensors.filter { $0.name.hasPrefix("optimizer.") }, step: progress.steps)
        if task.carriesState { try restoreStates(checkpoint.tensors) }
        self.progress = progress
    }

    private func restoreStates(_ tensors: [NamedTensor]) throws(ModelError) {
        for (shard, workspace) in workspaces.enumerated() {
            let name = "state.\(shard)"
            guard let tensor = tensors.first(where: { $0.name == name }) else { throw .missingTensor(name) }
            let width = workspace.state.valuesPerRow
            guard tensor.values.count == task.shardRowsMax * width else {
                throw .wrongShape(name: name, expected: [task.shardRowsMax, width], found: tensor.shape)
            }
            for row in 0 ..< task.shardRowsMax { workspace.state.setRow(row, Array(tensor.values[row * width ..< (row + 1) * width])) }
        }
    }
}
