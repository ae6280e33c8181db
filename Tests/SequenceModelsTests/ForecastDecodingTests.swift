import Kernels
import SequenceModels
import Testing

/// Forecasts that answer all steps from the history, beside those that go on from what they drew.
@Suite struct ForecastDecodingTests: ForecastSuite {
    /// A level with a season of 4, and noise.
    private static let values = (0..<160).map { step in
        100 + [0.0, 20, -10, 5][step % 4] + 4 * CounterRandom(seed: 3, stream: 3).normal(UInt64(step))
    }

    private static func request(_ decoding: ForecastDecoding?, epochs: Int = 4) -> SettingsRequest {
        var request = SmallProblem.request(epochs: epochs, batch: 8, hidden: 8)
        request.forecast.seasonality = 4
        request.forecast.horizon = 12
        request.forecast.decoding = decoding
        return request
    }

    private static let direct = Result { try train(request(.direct), [series(values)]) }

    private func ask(_ change: (inout PredictionRequest) -> Void = { _ in }) -> PredictionRequest {
        var request = PredictionRequest()
        request.sequence = .numeric(NumericSeries(values: Self.values))
        change(&request)
        return request
    }

    private func answer(_ trained: TrainedModel, _ request: PredictionRequest) throws -> ForecastPrediction {
        try #require(try model(trained).predict(request) as? ForecastPrediction)
    }

    @Test func whatIsLearnedIsWhatWasAsked() throws {
        let direct = try Self.direct.get().description
        #expect(direct.settings.forecast?.decoding == .direct && direct.forecast?.direct?.steps == 12)
        #expect(direct.forecast?.combination?.isRecursive == nil)
        #expect(0...1 ~= (try #require(direct.forecast?.combination?.correlation)))
        let recursive = try train(Self.request(.recursive), [series(Self.values)]).description
        #expect(recursive.settings.forecast?.decoding == .recursive && recursive.forecast?.direct == nil)
        let both = try train(Self.request(nil), [series(Self.values)]).description
        #expect(both.settings.forecast?.decoding == .best && both.forecast?.direct?.steps == 12)
        // The first row of inputs has two numbers more.
        #expect(Self.inputs(direct) == Self.inputs(recursive) + 2)
    }

    private static func inputs(_ description: ModelDescription) -> Int { description.meaning?.inputs.count ?? 0 }

    @Test func whatCannotBeLearnedIsRefused() throws {
        var request = Self.request(.direct)
        request.network.cell = .transformer
        #expect(try pointers { _ = try train(request, [series(Self.values)]) } == ["/forecast/decoding"])
        request.forecast.decoding = nil
        #expect(try train(request, [series(Self.values)]).description.settings.forecast?.decoding == .recursive)
        request = Self.request(.best)
        request.forecast.horizon = DirectDecoding.stepsMax + 1
        #expect(try pointers { _ = try train(request, [series(Self.values)]) } == ["/forecast/decoding"])
        request.forecast.decoding = nil
        #expect(try train(request, [series(Self.values)]).description.settings.forecast?.decoding == .recursive)
    }

    /// Mean and quantiles are the distribution's own: no seed, and no number of samples, changes them.
    @Test func nothingIsDrawnForMeanAndQuantiles() throws {
        let trained = try Self.direct.get()
        let first = try answer(trained, ask { $0.seed = 1 })
        let second = try answer(
            trained,
            ask {
                ($0.seed, $0.samples) = (2, 250)
            })
        #expect(first.mean == second.mean && second.samples.count == 250)
        for (a, b) in zip(first.quantiles, second.quantiles) { #expect(a.values == b.values) }
        #expect(first.samples != Array(second.samples.prefix(first.samples.count)))
    }

    /// Each step's samples are spread as its quantiles say, and a path that is high stays so as far as errors do.
    @Test func samplesHaveTheDistributionAndGoOn() throws {
        var trained = try Self.direct.get()
        func correlation(_ wanted: Double) throws -> Double {
            trained.description.forecast?.combination?.correlation = wanted
            let found = try answer(trained, ask { ($0.samples, $0.quantiles) = (100, [0.1, 0.5, 0.9]) })
            for step in 0..<12 {
                let column = found.samples.map { $0[step][0] }.sorted()
                for (level, values) in found.quantiles {
                    let at = column[Int(level * 100)], near = column[Int(level * 100) - 1]
                    #expect(near...at ~= values[step][0], "\(step) \(level)")
                }
            }
            var products = 0.0, squares = 0.0
            for step in 1..<12 {
                let now = Self.ranks(found.samples.map { $0[step][0] })
                let before = Self.ranks(found.samples.map { $0[step - 1][0] })
                products += zip(now, before).reduce(0) { $0 + $1.0 * $1.1 }
                squares += now.reduce(0) { $0 + $1 * $1 }
            }
            return products / squares
        }
        #expect(abs(try correlation(0)) < 0.1)
        #expect(abs(try correlation(0.8) - 0.8) < 0.1)
    }

    /// From -½ to ½.
    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        for (rank, index) in order.enumerated() {
            ranks[index] = (Double(rank) + 0.5) / Double(values.count) - 0.5
        }
        return ranks
    }

