import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct SequenceToSequenceTests {
    private func learned(_ attention: AttentionChoice = .bahdanau, epochs: Int = 120) throws -> (
        TrainedModel, SequenceModel
    ) {
        var request = PairedProblem.request(.sequenceToSequence, epochs: epochs, hidden: 24)
        request.network.attention = attention
        request.network.dropout = 0
        request.training.optimizer.learningRate = 0.02
        request.training.earlyStopping.patience = 1000
        let model = try train(request, PairedProblem.reversed)
        return (model, try SequenceModel(description: model.description, tensors: model.tensors))
    }

    private func best(_ prediction: any Prediction) throws -> RankedAnswers<SymbolOutput> {
        guard let sequence = prediction as? RankedAnswers<SymbolOutput> else { throw NotFinished() }
        return sequence
    }

    @Test func learnsToReverse() throws {
        let (trained, model) = try learned()
        #expect(trained.metrics["exact_match"] ?? 0 > 0.8 && trained.metrics["token_accuracy"] ?? 0 > 0.9)
        #expect(
            trained.metrics["error_rate"] ?? 1 < 0.2 && trained.baselines["copy"]?["error_rate"] ?? 0 > 0.2
                && trained.baselines["most_frequent"] != nil)
        guard case .text(let word) = PairedProblem.reversed[1].input else { throw NotFinished() }
        let greedy = try best(answer(model, .text(word)) { $0.attention = true })
        #expect(word.count == 3 && greedy.answers.count == 1 && greedy.answers[0].isEnded)
        #expect(greedy.answers[0].output.text == String(word.reversed()))
        #expect(greedy.inputNames == word.map { String($0) })
        // A row of weights for each token, over all of the input, with the sum one.
        let attention = try #require(greedy.answers[0].attention)
        #expect(attention.count == 3 && attention.allSatisfy { $0.count == 3 && abs($0.reduce(0, +) - 1) < 1e-5 })
    }

    @Test func aBeamListsItsAnswersBestFirst() throws {
        let (_, model) = try learned(.general, epochs: 10)
        let wide = try best(answer(model, .text("abca")) { $0.nBest = 4 })
        #expect(wide.answers.count == 4 && wide.wantsCandidates)
        #expect(zip(wide.answers, wide.answers.dropFirst()).allSatisfy { $0.score >= $1.score })
        #expect(Set(wide.answers.map(\.output.text)).count == 4)
        let greedy = try best(answer(model, .text("abca")))
        #expect(wide.answers[0].score >= greedy.answers[0].score - 1e-9)
        let short = try best(answer(model, .text("abca")) { $0.maxLength = 1 })
        #expect(short.answers[0].output.tokens.count <= 1)
    }

    @Test func aGreedyStreamTellsEachToken() throws {
        let (_, model) = try learned(.dot, epochs: 10)
        var request = PredictionRequest()
        request.sequence = .text("bca")
        request.attention = true
        let stream = try model.start(request)
        let events = model.stepper().run(stream)
        let whole = try best(stream.prediction).answers[0]
        let streamed = events.compactMap { event -> String? in
            guard let symbol = event as? SymbolEvent, symbol.attention?.count == 3, symbol.text == symbol.token
            else { return nil }
            return symbol.token
        }
        #expect(streamed == whole.output.tokens && streamed.count == events.count)
        #expect(stream.reason == (whole.isEnded ? "stop" : "length"))
    }

    /// The plan counts the parameters that the network then has, for every kind of part.
    @Test func theParametersAreCounted() throws {
        var requests: [SettingsRequest] = []
        for attention in AttentionChoice.allCases {
            for cell in CellKind.allCases {
                var request = PairedProblem.request(.sequenceToSequence, epochs: 1)
                (request.network.attention, request.network.cell, request.network.layers) = (
                    attention, CellChoice(cell), 2
                )
                if attention != .dot { (request.network.decoderHidden, request.network.decoderLayers) = (6, 1) }
                request.network.bidirectional = cell != .gru
                requests.append(request)
            }
        }
        var blocks = PairedProblem.request(.sequenceToSequence, epochs: 1)
        (blocks.network.encoder, blocks.network.heads, blocks.network.feedForward) = (.transformer, 2, 12)
        requests.append(blocks)
        for request in requests {
            for examples in [PairedProblem.reversed, PairedProblem.frames] {
                let plan = try Planner.plan(request: request, examples: examples, validation: nil)
                let model = try train(request, examples)
                let loaded = try SequenceModel(description: model.description, tensors: model.tensors)
                #expect(loaded.parameterCount == plan.parameterCount, "\(request.network)")
                #expect(plan.estimatedMemoryBytes > 4 * plan.parameterCount && plan.estimatedFLOPs > 0)
            }
        }
    }

    @Test func framesBecomeSymbols() throws {
        var request = PairedProblem.request(.sequenceToSequence, epochs: 60, hidden: 16)
        request.training.optimizer.learningRate = 0.02
        let trained = try train(request, PairedProblem.frames)
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        #expect(trained.description.channels == 2 && trained.description.targetVocabulary?.unit == .symbols)
        let frames = NumericSeries(values: [1, 0, 1, 1, 1, 2, -1, 0, -1, 1, -1, 2], channels: 2)
        let found = try best(answer(model, .numeric(frames))).answers[0]
        #expect(found.output.tokens == ["up", "down"] && found.output.text == nil)
    }

    @Test func scheduledSamplingChangesTheWeightsAndNothingElse() throws {
        var request = PairedProblem.request(.sequenceToSequence)
        let forced = try train(request, PairedProblem.reversed)
        request.training.scheduledSampling = 0.5
        let sampled = try train(request, PairedProblem.reversed)
        #expect(forced.tensors != sampled.tensors)
        #expect(try train(request, PairedProblem.reversed, threads: 3).tensors == sampled.tensors)
    }

    /// Each side has tokens of its own kind.
    @Test func unitsOfTheTwoSides() throws {
        var request = PairedProblem.request(.sequenceToSequence, epochs: 1)
        (request.tokens, request.targetTokens) = (.words, .characters)
        let pairs = (0..<12).map { TrainingExample(input: .text("number \($0)"), target: .label("\($0)")) }
        let model = try train(request, pairs)
        #expect(model.description.vocabulary?.unit == .words && model.description.targetVocabulary?.unit == .characters)
        #expect(
            model.description.targetVocabulary?.tokens == ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "<end>"])
        // Numbers may be names of symbols.
        let numbers = (0..<12).map { TrainingExample(input: .symbols(["\($0)"]), target: .numbers([Double($0), 7])) }
        let named = try train(PairedProblem.request(.sequenceToSequence, epochs: 1), numbers)
        #expect(
            named.description.targetVocabulary?.unit == .symbols
                && named.description.targetVocabulary?.tokens.contains("11") == true)
    }

    @Test func whatCannotBeIsRefused() throws {
        func faults(_ examples: [TrainingExample], _ set: (inout SettingsRequest) -> Void = { _ in }) throws -> [String]
        {
            var request = PairedProblem.request(.sequenceToSequence)
            set(&request)
            return try pointers { _ = try Planner.plan(request: request, examples: examples, validation: nil) }
        }
        let pairs = PairedProblem.reversed
        #expect(
            try faults(pairs + [TrainingExample(input: .text("a"), target: .labels(["a"]))]) == ["/sequences/60/target"]
        )
        #expect(
            try faults(pairs + [TrainingExample(input: .text("a"), target: .label(""))]) == ["/sequences/60/target"])
        #expect(try faults(pairs + [TrainingExample(input: .text(""), target: .label("a"))]) == ["/sequences/60/input"])
        #expect(
            try faults(pairs + [TrainingExample(input: .symbols(["a"]), target: .label("a"))]) == [
                "/sequences/60/input"
            ])
        #expect(
            try faults([TrainingExample(input: .text("a"), target: .labels(["a", nil]))]) == ["/sequences/0/target/1"])
        #expect(try faults(pairs) { $0.tokens = .symbols } == ["/tokens"])
        #expect(try faults(pairs) { $0.targetTokens = .symbols } == ["/target_tokens"])
        #expect(
            try faults(pairs) { ($0.network.attention, $0.network.decoderHidden) = (.dot, 8) } == [
                "/network/decoder_hidden"
            ])
        #expect(try faults(pairs) { ($0.network.encoder, $0.network.heads) = (.transformer, 3) } == ["/network/heads"])
        #expect(try faults(pairs) { $0.network.heads = 2 } == ["/network/heads"])
        #expect(
            try faults(pairs) { ($0.network.attention, $0.network.attentionWidth) = (.general, 4) } == [
                "/network/attention_width"
            ])
        #expect(
            try faults(pairs) { ($0.network.residual, $0.training.window) = (true, 5) } == [
                "/network/residual", "/training/window",
            ])
        #expect(try faults(pairs) { $0.training.scheduledSampling = 1.5 } == ["/training/scheduled_sampling"])
        #expect(try faults(pairs) { $0.pointer = PointerRequest() } == ["/pointer"])
        // The same settings elsewhere.
        var text = SmallProblem.request()
        (text.network.attention, text.network.decoderLayers, text.targetTokens) = (.bahdanau, 2, .words)
        let elsewhere = try pointers {
            _ = try Planner.plan(request: text, examples: SmallProblem.text, validation: nil)
        }
        #expect(Set(elsewhere) == ["/network/attention", "/network/decoder_layers", "/target_tokens"])
    }

    @Test func wrongQuestionsAreRefused() throws {
        let (_, model) = try learned(.none, epochs: 1)
        func faults(_ sequence: SequenceValue, _ set: (inout PredictionRequest) -> Void = { _ in }) throws -> [String] {
            try pointers { _ = try answer(model, sequence, set) }
        }
        #expect(try faults(.text("abx")) == ["/sequence"])
        #expect(try faults(.text("")) == ["/sequence"])
        #expect(try faults(.symbols(["a"])) == ["/sequence"])
        #expect(try faults(.text("ab")) { $0.beamWidth = 65 } == ["/beam_width"])
        #expect(try faults(.text("ab")) { ($0.beamWidth, $0.nBest) = (2, 3) } == ["/n_best"])
        #expect(try faults(.text("ab")) { $0.attention = true } == ["/attention"])
        #expect(try faults(.text("ab")) { $0.lengthPenalty = 0.5 } == ["/length_penalty"])
        #expect(try faults(.text("ab")) { $0.maxLength = 0 } == ["/max_length"])
        #expect(try faults(.text("ab")) { $0.horizon = 3 } == ["/horizon"])
    }

    @Test func aTrainingIsContinued() throws {
        let request = PairedProblem.request(.sequenceToSequence, epochs: 2)
        let first = try train(request, PairedProblem.reversed)
        let parent = ParentModel(name: "m@1", description: first.description, tensors: first.tensors)
        var more = SettingsRequest()
        (more.task, more.training.epochs, more.training.optimizer.learningRate) = (.sequenceToSequence, 1, 1e-30)
        let second = try train(more, PairedProblem.reversed, parent: parent)
        #expect(
            second.description.network == first.description.network
                && second.description.targetVocabulary == first.description.targetVocabulary)
        more.network.attention = .dot
        #expect(try pointers { _ = try train(more, PairedProblem.reversed, parent: parent) } == ["/network/attention"])
    }
}
