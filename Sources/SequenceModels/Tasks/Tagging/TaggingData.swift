import Kernels

/// Sequences with a label per step, in pieces of at most a window, split into a training and a validation part.
struct TaggingData: Sendable {
    let reader: InputEncoder
    let labels: [String]
    let training: [Item]
    let validation: [Item]
    let heldBack: HeldBack

    struct Item: Sendable {
        /// T steps.
        var sequence: EncodedSequence
        /// T indices into `TaggingData.labels`; −1 where the label is missing.
        var labels: [Int32]
        /// T tokens as they were sent, numbered: the network may know the rare ones as unknown only. Empty of numbers.
        var words: [Int32]
        /// Of the sequence that it is a piece of, in its part.
        var sequenceIndex = 0
    }

    /// - Parameters:
    ///   - fold: examples that are held back; nil for a share of them.
    ///   - parent: keeps its vocabulary, scaling and labels.
    init(
        settings: EffectiveSettings, examples: [TrainingExample], validation given: [TrainingExample]?,
        fold: Set<Int>? = nil, parent: ModelDescription?
    ) throws(Faults) {
        let labels = parent?.labels ?? Set(examples.flatMap { $0.labels ?? [] }.compactMap(\.self)).sorted()
        self.labels = labels
        if labels.count < 2 {
            throw Faults("/sequences", "at least two different labels are needed, found \(labels.count)")
        }
        if labels.count > ModelLimits.classesMax {
            throw Faults(
                "/sequences", "\(labels.count) different labels, at most \(ModelLimits.classesMax) are possible")
        }
        let strangers = settings.training.classWeights?.faults(labels: labels) ?? []
        if !strangers.isEmpty { throw Faults(list: strangers) }
        let indices = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, Int32($0)) })
        let out = fold ?? (given == nil ? SequenceBatches.heldBack(examples.count, settings: settings) : [])
        let kept = examples.indices.filter { !out.contains($0) }
        let reader = InputEncoder(
            training: kept.map { examples[$0].input }, settings: settings, stepsMax: ModelLimits.sequenceStepsMax,
            parent: parent)
        self.reader = reader
        heldBack = out.isEmpty ? .nothing : .examples(out.sorted())
        var words = SentTokens()
        let items = try Self.items(examples, reader, indices, &words, under: "/sequences")
        let window = settings.training.window
        training = kept.flatMap { Self.pieces(items[$0], window: window) }
        let held = try given.map { given throws(Faults) in
            try Self.items(given, reader, indices, &words, under: "/validation/sequences")
        }
        validation = (held ?? out.sorted().map { items[$0] }).enumerated().flatMap { index, item in
            Self.pieces(item, window: window).map {
                Item(sequence: $0.sequence, labels: $0.labels, words: $0.words, sequenceIndex: index)
            }
        }
        if training.isEmpty { throw Faults("/sequences", "all sequences are empty") }
    }

    private static func items(
        _ examples: [TrainingExample], _ reader: InputEncoder, _ indices: [String: Int32],
        _ words: inout SentTokens, under root: String
    ) throws(Faults) -> [Item] {
        var items: [Item] = []
        for (index, example) in examples.enumerated() {
            let sequence = try reader.encode(example.input, pointer: "\(root)/\(index)/input")
            let names = example.labels ?? []
            guard names.count == sequence.steps else {
                throw Faults(
                    "\(root)/\(index)/target", "\(names.count) labels for \(sequence.steps) steps: each step needs one")
            }
            if !names.isEmpty && names.allSatisfy({ $0 == nil }) {
                throw Faults(
                    "\(root)/\(index)/target", "every label is null: a sequence needs at least one, or leave it out")
            }
            var labels: [Int32] = []
            for (step, name) in names.enumerated() {
                guard let name else {
                    labels.append(-1)
                    continue
                }
                guard let label = indices[name] else {
                    throw Faults(
                        "\(root)/\(index)/target/\(step)",
                        "the label \"\(name)\" is not among those learned: "
                            + "\(indices.keys.sorted().prefix(ModelLimits.faultsMax).joined(separator: ", "))"
                    )
                }
                labels.append(label)
            }
            let numbered = words.sent(example.input, sequence, reader).tokens
            items.append(Item(sequence: sequence, labels: labels, words: numbered))
        }
        return items
    }

    /// Only pieces with something to learn.
    private static func pieces(_ item: Item, window: Int) -> [Item] {
        stride(from: 0, to: item.labels.count, by: window).compactMap { from in
            let range = from..<min(from + window, item.labels.count)
            let labels = Array(item.labels[range])
            let words = item.words.isEmpty ? [] : Array(item.words[range])
            return labels.contains { $0 >= 0 }
                ? Item(sequence: item.sequence.part(range), labels: labels, words: words) : nil
        }
    }
}

extension TaggingData.Item {
    /// Steps that have a label.
    var labelled: Int { labels.count { $0 >= 0 } }

    /// Each of them by itself.
    var labelledSteps: [(step: EncodedSequence, label: Int)] {
        labels.indices.filter { labels[$0] >= 0 }.map { (sequence.part($0..<$0 + 1), Int(labels[$0])) }
    }
}
