import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// The cell `transformer` in every task that reads one sequence.
@Suite struct TransformerModelTests {
    static func request(epochs: Int = 4, hidden: Int = 8, window: Int? = nil) -> SettingsRequest {
        var request = SmallProblem.request(epochs: epochs, hidden: hidden)
        request.network.cell = .transformer
        request.training.window = window
        return request
    }

    func loaded(_ model: TrainedModel) throws -> SequenceModel {
        // As from its file.
        let description = try ModelDescription.copied(model.description)
        #expect(description == model.description)
        return try SequenceModel(description: description, tensors: model.tensors)
    }

    static let writer = Result { () throws -> TrainedModel in
        var settings = TransformerModelTests.request(epochs: 40, hidden: 32, window: 32)
        settings.training.optimizer.learningRate = 0.01
        settings.validation = 0
        return try train(settings, SmallProblem.text)
    }

    func prompt(_ text: String, _ tokens: Int, _ temperature: Double = 0) -> PredictionRequest {
        var request = PredictionRequest()
        request.sequence = .text(text)
        request.maxTokens = tokens
        request.temperature = temperature
        request.logprobs = true
        return request
    }

    func text(_ prediction: any Prediction) throws -> TextPrediction {
        guard let answer = prediction as? TextPrediction else { throw NotFinished() }
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

    func compare(_ model: SequenceModel, _ promptLength: Int) throws {
        let start = String(String(repeating: "hello world. ", count: 9).prefix(promptLength))
        let written = try text(model.predict(prompt(start, 100, 1.5)))
        var score = PredictionRequest()
        score.sequence = .text(start + written.text)
        score.score = true
        guard let read = try model.predict(score) as? TextScore else { throw NotFinished() }
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
            _ = stepper.step(admitting: live)
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
        while !streams[0].isFinished { _ = stepper.step(admitting: streams) }
        for (request, stream) in zip(requests, streams) {
            guard let together = stream.prediction as? ForecastPrediction,
                let alone = try model.predict(request) as? ForecastPrediction
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
            guard let tags = try model.predict(ask) as? TagPrediction else { throw NotFinished() }
            #expect(tags.labels == text.prefix(length).map { $0 == "a" ? "A" : "B" })
        }
    }

    @Test func valuesSequences() throws {
        let model = try train(Self.request(epochs: 30, hidden: 16), SmallProblem.valued)
        #expect(model.metrics["rmse"]?.isFinite == true)
    }
}
