import Kernels

/// Inputs and targets as the network knows them, split into a training and a validation part.
struct PairedData: Sendable {
    struct Pair: Sendable {
        var input: EncodedSequence
        /// What simple methods look at.
        var sent: EncodedSequence
        /// Tokens of the answer, or positions in the input; without an end.
        var target: [Int32]
    }

    /// What encodes the target of an example.
    /// - Parameters: the example, steps of its input, the pointer of its target.
    typealias TargetEncoder = (TrainingExample, Int, String) throws(Faults) -> [Int32]

    let reader: InputEncoder
    let training: [Pair]
    let validation: [Pair]
    let heldBack: HeldBack
    /// Of the training part.
    let facts: PairFacts

    init(
        reader: InputEncoder, settings: EffectiveSettings, examples: [TrainingExample],
        validation given: [TrainingExample]?,
        target: TargetEncoder
    ) throws(Faults) {
        self.reader = reader
        var tokens = SentTokens()
        let pairs = try Self.pairs(examples, reader, &tokens, under: "/sequences", target)
        let out = given == nil ? SequenceBatches.heldBack(examples.count, settings: settings) : []
        training = pairs.indices.filter { !out.contains($0) }.map { pairs[$0] }
        heldBack = out.isEmpty ? .nothing : .examples(out.sorted())
        if let given {
            validation = try Self.pairs(given, reader, &tokens, under: "/validation/sequences", target)
        } else {
            validation = out.sorted().map { pairs[$0] }
        }
        facts = PairFacts(
            longestInput: training.map(\.input.steps).max() ?? 1, longestTarget: training.map(\.target.count).max() ?? 1
        )
    }

    private static func pairs(
        _ examples: [TrainingExample], _ reader: InputEncoder, _ tokens: inout SentTokens, under root: String,
        _ target: TargetEncoder
    ) throws(Faults) -> [Pair] {
        var pairs: [Pair] = []
        pairs.reserveCapacity(examples.count)
        for (index, example) in examples.enumerated() {
            let input = try encode(example.input, reader, pointer: "\(root)/\(index)/input")
            let answer = try target(example, input.steps, "\(root)/\(index)/target")
            if answer.count > ModelLimits.pairStepsMax {
                throw Faults("\(root)/\(index)/target", "\(answer.count) steps, at most \(ModelLimits.pairStepsMax)")
            }
            let sent = tokens.sent(example.input, input, reader)
            pairs.append(Pair(input: input, sent: sent, target: answer))
        }
        return pairs
    }

    /// An input, in training and in prediction: at least one step, and not too many.
    static func encode(_ value: SequenceValue, _ reader: InputEncoder, pointer: String) throws(Faults)
        -> EncodedSequence
    {
        let input = try reader.encode(value, pointer: pointer)
        if input.steps == 0 { throw Faults(pointer, "the input is empty: at least one step is needed") }
        if input.steps > ModelLimits.pairStepsMax {
            throw Faults(pointer, "\(input.steps) steps, at most \(ModelLimits.pairStepsMax)")
        }
        return input
    }

    /// How many pairs there are, as a note of the plan says it.
    var counted: String { "\(training.count) pairs to learn from, \(validation.count) held back" }

    /// What orders pairs into batches of similar length: the input's length first, then the target's.
    static func bucketKey(_ pair: Pair) -> Int { pair.input.steps * (ModelLimits.pairStepsMax + 1) + pair.target.count }
}
