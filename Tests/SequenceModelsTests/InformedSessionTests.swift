import SequenceModels
import SeriesTime
import Testing

/// Sessions of forecasters that know more than the values: a calendar, covariates, categories.
@Suite struct InformedSessionTests: SeriesSessionSuite {
    /// What a model reads beside the values.
    enum Input: String, Sendable, CaseIterable {
        case calendar, age
        /// Known ahead.
        case heat, promo
        /// Known up to now.
        case wind, sky
        /// Of the whole series.
        case size, kind
    }

    struct Kind: Sendable, CustomTestStringConvertible {
        var inputs = Set(Input.allCases)
        var cell = CellChoice.lstm
        var distribution = ForecastDistribution.studentT
        var decoding = ForecastDecoding.recursive
        /// Of the training; with several a covariate is measured about its own mean.
        var seriesCount = 1

        var testDescription: String {
            "\(inputs.map(\.rawValue).sorted()) \(cell) \(distribution) \(decoding) \(seriesCount)"
        }

        static let all = [
            Kind(), Kind(decoding: .direct), Kind(seriesCount: 3), Kind(decoding: .direct, seriesCount: 3),
            Kind(inputs: [.calendar]), Kind(inputs: [.wind, .sky], cell: .gru, distribution: .quantile),
            Kind(inputs: [.heat, .promo], distribution: .gaussian, decoding: .direct),
            Kind(inputs: [.kind, .age], cell: .rnn, distribution: .mse),
            Kind(inputs: [.calendar, .heat, .wind], cell: .transformer),
        ]
    }

    // MARK: A world

    private static func heat(_ t: Int, _ series: Int) -> Double { Double((t * 5) % 11) + 40 * Double(series) }
    private static func isPromoted(_ t: Int) -> Bool { t % 9 == 4 }
    private static func wind(_ t: Int) -> Double { Double((t * 3) % 8) }

    private static func value(_ t: Int, _ series: Int = 0) -> Double {
        50 + heat(t, 0) + [0.0, 1, 2, 3, 2, 9, 8][t % 7] + (isPromoted(t) ? 6 : 0) + (t > 0 ? wind(t - 1) : 0)
            + 20 * Double(series)
    }

    private static func values(_ steps: Range<Int>) -> [Double] { steps.map { value($0) } }

    /// What is said of some steps, and of those ahead of them. Times are told of the first step only.
    private static func record(
        _ steps: Range<Int>, ahead: Int = 0, _ kind: Kind, series: Int = 0, isPastKnown: Bool = true
    ) -> SeriesRecord {
        var record = SeriesRecord()
        let known = steps.lowerBound..<steps.upperBound + ahead
        func add(_ input: Input, _ list: WritableKeyPath<SeriesRecord, [Covariate]>, _ values: CovariateValues) {
            guard kind.inputs.contains(input) else { return }
            let place = "/\(list == \.future ? "future" : "past")/\(input)"
            record[keyPath: list].append(Covariate(name: input.rawValue, values: values, place: place))
        }
        add(.heat, \.future, .numbers(known.map { heat($0, series) }))
        add(.promo, \.future, .categories(known.map { isPromoted($0) ? "half" : "none" }))
        add(.wind, \.past, .numbers(steps.map { isPastKnown ? wind($0) : .nan }))
        add(.sky, \.past, .categories(steps.map { isPastKnown ? ["grey", "blue", "dark"][$0 * 2 % 3] : nil }))
        guard steps.lowerBound == 0 else { return record }
        if kind.inputs.contains(.calendar) { record.times = .start(.text("2026-01-01")) }
        for (input, value) in [
            (Input.size, StaticCovariate.Value.number(Double(3 + series))), (.kind, .category("shop \(series)")),
        ] where kind.inputs.contains(input) {
            record.fixed.append(
                StaticCovariate(name: input.rawValue, value: value, place: "/static/\(input)"))
        }
        return record
    }

    private static func model(_ kind: Kind) throws -> SequenceModel {
        var request = SmallProblem.request(epochs: 2)
        request.network.cell = kind.cell
        request.forecast.distribution = kind.distribution
        request.forecast.decoding = kind.decoding
        request.forecast.horizon = 4
        request.forecast.seasonality = 7
        request.forecast.age = kind.inputs.contains(.age)
        if kind.inputs.contains(.calendar) {
            request.forecast.frequency = "D"
            request.forecast.calendar = true
        }
        let examples = (0..<kind.seriesCount).map { index in
            var example = series((0..<140).map { value($0, index) })
            example.record = record(0..<140, kind, series: index)
            return example
        }
        return try .trained(request, examples)
    }

    /// The session reads some steps of the world.
    @discardableResult
    private static func read(
        _ model: SequenceModel, _ state: inout StreamState?, _ steps: Range<Int>, _ kind: Kind, horizon: Int? = nil,
        advances: Bool = false
    ) throws -> any Prediction {
        try step(model, &state, values(steps), horizon: horizon, advances: advances) {
            $0.record = record(steps, ahead: horizon ?? 0, kind)
        }
    }

