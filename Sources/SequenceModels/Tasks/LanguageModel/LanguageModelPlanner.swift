import RecurrentLayers

/// Chooses a language model that fits the amount of text.
enum LanguageModelPlanner {
    static func plan(
        request: SettingsRequest, examples: [TrainingExample], validation: [TrainingExample]?, parent: ModelDescription?
    ) throws(Faults) -> PlanDraft {
        var unit = request.tokens ?? .characters
        var total = 0
        for example in examples {
            switch example.input {
            case .text(let text):
                total +=
                    unit == .words ? text.utf8.count / 5 : unit == .bytes ? text.utf8.count : text.unicodeScalars.count
                if unit == .symbols {
                    throw Faults("/tokens", "symbols need sequences that are arrays, these are texts")
                }
            case .symbols(let symbols):
                total += symbols.count
                if request.tokens != nil && request.tokens != .symbols {
                    throw Faults("/tokens", "\(unit.rawValue) need sequences that are texts, these are arrays")
                }
                unit = .symbols
            case .numeric: break
            }
        }
        let mean = total / examples.count
        let defaults =
            request.network.cell == .transformer
            ? Self.blocks(tokens: total) : Self.defaults(tokens: total, sequences: examples.count, meanLength: mean)
        var settings = defaults.resolve(request, task: .languageModel, tokens: unit, forecast: nil)
        if validation != nil { settings.validation = 0 }
        let corpus = try TokenCorpus(settings: settings, examples: examples, validation: validation, parent: parent)
        // Logits of a window and their gradients: keep them within about half a GiB.
        while request.training.batchSize == nil, settings.training.batchSize > 1,
            Double(settings.training.batchSize * settings.training.window) * Double(corpus.vocabulary.count) * 8 > 5e8
        {
            settings.training.batchSize /= 2
        }
        let targets = TokenCorpus.targets(corpus.training)
        let network = network(settings, vocabulary: corpus.vocabulary.count)
        var notes = [
            "\(targets) tokens to learn from, \(TokenCorpus.targets(corpus.validation)) held back, "
                + "vocabulary of \(corpus.vocabulary.count)"
        ]
        if corpus.vocabulary.count == 1 {
            notes.append("the vocabulary has one token only: there is nothing to predict")
        }
        if corpus.validation.isEmpty {
            notes.append("too little text to hold any back: no validation, no early stopping")
        }
        let longest = corpus.training.map { $0.count - 1 }.max() ?? 1
        let chosen = settings
        return PlanDraft(
            settings: chosen, network: network, windowSteps: min(settings.training.window, max(1, longest)),
            notes: notes
        ) { corpus.task(chosen) }
    }

    /// Of a Transformer. - Parameter tokens: N; a ~1 MB text gets 4 × 128, windows of 128.
    private static func blocks(tokens: Int) -> PlanDefaults {
        var defaults = defaults(tokens: tokens, sequences: 1, meanLength: tokens)
        (defaults.layers, defaults.hidden) =
            switch tokens {
            case ..<3_000: (2, 32)
            case ..<20_000: (2, 64)
            case ..<100_000: (3, 96)
            default: (4, 128)
            }
        defaults.window = tokens < 3_000 ? 32 : tokens < 20_000 ? 64 : 128
        defaults.batchSize = 32
        while defaults.batchSize > 4 && defaults.batchSize > tokens / (defaults.window * 10) { defaults.batchSize /= 2 }
        return defaults
    }

    /// - Parameter vocabulary: V.
    static func network(_ settings: EffectiveSettings, vocabulary: Int) -> ModelNetwork {
        settings.network.shape(
            input: .tokens(vocabulary: vocabulary, embedding: settings.network.embedding ?? 16), outputs: vocabulary,
            readout: .everyStep)
    }

    /// - Parameter tokens: N, the size of the corpus; a ~1 MB text gets 2 × 256.
    static func defaults(tokens: Int, sequences: Int, meanLength: Int) -> PlanDefaults {
        let size: (layers: Int, hidden: Int, embedding: Int, dropout: Double) =
            switch tokens {
            case ..<3_000: (1, 32, 16, 0)
            case ..<20_000: (1, 64, 24, 0.1)
            case ..<100_000: (1, 128, 32, 0.2)
            case ..<500_000: (2, 192, 48, 0.2)
            default: (2, 256, 64, 0.1)
            }
        let stateful = sequences == 1 || meanLength > 1000
        let window = tokens < 3_000 ? 32 : tokens < 20_000 ? 64 : 100
        let rows = stateful ? tokens / (window * 10) : sequences / 10
        var batch = 64
        while batch > 4 && batch > rows { batch /= 2 }
        let epochs = Int((10 * (1e6 / Double(max(tokens, 1))).squareRoot()).rounded())
        return PlanDefaults(
            layers: size.layers, hidden: size.hidden, dropout: size.dropout, embedding: size.embedding,
            epochs: min(60, max(3, epochs)), batchSize: batch, window: stateful ? window : min(256, max(window, 1)),
            stateful: stateful,
            learningRate: size.hidden >= 256 ? 0.003 : 0.005, patience: tokens < 100_000 ? 8 : 4)
    }
}
