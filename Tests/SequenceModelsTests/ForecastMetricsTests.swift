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

    @Test func findsSeasons() {
        let random = CounterRandom(seed: 8, stream: 8)
        func noise(_ t: Int) -> Double { random.normal(UInt64(t)) }
        #expect(SeasonalityDetector.season(of: [Airline.passengers.map { Double($0) }]) == 12)
        let weekly = (0..<140).map { 10.0 * [1, 3, 2, 5, 4, 0, 0][$0 % 7] + noise($0) }
        #expect(SeasonalityDetector.season(of: [weekly]) == 7)
        let gaps = weekly.enumerated().map { $0 % 11 == 3 ? Double.nan : $1 }
        #expect(SeasonalityDetector.season(of: [gaps, weekly]) == 7)
        #expect(SeasonalityDetector.season(of: [[Double](repeating: 3, count: 50)]) == 1)
        #expect(SeasonalityDetector.season(of: [(0..<50).map { Double($0) }]) == 1)
        #expect(SeasonalityDetector.season(of: [[1, 2, 3], []]) == 1)
    }

    /// Lag by lag, each sum in the order of the series: bit for bit.
    private func autocorrelation(_ values: [Double], lags: Int) -> [Double] {
        let there = values.filter { !$0.isNaN }
        let count = Double(there.count), mean = there.reduce(0, +) / count
        let variance = there.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        return [1.0]
            + (1...lags).map { lag in
                var sum = 0.0, pairs = 0.0
                for index in lag..<max(lag, values.count) {
                    let product = (values[index] - mean) * (values[index - lag] - mean)
                    if !product.isNaN { sum += product; pairs += 1 }
                }
                return pairs > 0 ? sum / variance / count * (count / (count - Double(lag) / 2)) : 0
            }
    }

    @Test func autocorrelationsAreThoseOfTheirDefinition() {
        let random = CounterRandom(seed: 9, stream: 9)
        for (count, lags) in [(4, 1), (4, 3), (5, 4), (6, 4), (7, 9), (30, 11), (41, 16), (200, 50), (9, 40)] {
            let values = (0..<count).map { 1e6 + random.normal(UInt64($0)) }
            let gaps = values.enumerated().map { $0 % 5 == 1 && count > 8 ? Double.nan : $1 }
            for series in [values, gaps] {
                #expect(
                    SeasonalityDetector.autocorrelation(series, lags: lags)
                        == autocorrelation(series, lags: lags), "\(count) values, \(lags) lags")
            }
        }
    }

    /// A test of significance errs now and then: in fewer than one noise series of ten (2.5 % measured over 200), and
    /// no random walk.
    @Test func seldomFindsSeasonsInNoise() {
        var inNoise = 0, inWalks = 0
        for seed in 0..<UInt64(40) {
            let random = CounterRandom(seed: seed, stream: 3)
            let noise = (0..<200).map { random.normal(UInt64($0)) }
            var level = 0.0
            let sums = noise.map { (step: Double) -> Double in
                level += step
                return level
            }
            if SeasonalityDetector.season(of: [noise]) != 1 { inNoise += 1 }
            if SeasonalityDetector.season(of: [sums]) != 1 { inWalks += 1 }
        }
        #expect(inNoise < 4 && inWalks == 0, "\(inNoise) in noise, \(inWalks) in walks")
    }

    @Test func knowsMultiplicativeSeries() {
        let additive = (0..<96).map { 100 + Double($0) * 3 + [0.0, 20, -20, 5][$0 % 4] }
        #expect(!MultiplicativeTest.isMultiplicative([additive], season: 4))
        #expect(MultiplicativeTest.isMultiplicative([Airline.passengers.map { Double($0) }], season: 12))
        #expect(!MultiplicativeTest.isMultiplicative([Airline.passengers.map { Double($0) - 200 }], season: 12))
    }
}
