import RecurrentLayers

extension SettingsChecks {
    /// Options of recurrent networks that a Transformer does not have.
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
        let options: [(isGiven: Bool, name: String, reason: String)] = [
            (network.residual == true, "residual", "its blocks have residual connections already"),
            (network.weightTying == true, "weight_tying", "its embedding and its head are two matrices"),
            (network.lockedDropout == true, "locked_dropout", "its dropout is drawn anew at each step"),
            (network.embeddingDropout ?? 0 > 0, "embedding_dropout", "its dropout acts on the embeddings already"),
            (
                network.initializer != nil && network.initializer != .uniform, "initializer",
                "it has no recurrent weights to initialise"
            ),
            (network.chronoSteps != nil, "chrono_steps", "it has no gates"),
            (network.projection != nil, "projection", "it has no state to project"),
            (network.layerNorm == true, "layer_norm", "its blocks are normalised already"),
            (network.recurrentDropout ?? 0 > 0, "recurrent_dropout", "it has no recurrent product"),
            (network.gruReset != nil, "gru_reset", "it belongs to the cell gru"),
        ]
        for option in options where option.isGiven {
            fault("/network/\(option.name)", "a transformer does not have it: \(option.reason)")
        }
        if request.training.stateful == true {
            fault(
                "/training/stateful",
                "a transformer has no state to carry; each window begins anew, a longer window sees further back")
        }
        if request.training.stride != nil {
            fault("/training/stride", "the windows of a transformer do not follow each other: it has no state to carry")
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
                "a transformer reads embeddings as wide as hidden: embedding is \(embedding), hidden is \(network.hidden)"
            )
        }
    }
}
