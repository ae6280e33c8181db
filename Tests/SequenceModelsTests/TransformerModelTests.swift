import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// The cell `transformer` in every task that reads one sequence.
@Suite struct TransformerModelTests {
    private static func request(epochs: Int = 4, hidden: Int = 8, window: Int? = nil) -> SettingsRequest {
        var request = SmallProblem.request(epochs: epochs, hidden: hidden)
        request.network.cell = .transformer
        request.training.window = window
        return request
    }

    private func loaded(_ model: TrainedModel) throws -> SequenceModel {
        // As from its file.
        let description = try ModelDescription.copied(model.description)
        #expect(description == model.description)
        return try SequenceModel(description: description, tensors: model.tensors)
    }

    private static let writer = Result { () throws -> TrainedModel in
        var settings = TransformerModelTests.request(epochs: 40, hidden: 32, window: 32)
        settings.training.optimizer.learningRate = 0.01
        settings.validation = 0
        return try train(settings, SmallProblem.text)
    }

    private func prompt(_ text: String, _ tokens: Int, _ temperature: Double = 0) -> PredictionRequest {
        var request = PredictionRequest()
        request.sequence = .text(text)
        request.maxTokens = tokens
        request.temperature = temperature
        request.logprobs = true
        return request
    }

    private func text(_ prediction: Prediction) throws -> TextPrediction {
        guard case .text(let answer) = prediction else { throw NotFinished() }
        return answer
    }

    // MARK: Language model

    @Test func writesFarPastItsWindow() throws {
        let model = try loaded(Self.writer.get())
        let answer = try text(model.predict(prompt("hello", 130)))
        #expect(answer.text == String(String(repeating: "hello world. ", count: 11).dropFirst(5).prefix(130)))
    }

    /// Whatever was read at once, stepped, or read again where the context was full: a text has the same
    /// log-probabilities.
    @Test(arguments: [1, 20, 32, 33, 49, 90]) func writingEqualsReading(promptLength: Int) throws {
        try compare(loaded(Self.writer.get()), promptLength)
    }

    @Test(arguments: [1, 2, 7]) func anyWindowWill(window: Int) throws {
        var request = Self.request(epochs: 1, window: window)
        request.validation = 0
        let model = try train(request, SmallProblem.text)
        #expect(model.description.context == window)
        for length in [1, window, window + 1, 30] { try compare(loaded(model), length) }
    }

