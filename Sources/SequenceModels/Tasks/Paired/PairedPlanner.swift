import RecurrentLayers

/// What the planners of tasks with a sequence as target have in common.
enum PairedPlanner {
    /// What one of the tasks chooses in its own way where the request is silent.
    struct Choices {
        /// Nil leaves it to the number of pairs.
        var hidden: Int?
        var dropout: Double
        var epochsMin = 1
        /// Of a recurrent encoder.
        var isBidirectional: Bool
    }

    /// Settings without those of one of the tasks alone.
    static func settings(
        _ request: SettingsRequest, _ examples: [TrainingExample], validation: [TrainingExample]?, task: TaskKind,
        _ choices: Choices
    ) throws(Faults) -> EffectiveSettings {
        let unit = try TokenUnit.ofInputs(request, examples, called: "inputs")
        let encoder = request.network.encoder ?? task.task.encoder
        var defaults = defaults(pairs: examples.count, choices, isNumeric: unit == nil)
        defaults.bidirectional = encoder == .recurrent && choices.isBidirectional
        var settings = defaults.resolve(request, task: task, tokens: unit, forecast: nil)
        if validation != nil { settings.validation = 0 }
        settings.network.encoder = encoder
        settings.network.decoderHidden = request.network.decoderHidden ?? settings.network.hidden
        settings.network.decoderLayers =
            request.network.decoderLayers ?? (encoder == .transformer ? 1 : settings.network.layers)
        if encoder == .transformer {
            settings.network.bidirectional = true
            settings.network.layers = request.network.layers ?? 2
            settings.network.heads = request.network.heads ?? heads(settings.network.hidden)
            settings.network.feedForward = request.network.feedForward ?? 2 * settings.network.hidden
        }
        return settings
    }

    /// The pairs as the network knows them. Characters and symbols of inputs are all known, so that a strange one is a
    /// fault and no guess.
    static func data(
        _ settings: EffectiveSettings, _ examples: [TrainingExample], validation: [TrainingExample]?,
        parent: ModelDescription?, target: PairedData.TargetEncoder
    ) throws(Faults) -> PairedData {
        let reader = InputEncoder(
            training: examples.map(\.input), settings: settings, stepsMax: ModelLimits.sequenceStepsMax,
            extras: Vocabulary.Extras(unknown: settings.tokens == .words), parent: parent)
        return try PairedData(
            reader: reader, settings: settings, examples: examples, validation: validation, target: target)
    }

    /// The plan of settings that lack only the window, which is as long as the pairs are.
    /// - Parameter task: makes the task of the complete settings.
    static func draft<Task: PairedTask>(
        _ settings: EffectiveSettings, _ data: PairedData, notes: [String], task: (EffectiveSettings) -> Task
    ) -> PlanDraft {
        var settings = settings, notes = notes
        settings.training.window = data.facts.longestInput + data.facts.longestTarget + 1
        if data.validation.isEmpty { notes.append("too few pairs to hold one back: no validation") }
        let task = task(settings)
        return PlanDraft(
            settings: settings, network: task.shape, windowSteps: settings.training.window,
            sourceSteps: data.facts.longestInput, notes: notes
        ) { task }
    }

    static func embedding(hidden: Int) -> Int { min(64, max(8, hidden / 3)) }

    /// At most four that share the width out evenly.
    private static func heads(_ width: Int) -> Int { [4, 2].first { width % $0 == 0 } ?? 1 }

    private static func defaults(pairs: Int, _ choices: Choices, isNumeric: Bool) -> PlanDefaults {
        let size: (hidden: Int, batch: Int, epochs: Int, patience: Int) =
            switch pairs {
            case ..<100: (48, 8, 150, 40)
            case ..<1_000: (64, 16, 80, 20)
            case ..<5_000: (96, 32, 40, 10)
            case ..<50_000: (128, 64, 20, 6)
            default: (192, 64, 8, 3)
            }
        let hidden = choices.hidden ?? size.hidden
        return PlanDefaults(
            layers: 1, hidden: hidden, dropout: choices.dropout,
            embedding: isNumeric ? nil : embedding(hidden: hidden), epochs: max(choices.epochsMin, size.epochs),
            batchSize: size.batch, window: 1, learningRate: 0.003, patience: size.patience)
    }
}
