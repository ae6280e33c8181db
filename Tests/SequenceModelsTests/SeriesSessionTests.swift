import RecurrentLayers
import SequenceModels
import Testing

/// Sessions of forecasters: what they answer is what a forecast of the same values answers, as long as scale and
/// smoothing are measured on the same; and every value is judged by those before it.
@Suite struct SeriesSessionTests: SeriesSessionSuite {
    struct Kind: Sendable, CustomTestStringConvertible {
        var cell = CellChoice.lstm
        var distribution = ForecastDistribution.studentT
        var decoding = ForecastDecoding.recursive
        var channels = 1
        var testDescription: String { "\(cell) \(distribution) \(decoding) \(channels)" }

        static let all = [
            Kind(), Kind(decoding: .direct), Kind(cell: .gru, distribution: .quantile, channels: 2),
            Kind(cell: .rnn, distribution: .negativeBinomial), Kind(distribution: .mse, decoding: .direct),
            Kind(cell: .transformer), Kind(distribution: .gaussian, decoding: .direct, channels: 2),
        ]
    }

    private static func values(_ count: Int, _ kind: Kind = Kind()) -> [Double] {
        (0..<count * kind.channels).map { index in
            let step = index / kind.channels, season = [0.0, 20, -10, 5][step % 4]
            let noise = [0.0, 3, -2, 1, 4, -5, 2][(step * 3 + index % kind.channels) % 7]
            return kind.distribution == .negativeBinomial ? 30 + season + noise : 100 + Double(step) + season + noise
        }
    }

    private static func model(_ kind: Kind) throws -> SequenceModel {
        var request = SmallProblem.request(epochs: 2)
        request.network.cell = kind.cell
        request.network.layers = 1
        request.forecast.distribution = kind.distribution
        request.forecast.decoding = kind.decoding
        request.forecast.seasonality = 4
        request.forecast.horizon = 6
        let trained = try train(request, [series(values(120, kind), channels: kind.channels)])
        return try SequenceModel(description: trained.description, tensors: trained.tensors)
    }

    @Test(arguments: Kind.all.filter { $0.cell != .transformer }) func forecastsAreThoseOfTheHistory(kind: Kind) throws
    {
        let model = try Self.model(kind), all = Self.values(60, kind), channels = kind.channels
        func predicted(_ count: Int) throws -> ForecastPrediction {
            var request = PredictionRequest()
            request.sequence = .numeric(
                NumericSeries(values: Array(all.prefix(count * channels)), channels: channels))
            request.horizon = 6
            return try Self.forecast(model.predict(request))
        }
        var state: StreamState?
        try Self.step(model, &state, Array(all.prefix(20 * channels)), channels: channels)
        #expect(try state?.sessionSteps() == 20)
        let first = try Self.forecast(Self.step(model, &state, horizon: 6))
        #expect(try Self.near(first, predicted(20)), "\(kind)")
        // Half as much again: measured anew when as much has come as was there.
        for step in 20..<40 {
            try Self.step(model, &state, Array(all[step * channels..<(step + 1) * channels]), channels: channels)
        }
        let later = try Self.forecast(Self.step(model, &state, horizon: 6))
        #expect(try Self.near(later, predicted(40)), "\(kind)")
    }

    @Test(arguments: Kind.all) func partsMakeNoDifference(kind: Kind) throws {
        let model = try Self.model(kind), all = Self.values(75, kind), channels = kind.channels
        var oneByOne: StreamState?, parts: StreamState?
        for state in [0, 1] {
            var begun: StreamState?
            try Self.step(model, &begun, Array(all.prefix(5 * channels)), channels: channels)
            if state == 0 { oneByOne = begun } else { parts = begun }
        }
        for step in 5..<75 {
            try Self.step(model, &oneByOne, Array(all[step * channels..<(step + 1) * channels]), channels: channels)
        }
        for range in [5..<7, 7..<30, 30..<31, 31..<75] {
            try Self.step(
                model, &parts, Array(all[range.lowerBound * channels..<range.upperBound * channels]),
                channels: channels)
        }
        #expect(oneByOne == parts, "\(kind)")
        // With a forecast in the same step or in the next: the same bytes.
        let more = Self.values(78, kind).suffix(3 * channels)
        let atOnce = try Self.step(model, &oneByOne, Array(more), channels: channels, horizon: 3)
        try Self.step(model, &parts, Array(more), channels: channels)
        let after = try Self.forecast(Self.step(model, &parts, horizon: 3))
        #expect(oneByOne == parts)
        let both = try Self.forecast(atOnce)
        #expect(both.mean == after.mean && both.quantiles.map(\.values) == after.quantiles.map(\.values), "\(kind)")
        #expect(both.samples == after.samples)
    }

