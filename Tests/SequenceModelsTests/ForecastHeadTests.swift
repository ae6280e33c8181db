import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Forecasts of counts and of quantiles.
@Suite struct ForecastHeadTests {
    private func forecast(
        _ trained: TrainedModel, _ values: [Double], _ change: (inout PredictionRequest) -> Void = { _ in }
    ) throws -> ForecastPrediction {
        var request = PredictionRequest()
        request.sequence = .numeric(NumericSeries(values: values))
        change(&request)
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        guard let answer = try model.predict(request) as? ForecastPrediction else { throw NotFinished() }
        return answer
    }

    /// Weekly counts with known mean and shape α = 0.1.
    private func counts(_ steps: Int, level: Double, seed: UInt64) -> [Double] {
        let random = CounterRandom(seed: seed, stream: 9)
        return (0..<steps).map { t in
            NegativeBinomial(mean: level * Self.week[t % 7], shape: 0.1).draw(
                random, first: UInt64(t) * NegativeBinomial.numbersPerDraw)
        }
    }

    private static let week = [0.5, 0.8, 1.0, 1.2, 2.0, 1.3, 0.2]

    @Test func learnsCounts() throws {
        var request = SmallProblem.request(epochs: 20, batch: 16, hidden: 16)
        request.forecast.distribution = .negativeBinomial
        request.forecast.seasonality = 7
        request.training.optimizer.learningRate = 0.01
        let data = (0..<4).map { counts(210, level: [2, 10, 40, 300][$0], seed: UInt64($0)) }
        let trained = try train(request, data.map { series($0) }, threads: 2)
        #expect(
            trained.description.settings.forecast?.scaling == .mean && trained.description.forecast?.isCount == true)
        let naive = try #require(trained.baselines["seasonal_naive"]?["mase"])
        #expect(trained.metrics["mase"] ?? 9 < 0.9 * naive, "\(trained.verdict)")
        #expect(abs((trained.metrics["coverage_0.8"] ?? 0) - 0.8) < 0.15, "\(trained.metrics)")
        for (values, level) in zip(data, [2.0, 10, 40, 300]) {
            let answer = try forecast(trained, values) { $0.horizon = 14 }
            let sum = answer.mean.reduce(0) { $0 + $1[0] }
            // The level is known from about two weeks: four standard errors of their mean.
            #expect(abs(sum / (14 * level) - 1) < 4 * ((1 / level + 0.1) / 14).squareRoot(), "\(sum) of \(14 * level)")
            #expect(answer.samples.allSatisfy { $0.allSatisfy { $0[0] >= 0 && $0[0] == $0[0].rounded() } })
        }
        #expect(try forecast(trained, [0, 0, 0, 0]).mean.allSatisfy { $0[0] >= 0 && $0[0].isFinite })
        #expect(try forecast(trained, [1e15]).samples.allSatisfy { $0.allSatisfy { $0[0].isFinite } })
        #expect(try pointers { _ = try forecast(trained, [1, 2.5, -1, .nan, 3]) } == ["/sequence/1", "/sequence/2"])
    }

    @Test func refusesWhatIsNoCount() throws {
        var request = SmallProblem.request(epochs: 1)
        request.forecast.distribution = .negativeBinomial
        #expect(
            try pointers { _ = try train(request, [series([1, 2, 0, 2.5, 3, -1, 4, 5])]) } == [
                "/sequences/0/3", "/sequences/0/5",
            ])
        request.forecast.scaling = .standard
        #expect(try pointers { _ = try train(request, [series([1, 2, 0, 2, 3, 1, 4, 5])]) } == ["/forecast/scaling"])
        request.forecast.scaling = SeriesScalingKind.none
        #expect(try !train(request, [series([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2])]).tensors.isEmpty)
    }

    /// Skewed noise, exponential about 0: its quantiles are known and no symmetric distribution has them.
    @Test func learnsQuantiles() throws {
        let random = CounterRandom(seed: 3, stream: 3)
        let values = (0..<1500).map { -PortableMath.log(1 - random.uniform(UInt64($0))) }
        var request = SmallProblem.request(epochs: 30, batch: 16, hidden: 8)
        request.forecast.distribution = .quantile
        request.forecast.quantiles = [0.9, 0.1, 0.5]
        request.forecast.seasonality = 1
        request.forecast.horizon = 4
        request.forecast.scaling = .standard
        request.training.optimizer.learningRate = 0.01
        let trained = try train(request, [series(values)], threads: 2)
        #expect(trained.description.settings.forecast?.quantiles == [0.1, 0.5, 0.9])
        // The 0.9 quantile of 100 paths has a standard error of 0.3; over 20 histories and their seeds it nearly goes.
        let answers = try (0..<20).map { cut in
            try forecast(trained, Array(values.dropLast(cut))) { $0.seed = UInt64(cut) }
        }
        #expect(answers[0].quantiles.map(\.level) == [0.1, 0.5, 0.9])
        for (index, exact) in [0.105, 0.693, 2.303].enumerated() {
            let mean = answers.reduce(0) { $0 + $1.quantiles[index].values.reduce(0) { $0 + $1[0] } } / 80
            #expect(abs(mean - exact) < 0.3, "level \(answers[0].quantiles[index].level): \(mean), \(exact)")
        }
        #expect(abs((trained.metrics["coverage_0.8"] ?? 0) - 0.8) < 0.12, "\(trained.metrics)")
        let between = try forecast(trained, values) { $0.quantiles = [0.7, 0.3] }
        for step in 0..<4 { #expect(between.quantiles[0].values[step][0] > between.quantiles[1].values[step][0]) }
        #expect(
            try pointers { _ = try forecast(trained, values) { $0.quantiles = [0.5, 0.95, 0.05] } } == [
                "/quantiles/1", "/quantiles/2",
            ])
    }

    @Test func refusesLevelsThatCannotBeLearned() throws {
        var request = SmallProblem.request(epochs: 1)
        request.forecast.quantiles = [0.1, 0.9]
        #expect(try pointers { _ = try train(request, SmallProblem.seasonal) } == ["/forecast/quantiles"])
        request.forecast.distribution = .quantile
        request.forecast.quantiles = [0.5]
        #expect(try pointers { _ = try train(request, SmallProblem.seasonal) } == ["/forecast/quantiles"])
        request.forecast.quantiles = [0.5, 0, 0.5, .nan]
        #expect(
            try pointers { _ = try train(request, SmallProblem.seasonal) } == [
                "/forecast/quantiles/1", "/forecast/quantiles/2", "/forecast/quantiles/3",
            ])
    }

    /// Settings and facts of models stored before there were levels and counts.
    @Test func olderModelsStillDecode() throws {
        let settings = try JSONDecoder().decode(
            EffectiveSettings.Forecast.self,
            from: Data(#"{"horizon":4,"seasonality":1,"distribution":"student_t","scaling":"log"}"#.utf8))
        #expect(settings.distribution == .studentT && settings.quantiles == nil)
        let facts =
            #"{"horizon":4,"seasonality":1,"scaling":"log","indicators":false,"context":8,"profile":[],"#
            + #""pooled_scale":[0.1],"pooled_drift":[0]}"#
        #expect(try JSONDecoder().decode(ForecastFacts.self, from: Data(facts.utf8)).isCount == nil)
    }
}