    /// The same, but for how surprising values were: to a session that has forecast them they are none.
    private static func areAlike(_ a: StreamState?, _ b: StreamState?) -> Bool {
        guard let a, let b, a.bytes.count == b.bytes.count else { return false }
        let checksumSize = 8, surpriseSize = 16
        let places = zip(a.bytes, b.bytes).dropLast(checksumSize).enumerated().filter { $0.element.0 != $0.element.1 }
        guard let first = places.first, let last = places.last else { return true }
        return last.offset - first.offset < surpriseSize
    }

    private static func areSame(_ a: ForecastPrediction, _ b: ForecastPrediction) -> Bool {
        a.mean == b.mean && a.quantiles.map(\.values) == b.quantiles.map(\.values) && a.samples == b.samples
            && a.timestamps == b.timestamps
    }

    // MARK: Advancing

    /// What was forecast becomes history with the times that follow and what was known of them, and past covariates are
    /// missing: as if it had been fed.
    @Test(arguments: Kind.all) func whatIsForecastMayBecomeHistory(kind: Kind) throws {
        let model = try Self.model(kind)
        var advanced: StreamState?, fed: StreamState?
        try Self.read(model, &advanced, 0..<20, kind)
        fed = advanced
        // With nothing new, with new values, and over steps at which all is measured anew.
        for (new, horizon) in [(20..<20, 3), (23..<24, 4), (28..<30, 25)] {
            let answer = try Self.forecast(
                Self.read(model, &advanced, new, kind, horizon: horizon, advances: true))
            #expect(answer.mean.flat.count == horizon)
            if !new.isEmpty { try Self.read(model, &fed, new, kind) }
            try Self.step(model, &fed, answer.mean.flat) {
                $0.record = Self.record(
                    new.upperBound..<new.upperBound + horizon, kind, isPastKnown: false)
            }
            #expect(Self.areAlike(advanced, fed), "\(kind), \(new)")
            #expect(try advanced?.sessionSteps() == new.upperBound + horizon)
        }
        // From bytes, as after a restart.
        advanced = StreamState(bytes: try #require(advanced).bytes)
        let seen = try Self.read(model, &advanced, 55..<57, kind), same = try Self.read(model, &fed, 55..<57, kind)
        for name in ["expected", "pit"] {
            let (a, b) = (Self.observed(seen), Self.observed(same))
            #expect(a.count == 2 && a.map { Self.value($0, name) } == b.map { Self.value($0, name) }, "\(kind)")
        }
        let next = try Self.forecast(Self.read(model, &advanced, 57..<57, kind, horizon: 6))
        #expect(try Self.areSame(next, Self.forecast(Self.read(model, &fed, 57..<57, kind, horizon: 6))), "\(kind)")
    }

    /// A step that forecasts and does not advance leaves the session where it was.
    @Test func forecastsAloneMoveNothing() throws {
        let kind = Kind(), model = try Self.model(kind)
        var state: StreamState?
        try Self.read(model, &state, 0..<50, kind)
        let before = state
        try Self.read(model, &state, 50..<50, kind, horizon: 4)
        #expect(state == before)
    }

    /// What is known ahead must be given for the steps that become history.
    @Test func whatIsKnownAheadIsNeeded() throws {
        let kind = Kind(), model = try Self.model(kind)
        var state: StreamState?
        try Self.read(model, &state, 0..<50, kind)
        let before = state
        do {
            try Self.step(model, &state, horizon: 3, advances: true)
            Issue.record("a forecast without what it knows ahead")
        } catch let faults as Faults {
            #expect("\(faults)".contains("/sequence/future"), "\(faults)")
        }
        do {
            try Self.step(model, &state, Self.values(50..<51), advances: true) {
                $0.record = Self.record(50..<51, kind)
            }
            Issue.record("nothing to advance by")
        } catch let faults as Faults {
            #expect("\(faults)".contains("/advance"), "\(faults)")
        }
        #expect(state == before)
    }

    // MARK: Reading

    /// Whenever all is measured anew, a session's forecast is that of its history, whatever the model knows beside the
    /// values. With several series covariates are measured for each, here without those that are known ahead.
    @Test(arguments: Kind.all.filter { $0.cell != .transformer && $0.seriesCount == 1 })
    func forecastsAreThoseOfTheHistory(kind: Kind) throws {
        let model = try Self.model(kind)
        func predicted(_ count: Int) throws -> ForecastPrediction {
            var request = PredictionRequest()
            request.sequence = .numeric(NumericSeries(values: Self.values(0..<count)))
            request.record = Self.record(0..<count, ahead: 4, kind)
            request.horizon = 4
            return try Self.forecast(model.predict(request))
        }
        var state: StreamState?
        try Self.read(model, &state, 0..<15, kind)
        for count in [15, 30] {
            if count > 15 { for step in 15..<30 { try Self.read(model, &state, step..<step + 1, kind) } }
            let answer = try Self.forecast(Self.read(model, &state, count..<count, kind, horizon: 4))
            let whole = try predicted(count)
            #expect(Self.near(answer, whole) && answer.timestamps == whole.timestamps, "\(kind), \(count)")
        }
    }

    /// One by one or many at once, with a forecast in the same step or in the next, from memory or from bytes.
    @Test(arguments: Kind.all) func partsMakeNoDifference(kind: Kind) throws {
        let model = try Self.model(kind)
        var oneByOne: StreamState?, parts: StreamState?
        try Self.read(model, &oneByOne, 0..<12, kind)
        parts = oneByOne
        for step in 12..<75 {
            try Self.read(model, &oneByOne, step..<step + 1, kind)
            if step % 10 == 0 { oneByOne = StreamState(bytes: try #require(oneByOne).bytes) }
        }
        for range in [12..<14, 14..<40, 40..<41, 41..<75] { try Self.read(model, &parts, range, kind) }
        #expect(oneByOne == parts, "\(kind)")
        let atOnce = try Self.forecast(Self.read(model, &oneByOne, 75..<78, kind, horizon: 4))
        try Self.read(model, &parts, 75..<78, kind)
        let after = try Self.forecast(Self.read(model, &parts, 78..<78, kind, horizon: 4))
        #expect(oneByOne == parts && Self.areSame(atOnce, after), "\(kind)")
    }

    /// A step costs what is new, whatever came before.
    @Test func stepsReadWhatIsNew() throws {
        let kind = Kind(inputs: [.calendar, .heat, .promo, .wind]), model = try Self.model(kind)
        var state: StreamState?
        try Self.read(model, &state, 0..<200, kind)
        func sizeBytes(_ steps: Range<Int>) throws -> Int {
            var request = PredictionRequest()
            request.sequence = .numeric(NumericSeries(values: Self.values(steps)))
            request.record = Self.record(steps, kind)
            request.session = SessionStep(from: state, predicts: false)
            return try model.start(request).extraSizeBytes
        }
        // What a step holds is mostly its rows of the network.
        let (one, two) = (try sizeBytes(200..<201), try sizeBytes(200..<202))
        #expect(two > one && one < 8192, "\(one), \(two)")
    }

    /// States of before, when these models read anew with each step what is held, are taken: they are measured where
    /// they stand, and go on from there.
    @Test(arguments: [Kind(), Kind(decoding: .direct, seriesCount: 3)]) func statesOfBeforeAreTaken(kind: Kind) throws {
        let model = try Self.model(kind)
        var state: StreamState?
        try Self.read(model, &state, 0..<40, kind)
        let (before, after) = (try Self.withoutNetwork(#require(state), model, kind), state)
        state = before
        let seen = try Self.read(model, &state, 40..<41, kind)
        var other = after
        let expected = try Self.read(model, &other, 40..<41, kind)
        let (a, b) = (Self.observed(seen), Self.observed(expected))
        #expect(a.count == 1 && a.map { Self.value($0, "expected") } == b.map { Self.value($0, "expected") })
        #expect(state == other)
    }

    /// The same state without what the network and its inputs are made of, which ends with a byte that says so.
    private static func withoutNetwork(
        _ state: StreamState, _ model: SequenceModel, _ kind: Kind
    ) throws -> StreamState {
        let measuredAt = 13..<21, checksumSize = 8, steps = try state.sessionSteps()
        // Not as long as the state itself, whose last number would be another.
        for end in (measuredAt.upperBound..<state.bytes.count - checksumSize - 1).reversed() {
            var bytes = Array(state.bytes[..<end]) + [0]
            bytes.replaceSubrange(measuredAt, with: [UInt8](repeating: 0, count: measuredAt.count))
            let sum = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
            var request = PredictionRequest()
            request.record = record(steps..<steps, kind)
            request.session = SessionStep(from: StreamState(bytes: bytes), predicts: false)
            if (try? model.start(request)) != nil { return StreamState(bytes: bytes) }
        }
        throw NotFinished()
    }

    @Test func timesFollowEachOther() throws {
        let kind = Kind(inputs: [.calendar, .heat]), model = try Self.model(kind)
        var state: StreamState?
        try Self.read(model, &state, 0..<20, kind)
        /// A value of a day.
        func read(_ day: String, _ state: inout StreamState?) throws {
            try Self.step(model, &state, [55]) {
                $0.record = Self.record(20..<21, kind)
                $0.record?.times = .start(.text(day))
            }
        }
        func fault(_ day: String) -> String? {
            var state = state
            do { try read(day, &state) } catch { return "\(error)" }
            return nil
        }
        #expect(fault("2026-01-20")?.contains("has read that time already: its next step is 2026-01-21") == true)
        #expect(fault("2026-01-21") == nil)
        // Three days without a value.
        try read("2026-01-24", &state)
        #expect(try state?.sessionSteps() == 24)
    }
}
