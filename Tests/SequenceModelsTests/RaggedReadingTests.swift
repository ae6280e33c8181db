import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Histories that are read by pieces, or as rows of steps beside streams that answer: the bytes are those of a stream
/// that was alone.
@Suite struct RaggedReadingTests {
    private static func prompts() -> [PredictionRequest] {
        [1, 2, 31, 5, 64, 300, 17].enumerated().map { index, length in
            var request = PredictionRequest()
            request.sequence = .text(String(String(repeating: "hello world. ", count: 30).prefix(length)))
            request.maxTokens = 4 + 5 * index
            request.seed = UInt64(index)
            return request
        }
    }

    private static func histories(_ channels: Int) -> [PredictionRequest] {
        [1, 9, 40, 3, 120].enumerated().map { index, steps in
            var request = PredictionRequest()
            request.sequence = .numeric(
                NumericSeries(
                    values: (0..<steps * channels).map { 100 + Double(($0 * 7 + index) % 13) }, channels: channels))
            request.horizon = 2 + 3 * index
            request.samples = 3 + index
            request.seed = UInt64(index)
            return request
        }
    }

    private static func texts(_ answers: [any Answer]) -> [String] { answers.map { "\($0.members)" } }

    /// Runs the requests in one batch. Stream i comes at tick 3 · i and reads what is left of its history there; those
    /// at odd places have read a piece of it before.
    ///
    /// - Returns: by request, its events and its answer.
    private static func together(_ model: SequenceModel, _ requests: [PredictionRequest]) throws -> [[String]] {
        let stepper = model.stepper(), streams = try requests.map { try model.start($0) }
        var events = [[String]](repeating: [], count: streams.count), tick = 0
        while streams.contains(where: { !$0.isFinished }) {
            var live: [Int] = []
            for (index, stream) in streams.enumerated() where tick >= 3 * index && !stream.isFinished {
                if tick == 3 * index {
                    if index % 2 == 1 { stream.read(7) }
                    if !stream.readsInSteps { events[index] += texts(stream.warmUp()) }
                }
                if !stream.isFinished { live.append(index) }
            }
            let stepped = live.isEmpty ? [] : stepper.step(admitting: live.map { streams[$0] })
            for (index, seen) in zip(live, stepped) { events[index] += texts(seen) }
            tick += 1
        }
        return zip(streams, events).map { $1 + texts([$0.prediction]) }
    }

    private static func alone(_ model: SequenceModel, _ request: PredictionRequest) throws -> [String] {
        let stream = try model.start(request)
        return texts(model.stepper().run(stream)) + texts([stream.prediction])
    }

    @Test(arguments: StreamBody.allCases) func textsOfUnequalLengthAndStart(body: StreamBody) throws {
        let model = try SequenceModel.trained(body.request(), SmallProblem.text)
        let requests = Self.prompts()
        let together = try Self.together(model, requests), alone = try requests.map { try Self.alone(model, $0) }
        #expect(together == alone)
    }

    @Test(arguments: StreamBody.allCases, [1, 2]) func forecastsOfUnequalLengthAndStart(body: StreamBody, channels: Int)
        throws
    {
        var settings = body.request()
        settings.forecast.seasonality = 4
        let values = (0..<80 * channels).map { 100 + Double($0) + [0, 20, -10, 5][$0 % 4] }
        let model = try SequenceModel.trained(settings, [series(values, channels: channels)])
        let requests = Self.histories(channels)
        let together = try Self.together(model, requests), alone = try requests.map { try Self.alone(model, $0) }
        #expect(together == alone)
    }

    /// What is told of a prompt is known before the first step, however it was read.
    @Test func anEchoIsReadInPieces() throws {
        let model = try SequenceModel.trained(StreamBody.lstm.request(), SmallProblem.text)
        let requests = Self.prompts().map { request in
            var request = request
            (request.echo, request.logprobs) = (true, true)
            return request
        }
        for request in requests {
            let stream = try model.start(request)
            #expect(!stream.readsInSteps)
        }
        let together = try Self.together(model, requests), alone = try requests.map { try Self.alone(model, $0) }
        #expect(together == alone)
    }

    /// A window, pieces of it, and steps leave the same state.
    @Test func statesAreTheSameHoweverTheyWereRead() throws {
        let model = try SequenceModel.trained(StreamBody.lstm.request(), SmallProblem.text)
        let request = Self.prompts()[5], stepper = model.stepper()
        let whole = try model.start(request), pieces = try model.start(request), stepped = try model.start(request)
        #expect(whole.unreadSteps == 299 && whole.readsInSteps && whole.state == nil)
        _ = whole.warmUp()
        while pieces.unreadSteps > 0 { pieces.read(11) }
        let company = try model.start(Self.prompts()[5])
        while stepped.unreadSteps > 0 {
            #expect(stepped.state == nil)
            let seen = stepper.step(admitting: [stepped, company])
            #expect(seen.allSatisfy { $0.isEmpty })
        }
        #expect(whole.state != nil && whole.state == pieces.state && whole.state == stepped.state)
        #expect(whole.unreadSteps == 0)
    }

    /// A stream that goes on from a state has nothing to read, and needs no warm-up.
    @Test(arguments: [StreamBody.lstm, .gru]) func goesOnWithoutAWarmUp(body: StreamBody) throws {
        let model = try SequenceModel.trained(body.request(), SmallProblem.text)
        let request = Self.prompts()[2], stream = try model.start(request), stepper = model.stepper()
        var events = Self.texts(stream.warmUp())
        for _ in 0..<3 { events += Self.texts(stepper.step(admitting: [stream])[0]) }
        var further = request
        (further.state, further.sequence) = (stream.state, nil)
        let other = try model.start(further)
        #expect(other.unreadSteps == 0 && other.readsInSteps)
        while !other.isFinished { events += Self.texts(stepper.step(admitting: [other])[0]) }
        let uninterrupted = try Self.alone(model, request)
        #expect(events + Self.texts([other.prediction]) == uninterrupted)
    }
}
