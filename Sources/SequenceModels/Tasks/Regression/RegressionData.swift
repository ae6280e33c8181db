import Kernels

/// Sequences with values, as the network reads them, split into a training and a validation part.
struct RegressionData: Sendable {
    let reader: InputEncoder
    /// Mean and deviation of each target over the training part.
    let scaling: ChannelScaling
    let training: [Item]
    let validation: [Item]
    let heldBack: HeldBack

    struct Item: Sendable {
        var sequence: EncodedSequence
        /// What simple methods look at.
        var sent: EncodedSequence
        /// `[D]` in the client's units, NaN missing.
        var values: [Double]
    }

    /// D.
    var width: Int { scaling.mean.count }

    /// - Parameters:
    ///   - fold: examples that are held back; nil for a share of them.
    ///   - parent: keeps its vocabulary and scaling, also that of the targets.
    init(
        settings: EffectiveSettings, examples: [TrainingExample], validation given: [TrainingExample]?,
        fold: Set<Int>? = nil, parent: ModelDescription?
    ) throws(Faults) {
        let width = examples.first?.numbers?.count ?? 0
        if width == 0 { throw Faults("/sequences/0/target", "a number is needed") }
        if let kept = parent?.targetScaling, kept.mean.count != width {
            throw Faults("/sequences/0/target", "\(width) numbers, the model to continue has \(kept.mean.count)")
        }
        let reader: InputEncoder
        let out = fold ?? (given == nil ? SequenceBatches.heldBack(examples.count, settings: settings) : [])
        let kept = examples.indices.filter { !out.contains($0) }
        reader = InputEncoder(training: kept.map { examples[$0].input }, settings: settings, parent: parent)
        self.reader = reader
        heldBack = out.isEmpty ? .nothing : .examples(out.sorted())
        var tokens = SentTokens()
        let items = try Self.items(examples, reader, &tokens, under: "/sequences")
        let training = kept.map { items[$0] }
        self.training = training
        let held = try given.map { given throws(Faults) in
            try Self.items(given, reader, &tokens, under: "/validation/sequences")
        }
        validation = held ?? out.sorted().map { items[$0] }
        let targets = training.map { SequenceValue.numeric(NumericSeries(values: $0.values, channels: width)) }
        scaling = parent?.targetScaling ?? ChannelScaling(targets, channels: width)
        for index in 0..<width where training.allSatisfy({ $0.values[index].isNaN }) {
            throw Faults(
                "/sequences", width == 1 ? "all targets are missing" : "all values of target \(index) are missing")
        }
    }

    private static func items(
        _ examples: [TrainingExample], _ reader: InputEncoder, _ tokens: inout SentTokens, under root: String
    ) throws(Faults) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(examples.count)
        for (index, example) in examples.enumerated() {
            let sequence = try reader.encode(example.input, pointer: "\(root)/\(index)/input")
            let sent = tokens.sent(example.input, sequence, reader)
            items.append(Item(sequence: sequence, sent: sent, values: example.numbers ?? []))
        }
        return items
    }

    /// The targets of an item as the network learns them: mean 0, deviation 1.
    func standardised(_ values: [Double]) -> [Float] {
        values.enumerated().map { Float(($1 - scaling.mean[$0]) / scaling.deviation[$0]) }
    }

    func isConstant(_ index: Int) -> Bool {
        let present = training.lazy.map { $0.values[index] }.filter { !$0.isNaN }
        guard let first = present.first else { return true }
        return present.allSatisfy { $0 == first }
    }
}
