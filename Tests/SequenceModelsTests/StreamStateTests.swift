import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// What a stream remembers, as bytes: another stream goes on from there as if nothing had happened.
@Suite struct StreamStateTests {
    private static func writer(_ body: StreamBody, hidden: Int = 8) throws -> TrainedModel {
        try train(body.request(hidden: hidden), SmallProblem.text)
    }

    private static func forecaster(
        _ body: StreamBody, _ distribution: ForecastDistribution = .studentT, channels: Int = 1
    ) throws -> TrainedModel {
        var request = body.request()
        request.forecast.distribution = distribution
        request.forecast.seasonality = 4
        let values = (0..<80 * channels).map { 100 + Double($0) + [0, 20, -10, 5][$0 % 4] }
        return try train(request, [series(values, channels: channels)])
    }

    private static func model(_ trained: TrainedModel) throws -> SequenceModel {
        try SequenceModel(description: trained.description, tensors: trained.tensors)
    }

    private static func texts(_ answers: [any Answer]) -> [String] { answers.map { "\($0.members)" } }

    /// Runs a stream and, after each of `stops` steps, another from its state, in a model of its own.
    private func goesOn(
        _ trained: TrainedModel, _ request: PredictionRequest, stops: Set<Int>, _ comment: Comment
    ) throws {
        let whole = try Self.model(trained).start(request)
        let events = try Self.texts(Self.model(trained).stepper().run(whole))
        let model = try Self.model(trained)
        let stepper = model.stepper(), stream = try model.start(request)
        #expect(stream.state == nil, "nothing is read yet")
        var seen = Self.texts(stream.warmUp()), steps = 0, goneOn = 0
        while !stream.isFinished {
            if stops.contains(steps) {
                let bytes = try #require(stream.state, comment).bytes
                let state = StreamState(bytes: bytes)
                var further = request
                (further.state, further.sequence) = (state, nil)
                let other = try Self.model(trained)
                let resumed = try other.start(further)
                let rest = Self.texts(other.stepper().run(resumed))
                #expect(seen + rest == events, "\(comment) at \(steps)")
                #expect(Self.texts([resumed.prediction]) == Self.texts([whole.prediction]), "\(comment) at \(steps)")
                #expect(resumed.reason == whole.reason && resumed.state == nil, "\(comment) at \(steps)")
                goneOn += 1
            }
            seen += Self.texts(stepper.step(admitting: [stream]).joined().map { $0 })
            steps += 1
        }
        #expect(seen == events && stream.state == nil, comment)
        #expect(goneOn == stops.count { $0 < steps } && goneOn > 1, comment)
    }

    private static func prompt(_ text: String = "hello wor", tokens: Int = 40) -> PredictionRequest {
        var request = PredictionRequest()
        request.sequence = .text(text)
        request.maxTokens = tokens
        request.seed = 3
        request.logprobs = true
        request.echo = true
        return request
    }

    private static func history(_ channels: Int = 1, horizon: Int = 30) -> PredictionRequest {
        var request = PredictionRequest()
        var values = (0..<30 * channels).map { 90 + Double($0) + [0, 20, -10, 5][$0 % 4] }
        values[7] = .nan
        request.sequence = .numeric(NumericSeries(values: values, channels: channels))
        request.horizon = horizon
        request.samples = 3
        request.seed = 5
        return request
    }

    // MARK: Going on

    @Test(arguments: StreamBody.allCases) func textsGoOn(body: StreamBody) throws {
        // Past the context of a Transformer, which is read again on the way.
        try goesOn(Self.writer(body), Self.prompt(), stops: [0, 1, 7, 8, 9, 20, 39], "\(body)")
    }

    @Test func heldBackTokensGoOn() throws {
        var request = Self.prompt()
        request.stop = ["never in such a text", "ooooooooooooooo", "l. hel"]
        request.temperature = 0.5
        try goesOn(Self.writer(.gru), request, stops: Set(0..<40), "stops")
        request.keeping = .nothing
        request.echo = false
        try goesOn(Self.writer(.gru), request, stops: [0, 3], "only events")
    }

