import RecurrentLayers

extension SettingsChecks {
    /// Rules between the options of a Transformer.
    mutating func transformer(_ request: SettingsRequest, task: TaskKind) {
        let network = request.network
        let sees = PlanDefaults.isBidirectional(transformerOf: task)
        if let wanted = network.bidirectional, wanted != sees {
            fault(
                "/network/bidirectional",
                sees
                    ? "the Transformer of a \(task.rawValue) sees the whole sequence; leave it out"
                    : "a \(task.rawValue) must not see the future")
        }
        if let activation = network.activation, activation.feedForward == nil {
            fault(
                "/network/activation", "\(activation.rawValue) belongs to the cell rnn; a transformer has gelu or relu")
        }
        if let window = request.training.window, window > ModelLimits.contextMax {
            fault("/training/window", "\(window) steps, a transformer attends to at most \(ModelLimits.contextMax)")
        }
    }

    /// What only the settings resolved can tell.
    mutating func transformer(_ settings: EffectiveSettings) {
        let network = settings.network
        if let embedding = network.embedding, embedding != network.hidden {
            fault(
                "/network/embedding",
                "a transformer reads embeddings as wide as hidden: embedding is \(embedding), "
                    + "hidden is \(network.hidden)"
            )
        }
    }
}
