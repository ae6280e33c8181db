import Kernels
import SequenceModels
import Testing

/// What a forecast keeps of its series: level, line, bounds, counts.
@Suite struct ForecastShapeTests: ForecastSuite {
    /// A level that stays is forecast to stay, far ahead and whatever the last season was like.
    @Test func staysAtALevel() throws {
        let random = CounterRandom(seed: 1, stream: 8)
        let values = (0..<365).map { step in
            let turn = PortableMath.cosSinTurns(Double(step % 7) / 7).sin
            return max(0, (50 + 40 * turn + 80 * (random.uniform(UInt64(step)) - 0.5)).rounded(.down))
        }
        var request = SettingsRequest()
        request.forecast.horizon = 140
        let answer = try forecast(model(train(request, [series(values)], threads: 2)), values)
        for week in 0..<20 {
            let mean = (0..<7).reduce(0) { $0 + answer.mean[7 * week + $1][0] } / 7
            #expect(abs(mean - 51) < 10, "week \(week): \(mean)")
        }
        #expect((0..<140).allSatisfy { answer.mean[$0][0] >= 0 })
    }

    /// Noise does not become a drift, and a line goes on.
    @Test func followsWhatThereIs() throws {
        let random = CounterRandom(seed: 9, stream: 9)
        var request = SettingsRequest()
        request.forecast.horizon = 100
        let noise = (0..<300).map { 100 + 10 * random.normal(UInt64($0)) }
        let still = try forecast(model(train(request, [series(noise)], threads: 2)), noise)
        for step in 0..<100 { #expect(abs(still.mean[step][0] - 100) < 5, "\(step): \(still.mean[step][0])") }
        request.forecast.horizon = 40
        let line = (0..<200).map { 10 + 2 * Double($0) + 3 * random.normal(UInt64(1_000 + $0)) }
        let further = try forecast(model(train(request, [series(line)], threads: 2)), line)
        #expect(abs(further.mean[39][0] - (10 + 2 * 239)) < 12, "\(further.mean[39][0])")
    }

    /// Bounds that are given hold for all that is answered, and for all that is learned.
    @Test func answersKeepToTheirBounds() throws {
        let random = CounterRandom(seed: 12, stream: 12)
        let share = (0..<80).map { min(0.98, max(0.02, 0.9 + 0.1 * random.normal(UInt64($0)))) }
        var request = SmallProblem.request(epochs: 3, hidden: 8)
        request.forecast.horizon = 12
        (request.forecast.minimum, request.forecast.maximum) = (0, 1)
        let trained = try train(request, [series(share)])
        #expect(trained.description.forecast?.maximum == 1)
        let answer = try forecast(model(trained), share)
        #expect(answer.samples.allSatisfy { $0.flat.allSatisfy { 0...1 ~= $0 } })
        #expect(answer.samples.contains { $0.flat.contains(1) })
        #expect(
            answer.mean.flat.allSatisfy { 0...1 ~= $0 }
                && answer.quantiles.allSatisfy { $0.values.flat.allSatisfy { 0...1 ~= $0 } })
        request.forecast.maximum = 0.9
        let above = share.indices.filter { share[$0] > 0.9 }.map { "/sequences/0/\($0)" }
        #expect(try pointers { _ = try train(request, [series(share)]) } == Array(above.prefix(ModelLimits.faultsMax)))
        (request.forecast.minimum, request.forecast.maximum) = (2, 1)
        #expect(try pointers { _ = try train(request, [series(share)]) } == ["/forecast/minimum"])
    }

    /// Counts that are often 0 are learned as counts unless something else is asked for; our choice refuses nothing.
    @Test func sparseCountsAreFound() throws {
        let random = CounterRandom(seed: 3, stream: 3)
        let parts = (0..<20).map { index in
            series(
                (0..<40).map { step in
                    let draw = random.uniform(UInt64(100 * index + step))
                    return draw < 0.7 ? 0 : (10 * (draw - 0.7)).rounded()
                })
        }
        func plan(_ change: (inout SettingsRequest) -> Void, _ examples: [TrainingExample]) throws
            -> EffectiveSettings.Forecast?
        {
            var request = SettingsRequest()
            request.forecast.horizon = 4
            change(&request)
            return try Planner.prepare(request: request, examples: examples, validation: nil, parent: nil).plan.settings
                .forecast
        }
        let found = try plan({ _ in }, parts)
        #expect(found?.distribution == .negativeBinomial && found?.scaling == .mean)
        #expect(try plan({ $0.forecast.distribution = .gaussian }, parts)?.distribution == .gaussian)
        #expect(try plan({ $0.forecast.scaling = .standard }, parts)?.distribution == .studentT)
        let halves = parts + [series((0..<40).map { Double($0 % 5) / 2 })]
        #expect(try plan({ _ in }, halves)?.distribution == .studentT)
        var request = SmallProblem.request(epochs: 3, hidden: 8)
        request.forecast.horizon = 4
        let answer = try forecast(model(train(request, parts)), [0, 0, 1.5, 0, 3, 0], horizon: 4)
        #expect(answer.mean.count == 4 && answer.mean[0][0] >= 0)
        #expect(answer.samples.allSatisfy { $0.flat.allSatisfy { $0 >= 0 } })
    }
}
