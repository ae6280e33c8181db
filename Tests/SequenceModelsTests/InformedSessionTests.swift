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

    private static func heated(_ start: String, future: [Double]? = nil) -> SeriesRecord {
        var record = SeriesRecord()
        record.times = .start(.text(start))
        if let future { record.future = [Covariate(name: "heat", values: .numbers(future), place: "/future/heat")] }
        return record
    }

    private static func informed() throws -> SequenceModel {
        var request = SmallProblem.request(epochs: 2)
        request.forecast.frequency = "D"
        request.forecast.horizon = 4
        request.forecast.seasonality = 7
        let heat = (0..<140).map { Double(($0 * 5) % 11) }
        let values = (0..<140).map { 50 + heat[$0] + [0.0, 1, 2, 3, 2, 9, 8][$0 % 7] }
        var example = series(values)
        example.record = heated("2026-01-01", future: heat)
        let trained = try train(request, [example])
        return try SequenceModel(description: trained.description, tensors: trained.tensors)
    }

    @Test func knownInputsAreReadAnew() throws {
        let model = try Self.informed()
        let heat = (0..<90).map { Double(($0 * 7) % 10) }, all = (0..<80).map { 50 + heat[$0] + Double($0 % 7) }
        func predicted(_ count: Int) throws -> ForecastPrediction {
            var request = PredictionRequest()
            request.sequence = .numeric(NumericSeries(values: Array(all.prefix(count))))
            request.record = Self.heated("2026-03-01", future: Array(heat.prefix(count + 4)))
            request.horizon = 4
            return try Self.forecast(model.predict(request))
        }
        var state: StreamState?
        try Self.step(model, &state, Array(all.prefix(30))) {
            $0.record = Self.heated("2026-03-01", future: Array(heat.prefix(30)))
        }
        for step in 30..<40 {
            try Self.step(model, &state, [all[step]]) {
                $0.record = Self.heated(step == 30 ? "2026-03-31" : "2026-04-0\(step - 30)", future: [heat[step]])
            }
        }
        let answer = try Self.forecast(
            Self.step(model, &state, horizon: 4) {
                var record = SeriesRecord()
                record.future = [
                    Covariate(name: "heat", values: .numbers(Array(heat[40..<44])), place: "/future/heat")
                ]
                $0.record = record
            })
        let whole = try predicted(40)
        #expect(answer.mean == whole.mean && answer.quantiles.map(\.values) == whole.quantiles.map(\.values))
        #expect(answer.timestamps == whole.timestamps)
    }

    @Test func timesFollowEachOther() throws {
        let model = try Self.informed()
        let heat = (0..<20).map { Double($0 % 5) }, all = (0..<20).map { 50 + Double($0 % 7) }
        var state: StreamState?
        try Self.step(model, &state, all) { $0.record = Self.heated("2026-03-01", future: heat) }
        func fault(_ start: String) -> String? {
            var state = state
            do {
                try Self.step(model, &state, [55]) { $0.record = Self.heated(start, future: [1]) }
            } catch { return "\(error)" }
            return nil
        }
        #expect(fault("2026-03-20")?.contains("has read that time already: its next step is 2026-03-21") == true)
        #expect(fault("2026-03-21") == nil)
        // Three days without a value.
        try Self.step(model, &state, [55]) { $0.record = Self.heated("2026-03-24", future: [1]) }
        #expect(try state?.sessionSteps() == 24)
    }
}
