import RecurrentLayers

/// What the planners of tasks with a target for each sequence have in common.
enum SupervisedPlanner {
    /// Settings for `examples`, and the steps of the longest.
    static func settings(
        _ request: SettingsRequest, _ examples: [TrainingExample], validation: [TrainingExample]?, task: TaskKind
    ) throws(Faults) -> (settings: EffectiveSettings, longest: Int) {
        let unit = try unit(request, examples)
        let longest = max(1, examples.map { length($0.input, unit: unit) }.max() ?? 1)
        var defaults = defaults(sequences: examples.count, longest: longest, isNumeric: unit == nil)
        if task == .regression { defaults.dropout = 0 }
        defaults.bidirectional = task == .tagging
        // One answer after a long series of numbers: the gates start out remembering all of it.
        if task != .tagging && unit == nil && longest >= 32 { defaults.initializer = .chrono }
        // Whole sequences are unrolled: keep the activations of a batch within about 1 GiB.
        let hidden = request.network.hidden ?? defaults.hidden
        // Bytes per unit: of a recurrent layer, or of as many blocks as a Transformer has.
        let unitBytes = request.network.cell == .transformer ? Double(64 * (request.network.layers ?? 2) + 56) : 60
        while defaults.batchSize > 1
            && Double(defaults.batchSize * min(longest, defaults.window)) * Double(hidden) * unitBytes > 1e9
        {
            defaults.batchSize /= 2
        }
        var settings = defaults.resolve(request, task: task, tokens: unit, forecast: nil)
        if validation != nil { settings.validation = 0 }
        return (settings, longest)
    }

    /// The trainings of a set that is small, where the request does not say what to hold back.
    /// - Parameters:
    ///   - strata: see `FoldSplit`.
    ///   - make: the task that holds these examples back.
    static func crossValidation(
        _ request: SettingsRequest, _ settings: EffectiveSettings, _ examples: [TrainingExample], strata: [Int?],
        _ make: @escaping (EffectiveSettings, Set<Int>) throws(Faults) -> any TrainingTask
    ) -> (() -> CrossValidation?)? {
        guard request.validation == nil,
            let split = FoldSplit(examples, strata: strata, seed: settings.training.seed)
        else { return nil }
        var settings = settings
        settings.validation = 1 / Double(split.count)
        let final = settings
        return { CrossValidation(split, final) { fold throws(Faults) in try make(final, fold) } }
    }

    /// What a text is cut into; for one with a label per step, whatever gives as many tokens as the first has labels.
    static func unit(_ request: SettingsRequest, _ examples: [TrainingExample]) throws(Faults) -> TokenUnit? {
        try .ofInputs(request, examples, called: "sequences") { text in
            guard let labels = examples[0].labels else { return nil }
            return Tokenizer.tokens(of: text, unit: .words).count == labels.count
                && text.unicodeScalars.count != labels.count
                ? .words : .characters
        }
    }

    static func length(_ value: SequenceValue, unit: TokenUnit?) -> Int {
        switch value {
        case .numeric(let series): series.steps
        case .symbols(let symbols): symbols.count
        case .text(let text):
            switch unit {
            case .bytes: text.utf8.count
            case .words: Tokenizer.tokens(of: text, unit: .words).count
            default: text.unicodeScalars.count
            }
        }
    }

    /// Of all inputs together.
    static func steps(_ examples: [TrainingExample], unit: TokenUnit?) -> Int {
        examples.reduce(0) { $0 + max(1, length($1.input, unit: unit)) }
    }

    static func defaults(sequences: Int, longest: Int, isNumeric: Bool) -> PlanDefaults {
        let size: (hidden: Int, batch: Int, epochs: Int, patience: Int) =
            switch sequences {
            case ..<100: (32, 8, 100, 30)
            case ..<1_000: (48, 16, 60, 15)
            case ..<5_000: (96, 32, 30, 8)
            case ..<50_000: (128, 64, 15, 5)
            default: (160, 64, 8, 3)
            }
        return PlanDefaults(
            layers: 1, hidden: size.hidden, dropout: 0.2, embedding: isNumeric ? nil : min(48, max(8, size.hidden / 3)),
            epochs: size.epochs, batchSize: size.batch, window: min(ModelLimits.windowMax, longest),
            learningRate: sequences < 1_000 ? 0.005 : 0.003, patience: size.patience)
    }
}
