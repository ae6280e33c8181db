import Kernels

/// Token sequences of a language model, split into a training and a validation part.
///
/// In a *stream* (one text, or `stateful`) the part is a single run of tokens; otherwise each sequence is a run of its
/// own, between end symbols where the vocabulary has one.
struct TokenCorpus: Sendable {
    let vocabulary: Vocabulary
    /// Runs of tokens; each teaches its tokens 1… from those before.
    let training: [[Int32]]
    let validation: [[Int32]]
    let isStream: Bool
    let heldBack: HeldBack

    /// - Parameter parent: keeps its vocabulary.
    init(
        settings: EffectiveSettings, examples: [TrainingExample], validation given: [TrainingExample]?,
        parent: ModelDescription?
    ) throws(Faults) {
        let isStream = settings.training.stateful
        self.isStream = isStream
        let single = examples.count == 1
        let unit = settings.tokens ?? .characters
        let values = examples.map(\.input) + (given ?? []).map(\.input)
        let vocabulary =
            parent?.vocabulary.map { Vocabulary(description: $0) }
            ?? Vocabulary.build(values, unit: unit, extras: Vocabulary.Extras(end: !single).asked(settings.unknown))
        self.vocabulary = vocabulary
        if vocabulary.count > ModelLimits.vocabularyMax {
            throw Faults(
                "/sequences", "\(vocabulary.count) distinct tokens, at most \(ModelLimits.vocabularyMax) are possible")
        }
        var sequences = try Self.encode(examples, vocabulary, under: "/sequences")
        var held: [[Int32]]?
        if let given { held = try Self.encode(given, vocabulary, under: "/validation/sequences") }
        let end = vocabulary.description.endIndex.map { Int32($0) }
        var share = 0.0, places: [Int] = []
        if isStream || single {
            var all = Self.join(&sequences, end: end)
            if var held {
                validation = [Self.join(&held, end: end)]
            } else {
                let cut = Self.cut(all.count, share: settings.validation)
                share = 1 - Double(cut) / Double(max(1, all.count))
                validation = cut < all.count ? [Array(all[cut...])] : []
                all.removeSubrange(cut...)
            }
            training = [all]
        } else {
            let kept: [Int]
            (kept, places) = Self.split(
                sequences, share: held == nil ? settings.validation : 0, seed: settings.training.seed)
            training = kept.map { Self.joined([sequences[$0]], end: end) }
            validation = (held ?? places.map { sequences[$0] }).map { Self.joined([$0], end: end) }
        }
        heldBack = share > 0 ? .tail(share: share) : places.isEmpty ? .nothing : .examples(places)
        if !training.contains(where: { $0.count > 1 }) {
            throw Faults("/sequences", "at least two tokens are needed to learn what follows what")
        }
    }

    /// Tokens that are learned.
    static func targets(_ runs: [[Int32]]) -> Int { runs.reduce(0) { $0 + max(0, $1.count - 1) } }

    private static func encode(_ list: [TrainingExample], _ vocabulary: Vocabulary, under root: String) throws(Faults)
        -> [[Int32]]
    {
        var result: [[Int32]] = []
        result.reserveCapacity(list.count)
        for (index, example) in list.enumerated() {
            result.append(try vocabulary.encode(example.input, pointer: "\(root)/\(index)"))
        }
        return result
    }

    /// As `joined`, of sequences that are not needed afterwards: one text is not copied.
    private static func join(_ sequences: inout [[Int32]], end: Int32?) -> [Int32] {
        defer { sequences = [] }
        return end == nil && sequences.count == 1 ? sequences.removeLast() : joined(sequences, end: end)
    }

    /// `end s₁ end s₂ end …`, or the only sequence when there is no end symbol.
    private static func joined(_ sequences: [[Int32]], end: Int32?) -> [Int32] {
        var all: [Int32] = []
        all.reserveCapacity(sequences.reduce(1) { $0 + $1.count + 1 })
        if let end { all.append(end) }
        for sequence in sequences where !sequence.isEmpty || end == nil {
            all += sequence
            if let end { all.append(end) }
        }
        return all
    }

    /// Where the held-back tail of one run begins; all is training when the tail would be shorter than two tokens.
    private static func cut(_ count: Int, share: Double) -> Int {
        let tail = Int(Double(count) * share)
        return tail >= 2 && count - tail >= 2 ? count - tail : count
    }

    /// Places of sequences that are not empty: those learned from, and those held back.
    private static func split(_ sequences: [[Int32]], share: Double, seed: UInt64) -> (kept: [Int], out: [Int]) {
        let filled = sequences.indices.filter { !sequences[$0].isEmpty }
        guard share > 0, filled.count > 1 else { return (filled, []) }
        let count = min(filled.count - 1, max(1, Int((Double(filled.count) * share).rounded())))
        let order = LengthBuckets.permutation(filled.count, seed: seed, stream: RandomStream.split)
        let out = Set(order.prefix(count))
        return (
            filled.indices.filter { !out.contains($0) }.map { filled[$0] },
            order.prefix(count).sorted().map { filled[$0] }
        )
    }
}
