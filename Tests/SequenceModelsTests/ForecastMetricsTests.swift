import Kernels
import SequenceModels
import Testing

@Suite struct ForecastMetricsTests {
    @Test func crpsEqualsItsDefinition() {
        let random = CounterRandom(seed: 5, stream: 5)
        let samples = (0..<37).map { random.normal(UInt64($0)) }.sorted()
        for target in [-2.0, 0, 0.3, 4] {
            var distance = 0.0, spread = 0.0
            for a in samples {
                distance += abs(a - target)
                for b in samples { spread += abs(a - b) }
            }
            let n = Double(samples.count)
            #expect(
                abs(ForecastMetrics.crps(sorted: samples, target: target) - (distance / n - spread / (2 * n * n)))
                    < 1e-12)
        }
    }

    /// What single precision leaves of a zero does not count as an error of 200 %, whatever the unit.
    @Test func zerosForecastAsZerosHaveNoSymmetricError() {
        var zeros = ForecastMetrics()
        zeros.add(target: 0, mean: 0, naiveError: 0, samples: [])
        zeros.add(target: 0, mean: 3e-10, naiveError: 0, samples: [0, 1e-9])
        #expect(zeros.values["smape"] == 0)
        for unit in [1e-12, 1, 1e12] {
            var sparse = ForecastMetrics()
            sparse.add(target: 0, mean: 1e-8 * unit, naiveError: 0.5 * unit, samples: [])
            #expect(sparse.values["smape"] == 0)
            sparse.add(target: 0, mean: 0.1 * unit, naiveError: 0.5 * unit, samples: [])
            #expect(sparse.values["smape"] == 100)
        }
    }

    @Test func errorsByHand() {
        var metrics = ForecastMetrics()
        metrics.add(target: 10, mean: 8, naiveError: 4, samples: [6, 8, 10, 12])
        metrics.add(target: -5, mean: -5, naiveError: 4, samples: [20, 20, 20])
        metrics.add(target: .nan, mean: 1, naiveError: 1, samples: [])
        let values = metrics.values
        #expect(values["mae"] == 1 && values["mase"] == 0.25)
        #expect(abs((values["rmse"] ?? 0) - 2.0.squareRoot()) < 1e-12)
        #expect(abs((values["smape"] ?? 0) - 200 * 2 / 18.0 / 2) < 1e-12)
        #expect(values["coverage_0.8"] == 0.5)
        #expect(ForecastMetrics().values.isEmpty)
    }

    @Test func quantilesInterpolate() {
        #expect(Quantile.of(sorted: [1, 2, 3, 4, 5], level: 0.5) == 3)
        #expect(Quantile.of(sorted: [0, 10], level: 0.25) == 2.5)
        #expect(Quantile.of(sorted: [7], level: 0.9) == 7)
    }

    @Test func naiveForecasts() {
        #expect(NaiveForecast.run([1, 2, 3, 4], lag: 2, steps: 5) == [3, 4, 3, 4, 3])
        #expect(NaiveForecast.run([1, 2, .nan], lag: 1, steps: 2) == [2, 2])
        #expect(NaiveForecast.run([5], lag: 12, steps: 2) == [5, 5])
        #expect(NaiveForecast.error([1, 2, 4, 7], lag: 1) == 2)
        #expect(NaiveForecast.error([1, 2, 1, 2, 1, 2], lag: 2) == 1)
    }

    @Test func knowsMultiplicativeSeries() {
        let additive = (0..<96).map { 100 + Double($0) * 3 + [0.0, 20, -20, 5][$0 % 4] }
        #expect(!MultiplicativeTest.isMultiplicative([additive], season: 4))
        #expect(MultiplicativeTest.isMultiplicative([Airline.passengers.map { Double($0) }], season: 12))
        #expect(!MultiplicativeTest.isMultiplicative([Airline.passengers.map { Double($0) - 200 }], season: 12))
    }
}