    @Test func halfCharactersGoOn() throws {
        var settings = StreamBody.rnn.request()
        settings.tokens = .bytes
        let trained = try train(settings, [TrainingExample(input: .text(String(repeating: "äöüß→", count: 60)))])
        try goesOn(trained, Self.prompt("ä", tokens: 12), stops: Set(0..<12), "bytes")
    }

    @Test(arguments: StreamBody.allCases) func forecastsGoOn(body: StreamBody) throws {
        try goesOn(Self.forecaster(body), Self.history(), stops: [0, 1, 13, 29], "\(body)")
    }

    @Test(arguments: [ForecastDistribution.negativeBinomial, .quantile, .mse])
    func forecastsOfEveryKindGoOn(distribution: ForecastDistribution) throws {
        var request = Self.history(2)
        if distribution == .negativeBinomial {
            request.sequence = .numeric(NumericSeries(values: (0..<40).map { Double($0 % 9) }, channels: 2))
        }
        if distribution == .mse { request.samples = nil }
        let trained = try Self.forecaster(.lstm, distribution, channels: 2)
        try goesOn(trained, request, stops: [0, 2, 20], "\(distribution)")
    }

    // MARK: Refusals

    /// The fault of going on from `state`; nil when there is none.
    private func fault(_ model: SequenceModel, _ request: PredictionRequest, _ bytes: [UInt8]) throws -> String? {
        var request = request
        (request.state, request.sequence) = (StreamState(bytes: bytes), nil)
        do {
            model.stepper().run(try model.start(request))
            return nil
        } catch {
            #expect(error.list.map(\.pointer) == ["/state"], "\(error)")
            return error.list.first?.detail
        }
    }

    private func state(_ model: SequenceModel, _ request: PredictionRequest, steps: Int = 9) throws -> [UInt8] {
        let stream = try model.start(request), stepper = model.stepper()
        _ = stream.warmUp()
        for _ in 0..<steps { _ = stepper.step(admitting: [stream]) }
        return try #require(stream.state).bytes
    }

