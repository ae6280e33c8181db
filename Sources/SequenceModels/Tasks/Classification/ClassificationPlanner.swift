import RecurrentLayers

/// Chooses a classifier that fits the number and the length of the sequences.
enum ClassificationPlanner: TaskPlanner {
    static func plan(request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?) throws(Faults) -> PlanDraft {
        let unit = try unit(request, examples)
        let lengths = examples.map { length($0.input, unit: unit) }
        let longest = max(1, lengths.max() ?? 1)
        var defaults = defaults(sequences: examples.count, longest: longest, isNumeric: unit == nil)
        // Whole sequences are unrolled: keep the activations of a batch within about 1 GiB.
        let hidden = request.network.hidden ?? defaults.hidden
        while defaults.batchSize > 1 && Double(defaults.batchSize * min(longest, defaults.window)) * Double(hidden) * 60 > 1e9 {
            defaults.batchSize /= 2
        }
        var settings = defaults.resolve(request, task: .classification, tokens: unit, forecast: nil)
        if validation != nil { settings.validation = 0 }
        let data = try ClassificationData(settings: settings, examples: examples, validation: validation)
        let network = ClassificationTask.network(settings, reader: data.reader, labels: data.labels.count)
        var notes = ["\(data.training.count) sequences of \(data.labels.count) classes to learn from, \(data.validation.count) held back"]
        if longest > settings.training.window { notes.append("sequences longer than \(settings.training.window) steps are read from their last steps") }
        if data.validation.isEmpty { notes.append("no class has enough sequences to hold one back: no validation") }
        return PlanDraft(settings: settings, network: network, windowSteps: min(longest, settings.training.window), notes: notes)
    }

    private static func unit(_ request: SettingsRequest, _ examples: [TrainingExample]) throws(Faults) -> TokenUnit? {
        switch examples[0].input {
        case .numeric: return nil
        case .symbols:
            if let tokens = request.tokens, tokens != .symbols {
                throw Faults("/tokens", "\(tokens.rawValue) need sequences that are texts, these are arrays")
            }
            return .symbols
        case .text:
            if request.tokens == .symbols { throw Faults("/tokens", "symbols need sequences that are arrays, these are texts") }
            if let tokens = request.tokens { return tokens }
            let bytes = examples.reduce(0) { sum, example in
                if case .text(let text) = example.input { sum + text.utf8.count } else { sum }
            }
            return bytes / examples.count > 200 ? .words : .characters
        }
    }

    private static func length(_ value: SequenceValue, unit: TokenUnit?) -> Int {
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

    static func defaults(sequences: Int, longest: Int, isNumeric: Bool) -> PlanDefaults {
        let size: (hidden: Int, batch: Int, epochs: Int, patience: Int) = switch sequences {
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