    private func compare(_ model: SequenceModel, _ promptLength: Int) throws {
        let start = String(String(repeating: "hello world. ", count: 9).prefix(promptLength))
        let written = try text(model.predict(prompt(start, 100, 1.5)))
        var score = PredictionRequest()
        score.sequence = .text(start + written.text)
        score.score = true
        guard case .score(let read) = try model.predict(score) else { throw NotFinished() }
        #expect(
            try Array(read.logprobs.suffix(100)) == #require(written.logprobs)
                && read.tokens.count == promptLength + 100)
        var echo = prompt(start + written.text, 0)
        echo.echo = true
        #expect(try text(model.predict(echo)).logprobs?.dropFirst() == read.logprobs.dropFirst())
    }

    @Test func companyChangesNothing() throws {
        let model = try loaded(Self.writer.get())
        let requests = (0..<4).map { index in
            var request = prompt(String("hello world. hello world. hello".prefix(1 + 9 * index)), 50 + 10 * index, 1)
            request.seed = UInt64(index)
            return request
        }
        let alone = try requests.map { try text(model.predict($0)) }
        let streams = try requests.map { try model.start($0) }
        for stream in streams { _ = stream.warmUp() }
        let stepper = model.stepper()
        for round in 0..<1000 {
            // They join one after the other.
            let live = streams.enumerated().filter { $0.offset <= round / 5 && !$0.element.isFinished }.map(\.element)
            if live.isEmpty { break }
            _ = stepper.step(live)
        }
        for (stream, expected) in zip(streams, alone) {
            let answer = try text(stream.prediction)
            #expect(answer.text == expected.text && answer.logprobs == expected.logprobs)
        }
    }

    @Test func beatsCounting() throws {
        var request = Self.request(epochs: 40, hidden: 32, window: 32)
        request.training.optimizer.learningRate = 0.01
        let model = try train(request, SmallProblem.text)
        #expect((model.metrics["validation_loss"] ?? 9) < (model.baselines["bigram"]?["validation_loss"] ?? 0))
        #expect(model.description.context == 32)
    }

    // MARK: All tasks

    @Test(arguments: SmallProblem.all.indices) func threadsAndResumesChangeNothing(problem: Int) throws {
        let examples = SmallProblem.all[problem].examples
        var request = Self.request()
        request.training.checkpointSeconds = 2
        request.training.batchSize = 12
        let observer = RecordingObserver()
        let once = try train(request, examples, observer: observer)
        for threads in [2, 3] { #expect(try train(request, examples, threads: threads).tensors == once.tensors) }
        for checkpoint in [observer.checkpoints.first, observer.checkpoints.last].compactMap(\.self) {
            #expect(try train(request, examples, resume: checkpoint).tensors == once.tensors)
        }
        #expect(!observer.checkpoints.isEmpty)
        // The gradient reaches what every block reads, at every lag.
        let picture = try #require(observer.reports.compactMap(\.gradients).first)
        #expect(
            picture.layers.count == 2 && picture.layers.allSatisfy { $0.allSatisfy { $0.isFinite && $0 > 0 } }
                && picture.warning == nil)
        #expect(once.description.settings.network.cell == .transformer && once.description.context != nil)
        let plan = try Planner.plan(request: request, examples: examples, validation: nil)
        #expect(try loaded(once).parameterCount == plan.parameterCount, "\(SmallProblem.all[problem].name)")
        #expect(plan.parameterCount == once.tensors.reduce(0) { $0 + $1.values.count })
    }

    @Test(arguments: SmallProblem.all.indices) func goesOnFromAVersion(problem: Int) throws {
        let examples = SmallProblem.all[problem].examples
        let first = try train(Self.request(epochs: 2), examples)
        let parent = ParentModel(name: "first@1", description: first.description, tensors: first.tensors)
        var request = SettingsRequest()
        request.training.epochs = 2
        request.training.optimizer.learningRate = 1e-30
        let child = try train(request, examples, parent: parent)
        #expect(child.tensors == first.tensors && child.description.network == first.description.network)
        request.network.heads = 2
        request.network.cell = .lstm
        request.network.feedForward = 5
        #expect(
            try pointers { _ = try Planner.plan(request: request, examples: examples, validation: nil, parent: parent) }
                == ["/network/cell", "/network/heads", "/network/feed_forward"])
    }

    // MARK: Forecast

    @Test func beatsSeasonalNaive() throws {
        let (season, noise): ([Double], [Double]) = ([0, 20, -10, 5], [3, -2, 1, -3, 2, -1, 4])
        let values = (0..<120).map { (step: Int) -> Double in
            let trend = 200 + 2 * Double(step)
            return trend + season[step % 4] + noise[(step * step) % 7]
        }
        var request = Self.request(epochs: 20, hidden: 16)
        request.forecast.horizon = 8
        let model = try train(request, [series(values)])
        #expect(model.skill ?? -1 > 0, "\(model.metrics) \(model.baselines)")
        let naive = try #require(model.baselines["seasonal_naive"]?["mase"])
        #expect(model.metrics["mase"] ?? 9 < naive)
    }

    /// A horizon of many windows, whose paths share the history and then part; alone and beside another.
    @Test func forecastsPastItsWindow() throws {
        var request = Self.request(epochs: 2, window: 12)
        request.forecast.horizon = 4
        let model = try loaded(train(request, SmallProblem.seasonal))
        func ask(_ steps: Int, _ seed: UInt64) -> PredictionRequest {
            var request = PredictionRequest()
            request.sequence = .numeric(
                NumericSeries(values: (0..<steps).map { 100 + Double($0) + [0, 20, -10, 5][$0 % 4] }))
            request.horizon = 50
            request.samples = 3
            request.seed = seed
            return request
        }
        let requests = [ask(60, 1), ask(5, 2), ask(1, 3)]
        let streams = try requests.map { try model.start($0) }
        for stream in streams { _ = stream.warmUp() }
        let stepper = model.stepper()
        while !streams[0].isFinished { _ = stepper.step(streams) }
        for (request, stream) in zip(requests, streams) {
            guard case .forecast(let together) = stream.prediction,
                case .forecast(let alone) = try model.predict(request)
            else { throw NotFinished() }
            #expect(together.mean == alone.mean && together.samples == alone.samples)
            #expect(alone.mean.count == 50 && alone.mean.joined().allSatisfy(\.isFinite))
            #expect(alone.samples[0] != alone.samples[1])
        }
    }

    // MARK: Whole sequences

    @Test func classifiesByOrder() throws {
        let model = try train(Self.request(epochs: 30, hidden: 16), SmallProblem.labelled)
        #expect(model.metrics["accuracy"] == 1, "\(model.metrics)")
    }

    @Test func tagsSequencesLongerThanItsWindow() throws {
        var request = Self.request(epochs: 40, hidden: 16, window: 6)
        request.network.bidirectional = true
        let model = try loaded(train(request, SmallProblem.tagged))
        for length in [0, 1, 6, 7, 40] {
            var ask = PredictionRequest()
            let text = String("abbaabab".first ?? "a") + String(repeating: "bbaabab", count: 6)
            ask.sequence = .text(String(text.prefix(length)))
            guard case .tags(let tags) = try model.predict(ask) else { throw NotFinished() }
            #expect(tags.labels == text.prefix(length).map { $0 == "a" ? "A" : "B" })
        }
    }

    @Test func valuesSequences() throws {
        let model = try train(Self.request(epochs: 30, hidden: 16), SmallProblem.valued)
        #expect(model.metrics["rmse"]?.isFinite == true)
    }

    // MARK: Settings

    private func faults(_ examples: [TrainingExample] = SmallProblem.text, _ change: (inout SettingsRequest) -> Void)
        throws -> [String]
    {
        var request = Self.request()
        change(&request)
        return try pointers { _ = try Planner.plan(request: request, examples: examples, validation: nil) }
    }

    @Test func settingsOfStatesAreRefused() throws {
        #expect(
            try faults {
                $0.network.residual = true
                $0.network.weightTying = true
                $0.network.lockedDropout = true
                $0.network.embeddingDropout = 0.1
                $0.network.initializer = .orthogonal
                $0.network.projection = 4
                $0.network.layerNorm = true
                $0.network.recurrentDropout = 0.1
                $0.network.gruReset = .after
                $0.training.stateful = true
                $0.training.stride = 4
                $0.training.window = ModelLimits.contextMax + 1
            } == [
                "/network/residual", "/network/weight_tying", "/network/locked_dropout", "/network/embedding_dropout",
                "/network/initializer",
                "/network/projection", "/network/layer_norm", "/network/recurrent_dropout", "/network/gru_reset",
                "/training/stateful",
                "/training/stride", "/training/window",
            ])
        #expect(try faults { $0.network.heads = 3 } == ["/network/heads"])
        #expect(try faults { $0.network.heads = 0 } == ["/network/heads"])
        #expect(try faults { $0.network.feedForward = 0 } == ["/network/feed_forward"])
        #expect(try faults { $0.network.embedding = 9 } == ["/network/embedding"])
        #expect(try faults { $0.network.embedding = 8 } == [])
        #expect(try faults { $0.network.bidirectional = true } == ["/network/bidirectional"])
        #expect(try faults(SmallProblem.labelled) { $0.network.bidirectional = false } == ["/network/bidirectional"])
        for activation in [ActivationChoice.tanh, .sigmoid] {
            #expect(try faults { $0.network.activation = activation } == ["/network/activation"])
        }
        #expect(try faults { $0.network.activation = .relu } == [])
        for cell in [CellChoice.lstm, .gru, .rnn] {
            #expect(
                try faults { ($0.network.cell, $0.network.heads, $0.network.feedForward) = (cell, 2, 8) } == [
                    "/network/heads", "/network/feed_forward",
                ])
            #expect(try faults { ($0.network.cell, $0.network.activation) = (cell, .gelu) } == ["/network/activation"])
        }
        // Too much for the memory, with what would fit.
        #expect(
            try faults([TrainingExample(input: .text(String(repeating: "abcdefgh", count: 4000)))]) {
                ($0.network.hidden, $0.training.window, $0.training.batchSize) = (512, 8192, 64)
            } == ["/training/window"])
    }

    @Test func defaultsFit() throws {
        for (name, examples) in SmallProblem.all {
            var request = SettingsRequest()
            request.network.cell = .transformer
            let plan = try Planner.plan(request: request, examples: examples, validation: nil)
            let network = plan.settings.network
            #expect(
                network.heads.map { network.hidden % $0 } == 0 && network.feedForward == 4 * network.hidden, "\(name)")
            #expect(
                network.activation == .gelu && !plan.settings.training.stateful
                    && plan.settings.training.schedule.warmup == 0.1)
            #expect(plan.estimatedMemoryBytes > 4 * plan.parameterCount && plan.estimatedFLOPs > 0)
        }
    }

    @Test func weightsOfATransformerAreNotImported() throws {
        var request = ImportRequest(task: .languageModel)
        request.network.cell = .transformer
        #expect(
            try pointers { _ = try ModelImport.model(request, tensors: Self.writer.get().tensors) } == ["/network/cell"]
        )
    }

    /// So files of older versions read as they did.
    @Test func recurrentModelsAreWrittenAsEver() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.text)
        let text = String(decoding: try JSONEncoder().encode(model.description), as: UTF8.self)
        for member in ["context", "heads", "feed_forward", "transformer"] { #expect(!text.contains("\"\(member)\"")) }
        #expect(text.contains(#""cell":"lstm""#))
        #expect(try ModelDescription.copied(model.description) == model.description)
    }

    // MARK: Costs

    @Test func streamsTellWhatTheyKeep() throws {
        let model = try Self.writer.get()
        let cost = try #require(StreamCost(model.description))
        // Keys and values of 2 blocks of 32, and a token, each of 4 bytes; 32 steps of them.
        #expect(
            cost.stateBytesPerStep == (2 * 2 * 32 + 1) * 4 && cost.stateBytes == 32 * cost.stateBytesPerStep
                && cost.context == 32)
        #expect(try loaded(model).rowSizeBytes == cost.stateBytes)
        let vocabulary = try #require(model.description.vocabulary?.tokens.count)
        #expect(cost.multiplyAddsPerContextStep == 2 * 2 * 32)
        #expect(
            cost.multiplyAdds == 2 * (4 * 32 * 32 + 2 * 32 * 128) + 32 * vocabulary + 32
                * cost.multiplyAddsPerContextStep)

        let lstm = try train(SmallProblem.request(epochs: 1), SmallProblem.text)
        let state = try #require(StreamCost(lstm.description))
        #expect(
            state.stateBytes == 2 * 8 * 4 && state.stateBytesPerStep == 0 && state.multiplyAddsPerContextStep == 0
                && state.context == nil)
        #expect(try loaded(lstm).rowSizeBytes == state.stateBytes)
        let tagger = try train(Self.request(epochs: 1), SmallProblem.tagged)
        #expect(try #require(StreamCost(tagger.description)).stateBytes == 0)
    }
}
