import Foundation
import Kernels
import Testing

import SequenceModels

@Suite struct SeasonSearchTests {
    private func season(_ columns: [[Double]]) -> Int { SeasonSearch(columns).season() }

    private func sine(_ period: Double, cycles: Double, noise: Double, seed: UInt64) -> [Double] {
        let random = CounterRandom(seed: seed, stream: 5)
        return (0..<Int(period * cycles)).map { step -> Double in
            let turn: Double = 2 * .pi * Double(step) / period + Double(seed)
            return 10 + sin(turn) + noise * Double(random.uniform(UInt64(step)))
        }
    }

    @Test func findsSeasons() {
        let random = CounterRandom(seed: 8, stream: 8)
        func noise(_ t: Int) -> Double { random.normal(UInt64(t)) }
        #expect(season([Airline.passengers.map { Double($0) }]) == 12)
        let weekly = (0..<140).map { 10.0 * [1, 3, 2, 5, 4, 0, 0][$0 % 7] + noise($0) }
        #expect(season([weekly]) == 7)
        // Half of it explains much, but not what the other half adds.
        #expect(season([(0..<80).map { 100 + Double($0) + [0, 20, -10, 5][$0 % 4] }]) == 4)
        let gaps = weekly.enumerated().map { $0 % 11 == 3 ? Double.nan : $1 }
        #expect(season([gaps, weekly]) == 7)
        #expect(season([[Double](repeating: 3, count: 50)]) == 1)
        #expect(season([(0..<50).map { Double($0) }]) == 1)
        #expect(season([[1, 2, 3], []]) == 1)
        #expect(season([]) == 1)
        #expect(season([[Double](repeating: .nan, count: 50)]) == 1)
    }

    /// Of 144 sines with 3 to 14 periods and noise up to .4 of the amplitude, nearly all; by the first high peak of the
    /// autocorrelation of changes it were 89.
    @Test func findsSinesInNoise() {
        var wrong: [String] = [], count = 0
        for period in [4, 5, 7, 12, 24, 36, 52.18, 60, 91.3, 168, 250, 400] {
            for cycles in [3.0, 4, 6, 14] {
                for noise in [0.0, 0.2, 0.4] {
                    count += 1
                    let found = season([sine(period, cycles: cycles, noise: noise, seed: UInt64(count))])
                    let isRight = abs(Double(found) - period) <= max(1, 0.03 * period) && found > 1
                    if !isRight { wrong.append("\(found) for \(period), \(cycles) cycles, noise \(noise)") }
                }
            }
        }
        #expect(wrong.count <= 7, "\(wrong.count) of \(count): \(wrong)")
    }

    /// Noise decided which neighbour of the peak won: 47, 49 or 105.
    @Test func readsAYearOfWeeksUnderNoise() {
        for noise in [0.2, 0.5, 0.7] {
            for seed in 1...5 {
                let values = sine(52.18, cycles: 6, noise: noise, seed: UInt64(seed))
                #expect(51...53 ~= season([values]), "noise \(noise), seed \(seed)")
            }
        }
        let channels = (1...6).map { sine(24, cycles: 20, noise: 3, seed: UInt64($0)) }
        #expect(season(channels + [sine(24, cycles: 20, noise: 0.1, seed: 9)]) == 24)
    }

    /// A test of significance errs now and then.
    @Test func seldomFindsSeasonsInNoise() {
        var inNoise = 0, inWalks = 0, inSlow = 0
        for seed in 0..<UInt64(60) {
            let random = CounterRandom(seed: seed, stream: 3)
            let noise = (0..<200).map { random.normal(UInt64($0)) }
            var level = 0.0, slow = 0.0
            if season([noise]) != 1 { inNoise += 1 }
            if season([
                noise.map { step in
                    level += step; return level
                }
            ]) != 1 {
                inWalks += 1
            }
            if season([
                noise.map { step in
                    slow = 0.8 * slow + step; return slow
                }
            ]) != 1 {
                inSlow += 1
            }
        }
        #expect(inNoise <= 4 && inWalks <= 4 && inSlow <= 6, "\(inNoise) noise, \(inWalks) walks, \(inSlow) slow")
    }

