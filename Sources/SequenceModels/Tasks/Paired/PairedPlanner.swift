import RecurrentLayers

/// What the planners of tasks with a sequence as target have in common.
enum PairedPlanner {
    /// What reads the input unless the request says otherwise: a pointer compares items, which blocks do better than
    /// recurrence.
    static func encoder(of task: TaskKind) -> EncoderChoice { task == .pointer ? .transformer : .recurrent }

    /// Settings without those of one of the tasks alone.
    static func settings(
        _ request: SettingsRequest, _ examples: [TrainingExample], validation: [TrainingExample]?, task: TaskKind
    ) throws(Faults) -> EffectiveSettings {
        let unit = try TokenUnit.ofInputs(request, examples, called: "inputs")
        let encoder = request.network.encoder ?? encoder(of: task)
        var defaults = defaults(pairs: examples.count, task: task, isNumeric: unit == nil)
        defaults.bidirectional = encoder == .recurrent && task == .sequenceToSequence
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

    /// The plan of settings whose pairs are this long.
    /// - Parameter task: makes the task of the settings, which are complete then, and says what its network is.
    static func draft(
        _ settings: EffectiveSettings, facts: PairFacts, notes: [String],
        task: (EffectiveSettings) -> (any TrainingTask, ModelNetwork)
    ) -> PlanDraft {
        var settings = settings
        settings.training.window = facts.longestInput + facts.longestTarget + 1
        let (task, network) = task(settings)
        return PlanDraft(
            settings: settings, network: network, windowSteps: settings.training.window,
            sourceSteps: facts.longestInput, notes: notes
        ) { task }
    }

    /// How inputs become numbers or tokens. Characters and symbols are all known, so that a strange one is a fault and
    /// no guess.
    static func reader(_ settings: EffectiveSettings, _ examples: [TrainingExample], parent: ModelDescription?)
        -> InputEncoder
    {
        InputEncoder(
            training: examples.map(\.input), settings: settings, stepsMax: ModelLimits.sequenceStepsMax,
            extras: Vocabulary.Extras(unknown: settings.tokens == .words), parent: parent)
    }

    static func embedding(hidden: Int) -> Int { min(64, max(8, hidden / 3)) }

    /// At most four that share the width out evenly.
    private static func heads(_ width: Int) -> Int { [4, 2].first { width % $0 == 0 } ?? 1 }

    private static func defaults(pairs: Int, task: TaskKind, isNumeric: Bool) -> PlanDefaults {
        let size: (hidden: Int, batch: Int, epochs: Int, patience: Int) =
            switch pairs {
            case ..<100: (48, 8, 150, 40)
            case ..<1_000: (64, 16, 80, 20)
            case ..<5_000: (96, 32, 40, 10)
            case ..<50_000: (128, 64, 20, 6)
            default: (192, 64, 8, 3)
            }
        let isPointer = task == .pointer
        let hidden = isPointer ? 64 : size.hidden
        return PlanDefaults(
            layers: 1, hidden: hidden, dropout: isPointer ? 0 : 0.1,
            embedding: isNumeric ? nil : embedding(hidden: hidden),
            // Pointers gain from many pairs, each seen a few times.
            epochs: isPointer ? max(12, size.epochs) : size.epochs, batchSize: size.batch, window: 1,
            learningRate: 0.003, patience: size.patience)
    }
}
