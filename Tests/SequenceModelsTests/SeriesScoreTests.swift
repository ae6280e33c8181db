import Kernels
import RecurrentLayers
import SequenceModels
import SeriesTime
import Testing

/// Scores of whole series beside forecasts of one step, densities that integrate to one, and what must not matter.
@Suite struct SeriesScoreTests {
    private static func values(_ count: Int, seed: UInt64 = 3) -> [Double] {
        let random = CounterRandom(seed: seed, stream: 6)
        return (0..<count).map { t in 100 + [0, 20, -10, 5][t % 4] + 3 * random.normal(UInt64(t)) }
    }

    private static func trained(
        _ distribution: ForecastDistribution, scaling: SeriesScalingKind? = nil, cell: CellChoice = .lstm,
        values: [Double]? = nil
    ) throws -> TrainedModel {
        var request = SmallProblem.request(epochs: 8)
        request.network.cell = cell
        request.training.window = 24
        request.forecast.distribution = distribution
        request.forecast.scaling = scaling
        request.forecast.seasonality = 4
        request.forecast.horizon = 4
        return try train(request, [series(values ?? Self.values(240))])
    }

    private static func model(_ trained: TrainedModel, isBare: Bool = false) throws -> SequenceModel {
        var description = trained.description
        if isBare { description.forecast?.combination = nil }
        return try SequenceModel(description: description, tensors: trained.tensors)
    }

    private func request(
        _ values: [Double], channels: Int = 1, _ change: (inout PredictionRequest) -> Void = { _ in }
    ) -> PredictionRequest {
        var request = PredictionRequest()
        request.sequence = .numeric(NumericSeries(values: values, channels: channels))
        request.score = true
        change(&request)
        return request
    }

    private func score(
        _ model: SequenceModel, _ values: [Double], channels: Int = 1,
        _ change: (inout PredictionRequest) -> Void = { _ in }
    ) throws -> ForecastScore {
        try #require(try model.predict(request(values, channels: channels, change)) as? ForecastScore)
    }

    /// The distribution function at a value is the share of what a forecast from there draws that lies below it.
    @Test(arguments: [ForecastDistribution.studentT, .gaussian, .quantile])
    func agreesWithWhatForecastsDraw(_ distribution: ForecastDistribution) throws {
        let model = try Self.model(Self.trained(distribution), isBare: true)
        let values = Self.values(81, seed: 5)
        for end in [40, 57, 80] {
            let found = try score(model, Array(values.prefix(end + 1))) { $0.warmUp = end }
            var ahead = request(Array(values.prefix(end))) { $0.score = nil }
            (ahead.horizon, ahead.samples) = (1, 1000)
            let forecast = try #require(try model.predict(ahead) as? ForecastPrediction)
            let below = forecast.samples.count { $0[0][0] <= values[end] }
            #expect(abs(found.pit[end][0] - Double(below) / 1000) < 0.06, "\(distribution) at \(end)")
            let middle = Quantile.of(sorted: forecast.samples.map { $0[0][0] }.sorted(), level: 0.5)
            #expect(abs(found.expected[end][0] - middle) < 1, "\(found.expected[end][0]), not \(middle)")
        }
    }

    /// In the unit of the data, whatever space the model works in.
    @Test(arguments: [SeriesScalingKind.standard, .log])
    func densitiesIntegrateToOne(_ scaling: SeriesScalingKind) throws {
        let model = try Self.model(Self.trained(.studentT, scaling: scaling))
        var values = Self.values(41)
        var sum = 0.0, low = 1.0
        for step in 0..<600 {
            values[40] = 20 + 0.4 * (Double(step) + 0.5)
            let found = try score(model, values) { $0.warmUp = 40 }
            sum += 0.4 * PortableMath.exp(found.logLikelihood[40][0])
            low = min(low, found.pit[40][0])
        }
        #expect(abs(sum - 1) < 0.02 && low < 0.01, "\(sum)")
    }