    /// Beyond what was learned at once, the forecast goes on from what it drew.
    @Test func longerHorizonsAreRecursive() throws {
        let trained = try Self.direct.get()
        let far = try answer(trained, ask { ($0.horizon, $0.seed) = (30, 1) })
        let other = try answer(trained, ask { ($0.horizon, $0.seed) = (30, 2) })
        #expect(far.mean.count == 30 && far.mean != other.mean)
        #expect(far.mean.flat.allSatisfy { 50...150 ~= $0 })
    }

    /// A version that knew no choice is continued without one.
    @Test func aContinuedVersionKeepsItsWay() throws {
        let trained = try Self.direct.get()
        let parent = ParentModel(name: "m@1", description: trained.description, tensors: trained.tensors)
        var request = Self.request(nil, epochs: 1)
        request.forecast.seasonality = nil
        let further = try train(request, [series(Self.values)], parent: parent).description
        #expect(further.settings.forecast?.decoding == .direct && further.forecast?.direct?.steps == 12)
        var old = try train(Self.request(.recursive), [series(Self.values)])
        old.description.settings.forecast?.decoding = nil
        let silent = ParentModel(name: "m@2", description: old.description, tensors: old.tensors)
        let kept = try train(request, [series(Self.values)], parent: silent).description
        #expect(kept.settings.forecast?.decoding == nil && kept.forecast?.direct == nil)
        request.forecast.decoding = .direct
        #expect(
            try pointers { _ = try train(request, [series(Self.values)], parent: silent) } == ["/forecast/decoding"])
    }

    // MARK: Explanations

    @Test func thePartsAddUpToTheMean() throws {
        for decoding in [ForecastDecoding.direct, .recursive] {
            let trained =
                decoding == .direct ? try Self.direct.get() : try train(Self.request(decoding), [series(Self.values)])
            let plain = try answer(trained, ask())
            let found = try answer(trained, ask { $0.explain = true })
            #expect(plain.explanation == nil && found.mean == plain.mean)
            let parts = try #require(found.explanation?.parts)
            #expect(parts.map(\.name) == ["level", "season_4", "network", "combination"])
            for step in 0..<12 {
                let sum = parts.reduce(0) { $0 + $1.values[step][0] }
                #expect(abs(sum - found.mean[step][0]) < 1e-9, "\(step)")
            }
            // The season that was put in.
            let season = parts[1].values.flat
            for (value, oracle) in zip(season, [-3.75, 16.25, -13.75, 1.25]) {
                #expect(abs(value - oracle) < 5, "\(season.prefix(4))")
            }
            #expect(abs(parts[0].values[0][0] - 103.75) < 5)
        }
    }

    @Test func aStreamTellsThePartsOfEachStep() throws {
        let model = try model(try Self.direct.get())
        let stream = try model.start(ask { $0.explain = true })
        let events = model.stepper().run(stream).compactMap { $0 as? ForecastEvent }
        #expect(events.count == 12)
        let whole = try #require(stream.prediction as? ForecastPrediction)
        let text = "\(events[7].members)"
        #expect(text.contains("explanation") && text.contains("season_4"))
        #expect(text.contains("\(try #require(whole.explanation).parts[0].values[7][0])"))
    }

    /// What a covariate adds is told as its part: 30 where it is on, nothing where it is off.
    @Test func covariatesHaveTheirPart() throws {
        let random = CounterRandom(seed: 21, stream: 21)
        let isOn = (0..<300).map { random.uniform(UInt64($0)) < 0.3 ? 1.0 : 0.0 }
        let sales = isOn.indices.map { 100 + 30 * isOn[$0] + random.normal(UInt64(1_000 + $0)) }
        func record(_ count: Int) -> SeriesRecord {
            var record = SeriesRecord()
            record.future = [
                Covariate(name: "promo", values: .numbers(Array(isOn.prefix(count))), place: "/future/promo")
            ]
            return record
        }
        var example = TrainingExample(input: .numeric(NumericSeries(values: Array(sales.prefix(288)))))
        example.record = record(288)
        var request = SmallProblem.request(epochs: 30, batch: 16, hidden: 16)
        (request.forecast.seasonality, request.forecast.horizon, request.forecast.decoding) = (1, 12, .direct)
        request.training.optimizer.learningRate = 0.01
        let trained = try train(request, [example], threads: 2)
        var asked = PredictionRequest()
        asked.sequence = .numeric(NumericSeries(values: Array(sales.prefix(288))))
        (asked.record, asked.explain) = (record(300), true)
        let found = try answer(trained, asked)
        let parts = try #require(found.explanation?.parts)
        #expect(parts.map(\.name) == ["level", "covariates", "network", "combination"])
        let effect = parts[1].values.flat
        let on = (0..<12).filter { isOn[288 + $0] == 1 }, off = (0..<12).filter { isOn[288 + $0] == 0 }
        #expect(!on.isEmpty && !off.isEmpty)
        func mean(_ steps: [Int]) -> Double { steps.reduce(0) { $0 + effect[$1] } / Double(steps.count) }
        // What the mean share of the days adds is to be expected, and no part of it.
        #expect(abs(mean(on) - mean(off) - 30) < 6, "\(effect)")
    }
}
