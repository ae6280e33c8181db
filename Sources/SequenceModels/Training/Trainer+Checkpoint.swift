import Kernels
import RecurrentLayers

extension Trainer {
    /// A checkpoint replaces an older one only if the training can go on from it.
    func save(_ observer: any TrainingObserver) throws {
        try requireFiniteWeights()
        try observer.save(checkpoint())
    }

    func requireFiniteWeights() throws(TrainingFailure) {
        if !Gradients.norm(learner.parameters, pool: pool).isFinite { throw notFinite("a weight", step: stepsDone) }
    }

    func notFinite(_ what: String, step: Int) -> TrainingFailure {
        TrainingFailure(
            message: "\(what) is not finite at step \(step) (epoch \(progress.epoch + 1)): "
                + "lower the learning rate or gradient_norm_max, or look for extreme values in the data")
    }

    /// All that `restore` needs to go on with the same bytes.
    func checkpoint() -> Checkpoint {
        var tensors = learner.tensors()
        tensors += best.map { NamedTensor(name: "best." + $0.name, shape: $0.shape, values: $0.values) }
        tensors += optimizer.tensors()
        tensors += learner.stateTensors()
        return Checkpoint(tensors: tensors, metadata: progress.metadata)
    }

    /// - Throws: `TrainingFailure` or `ModelError` when the checkpoint is not one of this training.
    func restore(_ checkpoint: Checkpoint) throws {
        let progress = try TrainingProgress(metadata: checkpoint.metadata)
        try progress.check(
            epochs: settings.training.epochs,
            stepsPerEpoch: (learner.stepsPerEpoch(refit: false), learner.stepsPerEpoch(refit: true)),
            refits: learner.refits || isRepeat)
        guard progress.refit || !isRepeat else {
            throw TrainingFailure(message: "the checkpoint is of a training that looks for the best epochs")
        }
        best = checkpoint.tensors.filter { $0.name.hasPrefix("best.") }.map {
            NamedTensor(name: String($0.name.dropFirst(5)), shape: $0.shape, values: $0.values)
        }
        // The end of the training will need them.
        if !best.isEmpty { try learner.assign(best) }
        let prefixes = ["best.", "optimizer.", "state."]
        try learner.assign(checkpoint.tensors.filter { tensor in !prefixes.contains { tensor.name.hasPrefix($0) } })
        try optimizer.restore(
            tensors: checkpoint.tensors.filter { $0.name.hasPrefix("optimizer.") }, step: progress.steps)
        try learner.restoreStates(checkpoint.tensors)
        self.progress = progress
    }
}