    @Test func seesADayAndAWeek() {
        let random = CounterRandom(seed: 2, stream: 2)
        let weekly = (0..<168 * 6).map { hour -> Double in
            let day = sin(2 * .pi * Double(hour) / 24)
            return 3 * day + (hour / 24 % 7 >= 5 ? 2 : 0) + 0.3 * random.normal(UInt64(hour))
        }
        let search = SeasonSearch([weekly])
        #expect(search.season() == 24)
        #expect(search.isSeen(24) && search.isSeen(168) && search.isSeen(168, beyond: 24))
        let daily = (0..<168 * 6).map { hour -> Double in
            let turn: Double = 2 * .pi * Double(hour) / 24
            return 3 * sin(turn) + 0.3 * random.normal(UInt64(hour))
        }
        #expect(!SeasonSearch([daily]).isSeen(168, beyond: 24))
        #expect(!SeasonSearch([daily]).isSeen(100))
    }

    /// The first 64 series decided: a season that the others have was not found.
    @Test func neitherOrderNorUnitNorLevelMatter() {
        let random = CounterRandom(seed: 4, stream: 4)
        let level = (0..<80).map { series in (0..<60).map { random.normal(UInt64(series * 100 + $0)) } }
        let seasonal = (0..<200).map { series in
            (0..<60).map { step -> Double in
                let noise = random.normal(UInt64(1 << 20 + series * 100 + step))
                return 2 * sin(.pi * Double(step) / 6) + noise
            }
        }
        let all = level + seasonal
        let search = SeasonSearch(all)
        #expect(search.season() == 12 && search.columnsSeen == 280)
        #expect(season(seasonal + level) == 12)
        for unit in [1e-9, 0.001, 7, 1e12] {
            #expect(season(all.map { $0.map { unit * $0 } }) == 12, "unit \(unit)")
        }
        for base in [-1e6, 273.15, 1e9] {
            #expect(season(all.map { $0.map { base + $0 } }) == 12, "level \(base)")
        }
    }

    /// Of far too many series a sample decides, the same in each order.
    @Test func manySeriesAreASample() {
        let random = CounterRandom(seed: 6, stream: 6)
        let all = (0..<2_500).map { series in
            (0..<30).map { step -> Double in
                let noise = random.normal(UInt64(series * 100 + step))
                return [0.0, 2, 1][step % 3] + noise
            }
        }
        let search = SeasonSearch(all), turned = SeasonSearch(all.reversed())
        #expect(search.columnsAll == 2_500 && search.columnsSeen == 2_000)
        #expect(search.season() == 3 && turned.season() == 3)
        #expect(search.explained(3) == turned.explained(3))
    }

    /// By the definition: each value less the mean of its phase in the other cycles, beside each value.
    @Test func explainsWhatTheOtherCyclesSay() throws {
        let random = CounterRandom(seed: 7, stream: 7)
        let season = 5
        let shape: [Double] = [3, 1, 4, 1, 5]
        let values = (0..<40).map { shape[$0 % 5] + random.normal(UInt64($0)) }
        var rest: [Double] = []
        for step in 2..<38 { rest.append(values[step] - values[step - 2...step + 2].reduce(0, +) / 5) }
        func average(_ step: Int) -> Double { values[step - 2...step + 2].reduce(0, +) / 5 }
        let (rise, fall) = ((average(7) - average(2)) / 5, (average(37) - average(32)) / 5)
        rest = [values[0] - average(2) + 2 * rise, values[1] - average(2) + rise] + rest
        rest += [values[38] - average(37) - fall, values[39] - average(37) - 2 * fall]
        var left = 0.0, all = 0.0
        for (step, value) in rest.enumerated() {
            let others = rest.indices.filter { $0 % season == step % season && $0 != step }.map { rest[$0] }
            let error = value - others.reduce(0, +) / Double(others.count)
            left += error * error
            all += value * value
        }
        let found = try #require(SeasonSearch([values]).explained(season))
        #expect(abs(found - (1 - left / all)) < 1e-9)
    }
}
