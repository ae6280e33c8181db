import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// What is known after prompts is kept, and changes no byte of any answer.
@Suite struct PrefixCacheTests {
    private static func trained(_ cell: CellChoice = .lstm, hidden: Int = 8) throws -> TrainedModel {
        var request = SmallProblem.request(epochs: 1, hidden: hidden)
        request.network.cell = cell
        request.network.layers = 2
        if cell == .transformer { request.training.window = 16 }
        return try train(request, SmallProblem.text)
    }

    private static func model(_ trained: TrainedModel, _ cache: PrefixCache?) throws -> SequenceModel {
        try SequenceModel(description: trained.description, tensors: trained.tensors, prefixes: cache)
    }

    private static func request(_ length: Int, beginning: String = "", tokens: Int = 5) -> PredictionRequest {
        var request = PredictionRequest()
        request.sequence = .text(
            String((beginning + String(repeating: "hello world. ", count: 60)).prefix(length)))
        (request.maxTokens, request.seed) = (tokens, 7)
        return request
    }

    /// By steps in company of itself, or by windows.
    private static func answer(_ model: SequenceModel, _ request: PredictionRequest, steps: Bool) throws -> String {
        let stream = try model.start(request), stepper = model.stepper()
        if steps && stream.readsInSteps {
            let company = try model.start(request)
            while stream.unreadSteps > 0 && company.unreadSteps > 0 {
                _ = stepper.step(admitting: [stream, company])
            }
        }
        stepper.run(stream)
        return "\(stream.prediction.members)"
    }

    @Test(arguments: [CellChoice.lstm, .gru], [false, true])
    func answersAreTheSame(cell: CellChoice, steps: Bool) throws {
        let trained = try Self.trained(cell), cache = PrefixCache(sizeBytesMax: 1 << 20)
        let plain = try Self.model(trained, nil), caching = try Self.model(trained, cache)
        // Repeated, extended, shortened, and another that has only the beginning in common.
        let requests =
            [40, 40, 41, 100, 700, 700, 33, 32, 31, 9, 2, 1].map { Self.request($0) }
            + [Self.request(50, beginning: "hello world. hello world. hello wold"), Self.request(64, beginning: "w")]
        for request in requests {
            #expect(try Self.answer(caching, request, steps: steps) == Self.answer(plain, request, steps: steps))
        }
        #expect(cache.counts.hits >= 3 && cache.counts.misses >= 2 && cache.counts.tokens > 700)
    }

    @Test func whatIsKnownIsNotReadAgain() throws {
        let cache = PrefixCache(sizeBytesMax: 1 << 20), model = try Self.model(Self.trained(), cache)
        let first = try model.start(Self.request(40))
        #expect(first.unreadSteps == 39)
        _ = first.warmUp()
        #expect(cache.counts.misses == 1 && cache.counts.hits == 0)
        // The same prompt is known to its end.
        let again = try model.start(Self.request(40))
        #expect(again.unreadSteps == 0 && cache.counts.hits == 1 && cache.counts.tokens == 39)
        // A window has been read, so that its end is known, and the end of no block before it.
        #expect(try model.start(Self.request(100)).unreadSteps == 99)
        let stepper = model.stepper(), long = try model.start(Self.request(100))
        let other = try model.start(Self.request(98))
        while long.unreadSteps > 0 { _ = stepper.step(admitting: [long, other].filter { !$0.isFinished }) }
        // Steps have passed the ends of three blocks.
        #expect(try model.start(Self.request(120)).unreadSteps == 119 - 96)
        #expect(try model.start(Self.request(70)).unreadSteps == 69 - 64)
        #expect(try model.start(Self.request(50, beginning: "oh")).unreadSteps == 49)
    }

    /// Outputs of the prompt are wanted, or nothing is computed: neither asks what is known.
    @Test func whoNeedsTheOutputsReads() throws {
        let cache = PrefixCache(sizeBytesMax: 1 << 20), model = try Self.model(Self.trained(), cache)
        _ = try model.predict(Self.request(40))
        let before = cache.counts
        var echo = Self.request(40)
        (echo.echo, echo.logprobs) = (true, true)
        #expect(try model.start(echo).unreadSteps == 39)
        _ = try model.predict(echo)
        var score = PredictionRequest()
        (score.sequence, score.score) = (echo.sequence, true)
        _ = try model.predict(score)
        #expect(cache.counts.hits == before.hits && cache.counts.misses == before.misses)
    }

    /// Models of the same shape and weights share nothing, and take their part with them.
    @Test func modelsHaveTheirOwn() throws {
        let cache = PrefixCache(sizeBytesMax: 1 << 20), trained = try Self.trained()
        let kept = try Self.model(trained, cache)
        _ = try kept.predict(Self.request(40))
        let size = cache.counts.sizeBytes
        do {
            let other = try Self.model(trained, cache)
            #expect(try other.start(Self.request(40)).unreadSteps == 39)
            _ = try other.predict(Self.request(40))
            #expect(cache.counts.sizeBytes == 2 * size)
        }
        #expect(cache.counts.sizeBytes == size)
        #expect(try kept.start(Self.request(40)).unreadSteps == 0)
        let transformer = try Self.model(Self.trained(.transformer), cache)
        _ = try transformer.predict(Self.request(12))
        #expect(cache.counts.sizeBytes == size && cache.counts.misses == 3)
    }

    /// The least recently used go; what is left is still right.
    @Test func itsSizeIsBounded() throws {
        let trained = try Self.trained(), limit = 16 << 10
        let cache = PrefixCache(sizeBytesMax: limit), off = PrefixCache(sizeBytesMax: 0)
        let plain = try Self.model(trained, nil), caching = try Self.model(trained, cache)
        let without = try Self.model(trained, off)
        var largest = 0
        for index in 0..<60 {
            let request = Self.request(20 + index % 30, beginning: String(repeating: "helo wrd.", count: index % 7))
            let expected = try Self.answer(plain, request, steps: false)
            #expect(try Self.answer(caching, request, steps: false) == expected)
            #expect(try Self.answer(without, request, steps: false) == expected)
            largest = max(largest, cache.counts.sizeBytes)
        }
        #expect(largest <= limit && largest > limit / 2)
        #expect(off.counts.sizeBytes == 0 && off.counts.hits == 0)
        // The newest is there.
        _ = try caching.predict(Self.request(45))
        #expect(try caching.start(Self.request(45)).unreadSteps == 0)
    }
}
