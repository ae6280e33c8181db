import RecurrentLayers
import SequenceModels
import Testing

/// Sessions of models over symbols and of labelled sequences: read in parts, a sequence has the answer that it has as a
/// whole.
@Suite struct SessionTests {
    private static func members(_ answer: any Answer) -> String { "\(answer.members)" }

    /// One step; where the session stands behind it.
    /// - Parameter inSteps: it reads in steps where it can, as in the company of others.
    @discardableResult
    private static func step(
        _ model: SequenceModel, _ state: inout StreamState?, _ text: String?, advances: Bool = false,
        inSteps: Bool = false, _ change: (inout PredictionRequest) -> Void = { _ in }
    ) throws -> any Prediction {
        var request = PredictionRequest()
        request.sequence = text.map { .text($0) }
        request.session = SessionStep(from: state, advances: advances)
        change(&request)
        let predicts = request.maxTokens != nil
        request.session?.predicts = predicts
        let stream = try model.start(request), stepper = model.stepper()
        if inSteps, stream.readsInSteps {
            while !stream.isFinished { _ = stepper.step(admitting: [stream]) }
        } else {
            stepper.run(stream)
        }
        let kept: StreamState = try #require(stream.kept)
        state = kept
        return stream.prediction
    }

    private static func write(_ tokens: Int) -> (inout PredictionRequest) -> Void {
        { request in
            (request.maxTokens, request.seed, request.logprobs) = (tokens, 7, true)
        }
    }

    // MARK: Texts