    /// With a checksum that fits: what follows must be checked by itself.
    private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let body = bytes.dropLast(8)
        let sum = body.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return body + (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt64($0))) }
    }

    @Test func damageIsFound() throws {
        let model = try Self.model(Self.writer(.lstm)), request = Self.prompt()
        let bytes = try state(model, request)
        #expect(Self.sealed(bytes) == bytes)
        #expect(try fault(model, request, bytes) == nil)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << (place % 8)
            #expect(try fault(model, request, damaged) != nil, "byte \(place)")
        }
        for count in 0..<bytes.count { #expect(try fault(model, request, Array(bytes[..<count])) != nil) }
        #expect(try fault(model, request, []) == "this is not the state of a stream")
        #expect(try fault(model, request, bytes + [0]) == "the state is damaged: its checksum does not match")
    }

    /// Sealed again, a spoilt state is refused or gone on from, and nothing traps.
    @Test(arguments: [StreamBody.gru, .transformer]) func intentIsSurvived(body: StreamBody) throws {
        let cases = [
            (try Self.model(Self.writer(body)), Self.prompt(tokens: 14)),
            (try Self.model(Self.forecaster(body)), Self.history(horizon: 12)),
        ]
        for (index, (model, request)) in cases.enumerated() {
            var request = request
            if index == 1 { request.samples = 1 }
            let bytes = try state(model, request), random = CounterRandom(seed: 1, stream: UInt64(index))
            var refused = 0
            for round in 0..<120 {
                var spoilt = bytes
                // Half of the rounds spoil what stands in front: counts, tokens, bounds.
                let span = round % 2 == 0 ? bytes.count - 13 : min(160, bytes.count - 13)
                let place = 5 + Int(random.bits(UInt64(3 * round)) % UInt64(span))
                for offset in 0..<[1, 4, 8][round % 3] where place + offset < bytes.count - 8 {
                    spoilt[place + offset] = UInt8(truncatingIfNeeded: random.bits(UInt64(3 * round + 1)) >> offset)
                }
                if round % 5 == 0 { spoilt.removeSubrange(place..<min(place + 3, bytes.count - 8)) }
                if try fault(model, request, Self.sealed(spoilt)) != nil { refused += 1 }
            }
            #expect(refused > 20, "\(refused)")
        }
    }

    @Test func valuesThatAreNotFiniteAreRefused() throws {
        let model = try Self.model(Self.writer(.rnn)), request = Self.prompt()
        var bytes = try state(model, request)
        // The last float of the last row.
        bytes.replaceSubrange((bytes.count - 12)..<(bytes.count - 8), with: [0, 0, 0xC0, 0x7F])
        #expect(try fault(model, request, Self.sealed(bytes)) == "the state is damaged: a value is not finite")
        bytes.insert(0, at: bytes.count - 8)
        bytes.replaceSubrange((bytes.count - 13)..<(bytes.count - 9), with: [0, 0, 0, 0])
        #expect(try fault(model, request, Self.sealed(bytes)) == "the state is longer than what it says")
    }

    @Test func statesOfOthersAreRefused() throws {
        let model = try Self.model(Self.writer(.lstm)), request = Self.prompt()
        let bytes = try state(model, request)
        for other in [try Self.writer(.gru), try Self.writer(.lstm, hidden: 9), try Self.writer(.transformer)] {
            let reason = try #require(try fault(Self.model(other), request, bytes))
            #expect(reason.hasPrefix("the state does not belong here: "), "\(reason)")
        }
        let forecaster = try Self.model(Self.forecaster(.lstm))
        #expect(
            try fault(forecaster, Self.history(), bytes) == "the state does not belong here: it is of another task")
        let forecast = try state(forecaster, Self.history())
        var fewer = Self.history()
        fewer.quantiles = [0.5]
        #expect(try fault(forecaster, fewer, forecast) != nil)
        fewer = Self.history(horizon: 9)
        #expect(try fault(forecaster, fewer, forecast)?.hasSuffix("9 steps already, the horizon is 9") == true)
        #expect(try fault(model, Self.prompt(tokens: 9), bytes)?.hasSuffix("9 tokens already, max_tokens is 9") == true)
    }

    @Test func onlyStreamsThatStepGoOn() throws {
        var request = PredictionRequest()
        (request.state, request.sequence) = (StreamState(bytes: []), .text("ab"))
        let classifier = try Self.model(train(SmallProblem.request(epochs: 1), SmallProblem.labelled))
        #expect(try pointers { _ = try classifier.start(request) } == ["/state"])
        #expect(try pointers { _ = try Self.model(Self.writer(.rnn)).start(request) } == ["/sequence"])
        request.sequence = .numeric(NumericSeries(values: [1, 2]))
        #expect(try pointers { _ = try Self.model(Self.forecaster(.rnn)).start(request) } == ["/sequence"])
    }

    // MARK: Covariates

    @Test func covariatesAreNotIgnored() throws {
        var record = SeriesRecord()
        record.future = [Covariate(name: "price", values: .numbers([1, .nan]), place: "/future/price")]
        #expect(record == record && !record.isEmpty)
        var examples = SmallProblem.labelled
        examples[3].record = record
        #expect(examples[3] != SmallProblem.labelled[3])
        #expect(
            try pointers { _ = try Planner.plan(request: SettingsRequest(), examples: examples, validation: nil) }
                == ["/sequences/3/future/price"])
        var request = PredictionRequest()
        request.sequence = .text("ab")
        request.record = record
        let model = try Self.model(train(SmallProblem.request(epochs: 1), SmallProblem.labelled))
        #expect(try pointers { _ = try model.start(request) } == ["/sequence/future/price"])
    }
}
