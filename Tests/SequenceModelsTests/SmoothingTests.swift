import Kernels
import SequenceModels
import Testing

/// Level and seasons that a forecast is a distance from.
@Suite struct SmoothingTests {
    private func state(
        _ seasons: [Int], level: Double, season: Double = 0, trend: Double = 0, slope: Double = 0
    ) -> SmoothingState {
        SmoothingState(
            seasons: seasons,
            coefficients: [SmoothingCoefficients(level: level, season: season, trend: trend)], slope: [slope])
    }

    /// What is expected of each step by those before it.
    private func expectations(_ state: SmoothingState, _ values: [Double]) -> [Double] {
        var state = state
        return values.map { value in
            defer { state.append([value]) }
            return state.expected(0)
        }
    }

    @Test func theEndsOfTheRange() {
        let values = [3.0, 5, 4, 10, 2]
        // With 1 the last value, with 0 the mean of all.
        #expect(expectations(state([], level: 1), values) == [0, 3, 5, 4, 10])
        let means = expectations(state([], level: 0), values)
        for (mean, oracle) in zip(means, [0.0, 3, 4, 4, 5.5]) { #expect(abs(mean - oracle) < 1e-12) }
        // Half: ½ (½ (3 + 5) + 4) = 4, and so on.
        let half = expectations(state([], level: 0.5), values)
        for (value, oracle) in zip(half, [0.0, 3, 4, 4, 7]) { #expect(abs(value - oracle) < 1e-12) }
        // Half of an error goes into the trend, of which nine tenths are left: 5 + 0.9 · 1 = 5.9.
        let trended = expectations(state([], level: 1, trend: 0.5), [3, 5, 5])
        #expect(abs(trended[2] - 5.9) < 1e-12)
    }

    @Test func aLineWithASeasonIsExpectedAfterItsFirstCycle() {
        let season = [4.0, -1, 0, -3]
        let values = (0..<40).map { 3 + 0.5 * Double($0) + season[$0 % 4] }
        let found = expectations(state([4], level: 0.1, season: 0.2, slope: 0.5), values)
        for step in 4..<40 { #expect(abs(found[step] - values[step]) < 1e-9, "\(step)") }
        // A gap changes nothing.
        var holes = values
        for step in [0, 5, 17, 18, 19] { holes[step] = .nan }
        let beyond = expectations(state([4], level: 0.1, season: 0.2, slope: 0.5), holes)
        for step in 21..<40 where step % 4 != 0 { #expect(abs(beyond[step] - values[step]) < 0.3, "\(step)") }
    }

    @Test func twoSeasonsAreLearnedBeside() {
        let values = (0..<336).map { Double([0, 2, 5, 1][$0 % 4] + [0, 0, 9, 0, -4, 0][$0 / 4 % 6]) }
        let found = expectations(state([4, 24], level: 0.02, season: 0.2), values)
        let errors = zip(found, values).map { abs($0 - $1) }
        let early = errors[24..<96].reduce(0, +) / 72, late = errors[264...].reduce(0, +) / 72
        #expect(late < 0.3 && late < 0.5 * early, "\(early) \(late)")
    }

    /// The unit and the level of a series change nothing else.
    @Test func unitAndLevelDoNotMatter() {
        let random = CounterRandom(seed: 5, stream: 5)
        let values = (0..<60).map { random.normal(UInt64($0)) + Double([0, 3, 1][$0 % 3]) }
        let plain = expectations(state([3], level: 0.3, season: 0.1, trend: 0.1), values)
        let moved = expectations(state([3], level: 0.3, season: 0.1, trend: 0.1), values.map { 1e6 + 1e3 * $0 })
        for step in 3..<60 { #expect(abs(moved[step] - (1e6 + 1e3 * plain[step])) < 1e-6) }
    }

    private func chosen(_ series: [[Double]], seasons: [Int] = [], horizon: Int = 8) -> [SmoothingCoefficients] {
        let known = series.map { (z: $0, end: $0.count) }
        let smoothing = ForecastSmoothing(
            known, channels: 1, seasons: seasons, horizon: horizon, slopes: series.map { _ in [0] })
        #expect(smoothing.fault == nil)
        return series.flatMap { smoothing.coefficients($0, channels: 1, end: $0.count, slope: [0]) }
    }

    @Test func coefficientsFollowTheSeries() {
        let random = CounterRandom(seed: 6, stream: 6)
        let noise = (0..<300).map { 100 + random.normal(UInt64($0)) }
        var level = 0.0
        let rising = (0..<300).map { step in
            level += random.normal(UInt64(1_000 + step))
            return level
        }
        #expect(chosen([noise])[0].level <= 0.05)
        #expect(chosen([rising])[0].level >= 0.7)
        // Beside each other each has its own.
        let both = chosen([noise, rising])
        #expect(both[0].level <= 0.1 && both[1].level >= 0.5, "\(both)")
        #expect(chosen([rising, noise]) == both.reversed())
        // A season that stays is averaged, one that changes is followed.
        let steady = (0..<240).map { Double([0, 8, 3, -5][$0 % 4]) + random.normal(UInt64(2_000 + $0)) }
        var shape = [0.0, 8, 3, -5]
        let changing = (0..<240).map { step in
            shape[step % 4] += 3 * random.normal(UInt64(3_000 + step))
            return shape[step % 4]
        }
        #expect(chosen([steady], seasons: [4])[0].season <= 0.2)
        #expect(chosen([changing], seasons: [4])[0].season >= 0.4)
    }

    @Test func knowsUnfitSmoothing() {
        let values = (0..<30).map(Double.init)
        let sound = ForecastSmoothing(
            [(z: values, end: 30)], channels: 1, seasons: [2, 6], horizon: 3, slopes: [[1]])
        #expect(sound.fault == nil)
        var unfit = sound
        unfit.seasons = [6, 2]
        #expect(unfit.fault != nil)
        unfit = sound
        unfit.candidates = []
        #expect(unfit.fault != nil)
        unfit = sound
        unfit.candidates[0].coefficients.level = 1.5
        #expect(unfit.fault != nil)
        unfit = sound
        unfit.ahead = [0]
        #expect(unfit.fault != nil)
    }
}

/// Forecasts that are drawn from the last values of a series.
@Suite struct RecentValuesTests {
    @Test func valuesOfThePhase() {
        let past = [1, .nan, 3, 4, 5, 6, 7.0]
        #expect(RecentValues(past, season: 1, count: 3).values(5) == [5, 6, 7])
        let monthly = RecentValues(past, season: 3, count: 2)
        // The next step is of the phase of step 1 (missing) and 4, then that of 2 and 5, then 0, 3 and 6.
        #expect([0, 1, 2, 3].map { monthly.values($0) } == [[5], [3, 6], [4, 7], [5]])
    }

    @Test func eachValueAsOftenAsItWasThere() {
        let share = RecentShare(share: 0.5, values: 4, season: 1)
        for step in 0..<7 {
            var drawn = [Double](repeating: -1, count: 100)
            RecentValues.mix(&drawn, [0, 0, 0, 8], share: share, step: step, basis: 100)
            #expect(drawn.count { $0 == -1 } == 50)
            #expect(abs(drawn.count { $0 == 8 } - 12) <= 1)
            // Paths that mirror each other stay or go together.
            #expect((0..<50).allSatisfy { (drawn[2 * $0] == -1) == (drawn[2 * $0 + 1] == -1) })
        }
        var untouched = [1.0, 2, 3]
        RecentValues.mix(&untouched, [], share: share, step: 0, basis: 3)
        #expect(untouched == [1, 2, 3])
    }
}