    @Test func longSessionsStaySmall() throws {
        let model = try Self.model(Kind()), all = Self.values(3000)
        var state: StreamState?
        try Self.step(model, &state, Array(all.prefix(10)))
        var sizes: Set<Int> = []
        for from in stride(from: 10, to: 3000, by: 10) {
            try Self.step(model, &state, Array(all[from..<from + 10]))
            if from > 400 { sizes.insert(try #require(state).bytes.count) }
        }
        #expect(try state?.sessionSteps() == 3000 && sizes.count <= 2 && (sizes.max() ?? 0) < 8192, "\(sizes)")
    }

    @Test func whatIsForecastMayBecomeHistory() throws {
        let model = try Self.model(Kind(decoding: .direct)), all = Self.values(40)
        var state: StreamState?, fed: StreamState?
        try Self.step(model, &state, all)
        fed = state
        let answer = try Self.forecast(Self.step(model, &state, horizon: 3, advances: true))
        try Self.step(model, &fed, answer.mean.flat)
        // As if it had been observed, but for how surprising it was.
        let next = try Self.forecast(Self.step(model, &state, horizon: 6))
        let other = try Self.forecast(Self.step(model, &fed, horizon: 6))
        #expect(next.mean == other.mean && next.samples == other.samples && next.mean != answer.mean)
        #expect(state?.bytes.count == fed?.bytes.count)
    }

    // MARK: Watching

    /// A value that is the forecast's quantile has its level as its place in the distribution.
    @Test func valuesAreScoredByWhatWasForecast() throws {
        let model = try Self.model(Kind(distribution: .gaussian)), all = Self.values(60)
        for level in [0.1, 0.5, 0.9] {
            var state: StreamState?
            try Self.step(model, &state, all)
            // The network's own, which the answer of the server mixes with simple forecasts.
            var fork = state
            let usual = try Self.step(model, &fork, [all[59] + 1])
            let expected = try #require(Self.observed(usual).first.flatMap { Self.value($0, "expected") })
            let mean = try Self.step(model, &state, [expected])
            let seen = try #require(Self.observed(mean).first)
            #expect(abs((Self.value(seen, "pit") ?? 0) - 0.5) < 1e-6, "\(level)")
            #expect((Self.value(seen, "surprise") ?? 9) < 1e-5)
        }
    }

    @Test func faultsAreAlarms() throws {
        let model = try Self.model(Kind(distribution: .studentT)), all = Self.values(200)
        var state: StreamState?, alarms: [Int] = []
        try Self.step(model, &state, Array(all.prefix(60)))
        for step in 60..<200 {
            let value = step == 150 ? all[step] + 400 : all[step]
            let answer = try Self.step(model, &state, [value]) { $0.falseAlarmRate = 0.001 }
            #expect(Self.observed(answer).count == 1)
            if Self.number(answer, "anomalies") ?? 0 > 0 { alarms.append(step) }
        }
        // What has learned little goes on being surprised for a while.
        #expect(alarms.contains(150) && alarms.allSatisfy { 150..<160 ~= $0 }, "\(alarms)")
        let missing = try Self.step(model, &state, [.nan])
        #expect(Self.observed(missing).first.flatMap { Self.value($0, "log_likelihood") }?.isNaN == true)
    }

    /// How surprising values were of late is a part of the state.
    @Test func limitsAreCarried() throws {
        let model = try Self.model(Kind()), all = Self.values(80)
        var alone: StreamState?, limits: [Double?] = []
        try Self.step(model, &alone, Array(all.prefix(60)))
        var together = alone
        let wild = (60..<80).map { all[$0] + ($0 % 2 == 0 ? 90 : -90) }
        for value in wild {
            let answer = try Self.step(model, &alone, [value])
            limits.append(Self.observed(answer).first.flatMap { Self.value($0, "limit") })
        }
        let answer = try Self.step(model, &together, wild)
        #expect(Self.observed(answer).map { Self.value($0, "limit") } == limits && alone == together)
        let known = limits.compactMap { $0 }
        #expect(known.count == 20 && known[19] > known[0], "\(known)")
    }
}