    @Test func countsSumToOne() throws {
        let random = CounterRandom(seed: 4, stream: 2)
        let counts = (0..<240).map { t in
            NegativeBinomial(mean: [2, 6, 3, 1][t % 4], shape: 0.2).draw(
                random, first: UInt64(t) * NegativeBinomial.numbersPerDraw)
        }
        let model = try Self.model(Self.trained(.negativeBinomial, values: counts))
        var values = Array(counts.prefix(41)), sum = 0.0
        for count in 0..<120 {
            values[40] = Double(count)
            let found = try score(model, values) { $0.warmUp = 40 }
            #expect(abs(found.pit[40][0] - (sum + PortableMath.exp(found.logLikelihood[40][0]) / 2)) < 1e-6)
            sum += PortableMath.exp(found.logLikelihood[40][0])
        }
        #expect(abs(sum - 1) < 1e-3, "\(sum)")
    }

    /// A value changes nothing of what was said of those before it, and the first part is not scored.
    @Test func nothingIsKnownAhead() throws {
        let model = try Self.model(Self.trained(.studentT))
        let values = Self.values(120, seed: 8)
        let found = try score(model, values)
        #expect(found.totals.warmUp == 60 && found.totals.scored == 60)
        #expect((0..<60).allSatisfy { found.pit[$0][0].isNaN && found.anomaly[$0][0].isNaN })
        var changed = values
        for t in 90..<120 { changed[t] *= 3 }
        let other = try score(model, changed)
        for t in 60..<90 { #expect(other.pit[t] == found.pit[t] && other.logLikelihood[t] == found.logLikelihood[t]) }
        #expect(other.anomaly[90][0] == 1 && other.surprise[90][0] > found.surprise[90][0])
        #expect(other.expected[90] == found.expected[90] && other.expected[91] != found.expected[91])
        let half = try score(model, Array(values.prefix(100))) { $0.warmUp = 60 }
        for t in 60..<100 { #expect(half.pit[t] == found.pit[t]) }
    }

    @Test func missingValuesAreNotScored() throws {
        let model = try Self.model(Self.trained(.studentT))
        var values = Self.values(100)
        for t in [3, 70, 71, 99] { values[t] = .nan }
        let found = try score(model, values) { ($0.warmUp, $0.falseAlarmRate) = (50, 0.2) }
        #expect(found.totals.scored == 47)
        for t in [70, 71, 99] { #expect(found.pit[t][0].isNaN && found.expected[t][0].isFinite) }
        let known = (50..<100).filter { !values[$0].isNaN }
        #expect(known.allSatisfy { 0...1 ~= found.pit[$0][0] && found.logLikelihood[$0][0].isFinite })
        let mean = known.reduce(0) { $0 + found.logLikelihood[$1][0] } / 47
        #expect(abs(found.totals.meanLogLikelihood - mean) < 1e-12)
        let alarms = known.count { found.surprise[$0][0] > found.limit[$0][0] }
        #expect(known.allSatisfy { found.limit[$0][0] >= found.totals.threshold })
        #expect(found.totals.anomalies == alarms && alarms == known.count { found.anomaly[$0][0] == 1 })
    }

    /// Alone or in company, whole or streamed.
    @Test(arguments: [CellChoice.lstm, .transformer]) func streamsSayTheSame(_ cell: CellChoice) throws {
        let model = try Self.model(Self.trained(.studentT, cell: cell))
        let values = Self.values(120, seed: 8)
        let whole = try score(model, values)
        let stream = try model.start(request(values) { $0.keeping = .nothing })
        let company = try model.start(request(Self.values(90, seed: 1)))
        let stepper = model.stepper()
        _ = company.warmUp()
        #expect(stream.warmUp().isEmpty)
        var events: [ForecastScoreEvent] = []
        while !stream.isFinished {
            let streams = company.isFinished ? [stream] : [stream, company]
            events += stepper.step(admitting: streams)[0].compactMap { $0 as? ForecastScoreEvent }
        }
        #expect(events.map(\.step) == Array(61...120))
        for event in events {
            #expect(event.pit == whole.pit[event.step - 1] && event.expected == whole.expected[event.step - 1])
            #expect(event.logLikelihood == whole.logLikelihood[event.step - 1])
        }
        #expect(events.last?.totals == whole.totals && events.dropLast().allSatisfy { $0.totals == nil })
        #expect(stream.state == nil && stream.reason == "length")
    }

    /// The held-back part says how surprising values are.
    @Test func thresholdsComeOfWhatWasHeldBack() throws {
        let trained = try Self.trained(.studentT, values: Self.values(1200))
        let facts = try #require(trained.description.forecast?.surprise)
        #expect(facts.count > 100 && facts.errors == nil)
        let model = try Self.model(trained)
        let found = try score(model, Self.values(4000, seed: 12)) { $0.falseAlarmRate = 0.05 }
        #expect(found.totals.thresholdValues == facts.count)
        let nominal = SurpriseFacts.nominalThreshold(falseAlarmRate: 0.05)
        #expect(found.totals.threshold == max(nominal, facts.threshold(falseAlarmRate: 0.05)))
        let rate = Double(found.totals.anomalies) / Double(found.totals.scored)
        #expect(0.01...0.1 ~= rate, "asked 0.05, got \(rate)")
        // Errors become three times as large: soon that is usual. The tails of Student's t grow less than in
        // proportion, so that fewer values than asked are alarms.
        let wild = Self.values(4000, seed: 13).enumerated().map { t, value in
            t < 1000 ? value : value + 2 * (value - 100 - [0, 20, -10, 5][t % 4])
        }
        let later = try score(model, wild) { ($0.falseAlarmRate, $0.warmUp) = (0.05, 500) }
        let alarms = (2000..<4000).count { later.anomaly[$0][0] == 1 }
        let beyond = (2000..<4000).count { later.surprise[$0][0] > later.totals.threshold }
        #expect(alarms <= 220 && beyond > 600, "\(alarms) of 2000, \(beyond) beyond the threshold")
    }

    /// One that predicts single values knows how far others were from them.
    @Test func singleValuesHaveErrors() throws {
        var trained = try Self.trained(.mse)
        let errors = try #require(trained.description.forecast?.surprise?.errors)
        #expect(errors.levels.count > 3)
        let found = try score(Self.model(trained), Self.values(100, seed: 2))
        let pits = (50..<100).map { found.pit[$0][0] }
        #expect(pits.allSatisfy { 0...1 ~= $0 } && pits.contains { $0 < 0.4 } && pits.contains { $0 > 0.6 })
        trained.description.forecast?.surprise = nil
        let bare = try Self.model(trained)
        #expect(try pointers { _ = try score(bare, Self.values(100)) } == ["/score"])
    }

    @Test func severalChannelsAndTimes() throws {
        var request = SmallProblem.request(epochs: 3)
        request.forecast.seasonality = 4
        let both = zip(Self.values(160), Self.values(160, seed: 7)).flatMap { [$0, 10 * $1] }
        let trained = try train(request, [series(both, channels: 2)])
        let model = try Self.model(trained)
        var later = Array(both.prefix(160))
        (later[1], later[121]) = (.nan, .nan)
        let found = try score(model, later, channels: 2) { ask in
            ask.warmUp = 40
            ask.frequency = "h"
            ask.record = SeriesRecord()
            ask.record?.times = .start(.text("2026-03-01T00:00:00Z"))
        }
        #expect(found.pit.count == 80 && found.pit[50].allSatisfy { 0...1 ~= $0 } && found.totals.scored == 79)
        #expect(found.pit[60][1].isNaN && found.pit[60][0].isFinite)
        #expect(found.timestamps?.count == 80 && found.timestamps?.first?.description == "2026-03-01T00:00:00Z")
        #expect(found.timestamps?.last?.description == "2026-03-04T07:00:00Z")
    }

    @Test func refusesWhatItCannotDo() throws {
        let model = try Self.model(Self.trained(.studentT))
        let values = Self.values(60)
        #expect(
            try pointers {
                _ = try score(model, values) {
                    ($0.horizon, $0.samples, $0.quantiles, $0.seed, $0.explain) = (3, 10, [0.5], 1, true)
                }
            } == ["/horizon", "/quantiles", "/samples", "/seed", "/explain"])
        #expect(try pointers { _ = try score(model, values) { $0.falseAlarmRate = 0 } } == ["/false_alarm_rate"])
        #expect(try pointers { _ = try score(model, values) { $0.falseAlarmRate = 0.6 } } == ["/false_alarm_rate"])
        #expect(try pointers { _ = try score(model, values) { $0.warmUp = 60 } } == ["/warm_up"])
        #expect(try pointers { _ = try score(model, [5]) } == ["/sequence"])
        #expect(
            try pointers {
                _ = try score(model, values) { ($0.score, $0.falseAlarmRate, $0.warmUp) = (nil, 0.1, 3) }
            } == ["/false_alarm_rate", "/warm_up"])
        #expect(try score(model, [5, 6]).totals.scored == 1)
    }
}
