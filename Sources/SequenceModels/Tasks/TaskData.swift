/// Encoded data that tasks over one sequence learn from with a network of any family.
protocol TaskData {
    /// The task that learns from it.
    func task<Network: SequenceNetwork>(_ network: Network.Type, _ settings: EffectiveSettings) -> any TrainingTask
}

extension TaskData {
    /// The same, of the family that the settings choose.
    func task(_ settings: EffectiveSettings) -> any TrainingTask {
        // Apart: the compiler opens an existential only once its type is settled.
        let family = settings.network.sequenceNetwork
        return task(family, settings)
    }
}
