import Kernels

/// Sequences with labels, as the network reads them, split into a training and a stratified validation part.
struct ClassificationData: Sendable {
    let reader: InputEncoder
    let labels: [String]
    let training: [Item]
    let validation: [Item]
    let heldBack: HeldBack

    struct Item: Sendable {
        var sequence: EncodedSequence
        /// What simple methods look at.
        var sent: EncodedSequence
        /// Index into `labels`.
        var label: Int32
    }

    /// - Parameters:
    ///   - fold: examples that are held back; nil for a share of them.
    ///   - parent: keeps its vocabulary, scaling and labels.
    init(
        settings: EffectiveSettings, examples: [TrainingExample], validation given: [TrainingExample]?,
        fold: Set<Int>? = nil, parent: ModelDescription?
    ) throws(Faults) {
        labels = parent?.labels ?? Set(examples.compactMap(\.label)).sorted()
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
        let out = fold ?? (given == nil ? Self.heldBack(examples, labels: indices, settings: settings) : [])
        let kept = examples.indices.filter { !out.contains($0) }
        reader = InputEncoder(training: kept.map { examples[$0].input }, settings: settings, parent: parent)
        var encoded: [Item] = [], tokens = SentTokens()
        for (index, example) in examples.enumerated() {
            let sequence = try reader.encode(example.input, pointer: "/sequences/\(index)/input")
            guard let label = example.label.flatMap({ indices[$0] }) else {
                throw Faults(
                    "/sequences/\(index)/target",
                    "the label \"\(example.label ?? "")\" is none of the model to continue")
            }
            let sent = tokens.sent(example.input, sequence, reader)
            encoded.append(Item(sequence: sequence, sent: sent, label: label))
        }
        training = kept.map { encoded[$0] }
        heldBack = out.isEmpty ? .nothing : .examples(out.sorted())
        guard let given else {
            validation = out.sorted().map { encoded[$0] }
            return
        }
        var held: [Item] = []
        for (index, example) in given.enumerated() {
            let pointer = "/validation/sequences/\(index)"
            guard let label = example.label.flatMap({ indices[$0] }) else {
                throw Faults(
                    pointer + "/target", "the label \"\(example.label ?? "")\" does not occur in the training sequences"
                )
            }
            let sequence = try reader.encode(example.input, pointer: pointer + "/input")
            let sent = tokens.sent(example.input, sequence, reader)
            held.append(Item(sequence: sequence, sent: sent, label: label))
        }
        validation = held
    }

    /// A random share of each class, at least one of each class that has three or more.
    private static func heldBack(_ examples: [TrainingExample], labels: [String: Int32], settings: EffectiveSettings)
        -> Set<Int>
    {
        guard settings.validation > 0 else { return [] }
        var members = [[Int]](repeating: [], count: labels.count)
        for index in LengthBuckets.permutation(examples.count, seed: settings.training.seed, stream: RandomStream.split)
        {
            if let label = examples[index].label.flatMap({ labels[$0] }) { members[Int(label)].append(index) }
        }
        var out = Set<Int>()
        for list in members where list.count >= 3 {
            let count = min(list.count - 1, max(1, Int((Double(list.count) * settings.validation).rounded())))
            out.formUnion(list.prefix(count))
        }
        return out
    }
}