    @Test(arguments: StreamBody.allCases) func textsAreReadInParts(body: StreamBody) throws {
        let model = try SequenceModel.trained(body.request(), SmallProblem.text)
        var whole = PredictionRequest()
        whole.sequence = .text("hello world. hello world. hel")
        Self.write(20)(&whole)
        let expected = Self.members(try model.predict(whole))
        for parts in [
            ["hello world. hello world. hel"], ["h", "ello world. hello wor", "ld. hel"],
            "hello world. hello world. hel".map { String($0) },
        ] {
            var state: StreamState?
            for part in parts { try Self.step(model, &state, part) }
            let before = state
            #expect(
                Self.members(try Self.step(model, &state, nil, Self.write(20))) == expected, "\(body) \(parts.count)")
            #expect(state == before, "writing moves nothing")
            #expect(try state?.sessionSteps() == 29)
        }
    }

    @Test(arguments: StreamBody.allCases) func writtenTokensBecomeHistory(body: StreamBody) throws {
        let model = try SequenceModel.trained(body.request(), SmallProblem.text)
        var atOnce: StreamState?, oneByOne: StreamState?
        try Self.step(model, &atOnce, "hello wor")
        try Self.step(model, &oneByOne, "hello wor")
        func text(_ answer: any Prediction) throws -> String { try #require(answer as? TextPrediction).text }
        let whole = try text(Self.step(model, &atOnce, nil, advances: true, Self.write(24)))
        var pieces = ""
        for _ in 0..<24 { pieces += try text(Self.step(model, &oneByOne, nil, advances: true, Self.write(1))) }
        #expect(pieces == whole && oneByOne == atOnce, "\(body)")
        #expect(try atOnce?.sessionSteps() == 33)
        // What was written was read, too: as if it had been sent.
        var sent: StreamState?
        try Self.step(model, &sent, "hello wor" + whole)
        let next = Self.members(
            try Self.step(model, &sent, nil) {
                $0.maxTokens = 6; $0.temperature = 0
            })
        #expect(
            Self.members(
                try Self.step(model, &atOnce, nil) {
                    $0.maxTokens = 6; $0.temperature = 0
                }) == next)
    }

    /// Sessions of unequal length and start, together in the steps of their model.
    @Test(arguments: StreamBody.allCases) func companyChangesNothing(body: StreamBody) throws {
        let model = try SequenceModel.trained(body.request(), SmallProblem.text)
        let text = "hello world. hello world. hello wor"
        var states: [StreamState?] = []
        for index in 0..<16 {
            var state: StreamState?
            if index % 4 > 0 { try Self.step(model, &state, String(text.prefix(2 * index + 1))) }
            states.append(state)
        }
        func streams() throws -> [any PredictionStream] {
            try states.enumerated().map { index, state in
                var request = PredictionRequest()
                request.sequence = .text(String(text.dropFirst(index).prefix(1 + index % 5)))
                request.session = SessionStep(from: state, advances: index % 3 == 1, predicts: index % 3 > 0)
                (request.maxTokens, request.seed) = (index % 3 > 0 ? 1 + index : nil, UInt64(index))
                return try model.start(request)
            }
        }
        let alone = try streams(), together = try streams(), stepper = model.stepper()
        for stream in alone { model.stepper().run(stream) }
        for stream in together where !stream.readsInSteps { _ = stream.warmUp() }
        while case let active = together.filter({ !$0.isFinished }), !active.isEmpty {
            _ = stepper.step(admitting: active)
        }
        for (one, other) in zip(alone, together) {
            #expect(one.kept != nil && one.kept == other.kept)
            #expect(Self.members(one.prediction) == Self.members(other.prediction))
        }
    }

    /// A state that stays in memory brings what its bytes say, and more: the next step need not read the last token.
    @Test(arguments: StreamBody.allCases) func statesInMemoryGoOnAsTheirBytes(body: StreamBody) throws {
        let model = try SequenceModel.trained(body.request(), SmallProblem.text)
        let echo: (inout PredictionRequest) -> Void = { request in
            (request.maxTokens, request.echo, request.logprobs) = (2, true, true)
        }
        let steps: [(text: String?, advances: Bool, change: (inout PredictionRequest) -> Void)] = [
            ("hel", false, Self.write(1)), ("l", false, Self.write(1)), ("o wo", false, Self.write(3)),
            (nil, false, Self.write(2)), ("r", false, { _ in }), ("l", false, Self.write(1)), ("d", false, echo),
            ("d", false, echo), (". h", true, Self.write(4)), ("e", false, Self.write(1)),
            (nil, true, Self.write(1)), (nil, false, Self.write(5)), ("l", true, Self.write(1)),
            ("lo", false, { _ in }), (" ", false, Self.write(2)),
        ]
        var kept: StreamState?, read: StreamState?, stepped: StreamState?
        for (index, step) in steps.enumerated() {
            let answer = Self.members(
                try Self.step(model, &kept, step.text, advances: step.advances, step.change))
            let other = Self.members(
                try Self.step(model, &read, step.text, advances: step.advances, step.change))
            let third = Self.members(
                try Self.step(model, &stepped, step.text, advances: step.advances, inSteps: true, step.change))
            #expect(answer == other && answer == third, "\(body), step \(index)")
            #expect(kept == read && kept == stepped, "\(body), step \(index)")
            #expect(try kept?.sessionSteps() == read.map { try StreamState(bytes: $0.bytes).sessionSteps() })
            read = read.map { StreamState(bytes: $0.bytes) }
        }
    }

    @Test func statesInMemoryAreOfTheirNetworkAlone() throws {
        let model = try SequenceModel.trained(StreamBody.lstm.request(), SmallProblem.text)
        let other = try SequenceModel.trained(StreamBody.gru.request(), SmallProblem.text)
        var state: StreamState?
        try Self.step(model, &state, "hel", Self.write(1))
        let fault = Self.fault { try Self.step(other, &state, "l", Self.write(1)) }
        #expect(fault?.contains("does not belong here") == true, "\(fault ?? "none")")
    }

    @Test func sentTokensHaveTheirProbability() throws {
        let model = try SequenceModel.trained(StreamBody.lstm.request(), SmallProblem.text)
        var whole = PredictionRequest()
        (whole.sequence, whole.score) = (.text("hello wor"), true)
        let score = try #require(model.predict(whole) as? TextScore)
        var state: StreamState?
        try Self.step(model, &state, "hello")
        let answer = try Self.step(model, &state, " wor") {
            $0.echo = true; $0.logprobs = true
        }
        let logprobs = try #require((answer as? TextPrediction)?.logprobs)
        #expect(logprobs == Array(score.logprobs.suffix(4)))
    }

    @Test func endsOfTextBelongToHistory() throws {
        let model = try SequenceModel.trained(StreamBody.gru.request(), SmallProblem.strings)
        var state: StreamState?
        let answer = try Self.step(model, &state, "ab", advances: true) {
            $0.maxTokens = 200; $0.seed = 1
        }
        let text = try #require(answer as? TextPrediction)
        #expect(text.finishReason == "stop")
        #expect(try state?.sessionSteps() == 1 + 2 + text.tokens.count + 1, "the end symbols before and behind it")
    }

    // MARK: Labels

    @Test(arguments: [StreamBody.lstm, .gru, .rnn]) func labelsOfParts(body: StreamBody) throws {
        var settings = body.request()
        settings.network.bidirectional = false
        let tagger = try SequenceModel.trained(settings, SmallProblem.tagged)
        let classifier = try SequenceModel.trained(settings, SmallProblem.labelled)
        let text = "abbaabab"
        func whole(_ model: SequenceModel, _ text: String) throws -> any Prediction {
            var request = PredictionRequest()
            request.sequence = .text(text)
            return try model.predict(request)
        }
        for cuts in [[8], [3, 8], [1, 2, 3, 4, 5, 6, 7, 8]] {
            var tags: StreamState?, label: StreamState?, seen = 0, labels: [String] = [], last = ""
            for cut in cuts {
                let part = String(text.dropFirst(seen).prefix(cut - seen))
                seen = cut
                labels += try #require(Self.step(tagger, &tags, part) as? TagPrediction).labels
                last = Self.members(try Self.step(classifier, &label, part))
                #expect(last == Self.members(try whole(classifier, String(text.prefix(cut)))), "so far")
            }
            #expect(labels == (try whole(tagger, text) as? TagPrediction)?.labels)
            #expect(try tags?.sessionSteps() == 8 && label?.sessionSteps() == 8)
        }
    }

    @Test func valuesOfParts() throws {
        var settings = StreamBody.lstm.request()
        settings.network.bidirectional = false
        let model = try SequenceModel.trained(settings, SmallProblem.valued)
        var state: StreamState?, said = ""
        for value in [1.0, 4, 2, 6] {
            said = Self.members(
                try Self.step(model, &state, nil) { $0.sequence = .numeric(NumericSeries(values: [value])) })
        }
        var whole = PredictionRequest()
        whole.sequence = .numeric(NumericSeries(values: [1, 4, 2, 6]))
        #expect(said == Self.members(try model.predict(whole)))
    }

    // MARK: Refusals

    private static func fault(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return "\(error)" }
        return nil
    }

    @Test func whatHasNoState() throws {
        var settings = StreamBody.lstm.request()
        settings.network.bidirectional = true
        let tagger = try SequenceModel.trained(settings, SmallProblem.tagged)
        var state: StreamState?
        #expect(tagger.sessionRefusal?.contains("both ends") == true)
        #expect(Self.fault { try Self.step(tagger, &state, "ab") }?.contains("/model") == true)
    }

    @Test func whatCannotBeAsked() throws {
        let model = try SequenceModel.trained(StreamBody.lstm.request(), SmallProblem.text)
        var state: StreamState?
        #expect(Self.fault { try Self.step(model, &state, nil) }?.hasPrefix("/sequence: nothing is known") == true)
        #expect(Self.fault { try Self.step(model, &state, "h", advances: true) }?.hasPrefix("/advance") == true)
        #expect(Self.fault { try Self.step(model, &state, "h") { $0.score = true } }?.hasPrefix("/score") == true)
    }

    @Test func foreignStatesAreRefused() throws {
        let model = try SequenceModel.trained(StreamBody.lstm.request(), SmallProblem.text)
        let other = try SequenceModel.trained(StreamBody.gru.request(), SmallProblem.text)
        var settings = StreamBody.lstm.request()
        settings.network.bidirectional = false
        let classifier = try SequenceModel.trained(settings, SmallProblem.labelled)
        var state: StreamState?
        try Self.step(model, &state, "hello")
        let own = try #require(state)
        #expect(Self.fault { try Self.step(other, &state, "w") }?.hasPrefix("/state") == true)
        #expect(Self.fault { try Self.step(classifier, &state, "a") }?.contains("another task") == true)
        var damaged = own.bytes
        damaged[damaged.count / 2] ^= 4
        state = StreamState(bytes: damaged)
        #expect(Self.fault { try Self.step(model, &state, "w") }?.contains("checksum") == true)
        for count in [0, 3, 12, own.bytes.count - 1] {
            state = StreamState(bytes: Array(own.bytes.prefix(count)))
            #expect(Self.fault { try Self.step(model, &state, "w") } != nil)
        }
    }
}
