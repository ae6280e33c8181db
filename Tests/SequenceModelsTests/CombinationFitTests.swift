import Kernels
import Testing

import SequenceModels

@Suite struct CombinationFitTests {
    private let methods: [SimpleForecast] = [.lastValue, .theta, .drift]

    /// Cases of one step: what came, what the network and the theta method said, with a deviation of the paths.
    private func cases(
        _ count: Int, deviation: Double = 1, network: (Int) -> Double, theta: (Int) -> Double,
        target: (Int) -> Double
    ) -> [BacktestCase] {
        let normal = (0..<100).map { NormalPoints.of((Double($0) + 0.5) / 100) * deviation }
        return (0..<count).map { index in
            BacktestCase(
                series: index, group: 0,
                points: [
                    [
                        BacktestCase.Point(
                            target: target(index), unit: 1, mean: network(index),
                            samples: normal.map { network(index) + $0 }, simple: [0, theta(index), 50])
                    ]
                ])
        }
    }

    private func fit(_ cases: [BacktestCase], minimum: Double? = nil) -> CombinationFit {
        CombinationFit(
            cases, methods: methods, season: 1, horizon: 1, isLog: false, isInformed: false, minimum: minimum,
            kind: .values)
    }

    @Test func leansOnWhatIsRight() {
        let random = CounterRandom(seed: 1, stream: 1)
        let truth = { (index: Int) in 10 + random.normal(UInt64(index)) }
        let wrong = { (index: Int) in 10 + 5 * random.normal(UInt64(1_000 + index)) }
        let right = { (_: Int) in 10.0 }
        let network = fit(cases(400, network: right, theta: wrong, target: truth)).combination()
        #expect(network.network > 0.9, "\(network)")
        let theta = fit(cases(400, network: wrong, theta: right, target: truth)).combination()
        #expect(theta.shares["theta"] ?? 0 > 0.9 && theta.fault == nil, "\(theta)")
        // Of three cases, what is presumed keeps most of the say.
        let few = fit(cases(3, network: wrong, theta: right, target: truth)).combination()
        #expect(few.network > 0.1 && few.shares["theta"] ?? 1 < 0.75, "\(few)")
    }

    /// Paths that lie half as wide as what comes, and twice as wide: the intervals become right on other cases.
    @Test func intervalsBecomeRight() throws {
        let random = CounterRandom(seed: 2, stream: 2)
        let truth = { (index: Int) in 10 + random.normal(UInt64(index)) }
        for deviation in [0.5, 2] {
            let measured = fit(
                cases(500, deviation: deviation, network: { _ in 10 }, theta: { _ in 10 }, target: truth))
            let factor = try #require(measured.combination().spread.first)
            #expect(abs(factor * deviation - 1) < 0.15, "\(factor)")
            let coverage = measured.result(seriesAll: 500).total.model.values["coverage_0.8"] ?? 0
            #expect(abs(coverage - 0.8) < 0.04, "\(coverage)")
        }
        // Where nothing was measured, a little wider.
        let presumed = fit([]).combination()
        #expect(presumed.spread == [2.2] && presumed.isPresumed == true && presumed.fault == nil)
    }

    /// The shares that fit noise best are not worth what they seem: each case is judged by what the others show.
    @Test func judgesByOtherCases() throws {
        let random = CounterRandom(seed: 3, stream: 3)
        let network = { (index: Int) in random.normal(UInt64(index)) }
        let theta = { (index: Int) in random.normal(UInt64(500 + index)) }
        let target = { (index: Int) in random.normal(UInt64(1_000 + index)) }
        let all = cases(60, network: network, theta: theta, target: target)
        let result = fit(all).result(seriesAll: 60)
        let own = try #require(result.total.model.values["mae"])
        #expect(result.origins == 60 && result.series.count == 60)
        #expect(own > 0.5)
        #expect(result.basis == "60 series × 1 origin")
    }

    /// One case tells little: what the history showed to be worse has no share, however lucky it was. Many cases tell
    /// more themselves, and nobody asks.
    @Test func theOutdoneTakeNoPart() {
        let lucky = cases(60, network: { _ in 10 }, theta: { _ in 20 }, target: { _ in 50 })
        func combination(_ count: Int) -> ForecastCombination {
            CombinationFit(
                Array(lucky.prefix(count)), methods: methods, season: 1, horizon: 1, isLog: false, isInformed: false,
                minimum: nil, kind: .values
            ) { candidates in
                #expect(candidates == [.theta, .drift])
                return [.drift]
            }.combination()
        }
        #expect(combination(1).shares["drift"] == nil, "\(combination(1))")
        #expect(fit(Array(lucky.prefix(1))).combination().shares["drift"] ?? 0 > 0.3)
        #expect(combination(60).shares["drift"] ?? 0 > 0.9, "\(combination(60))")
    }

    @Test func leansOnSmoothing() throws {
        let random = CounterRandom(seed: 6, stream: 6)
        var all = cases(
            200, network: { 10 + 5 * random.normal(UInt64(1_000 + $0)) },
            theta: { 10 + 5 * random.normal(UInt64(2_000 + $0)) }, target: { 10 + random.normal(UInt64($0)) })
        for index in all.indices { all[index].points[0][0].smoothed = 10 }
        let found = fit(all).combination()
        #expect(found.smoothing ?? 0 > 0.9 && found.network < 0.1 && found.fault == nil, "\(found)")
        var unfit = found
        unfit.shares["theta"] = 0.5
        #expect(unfit.fault != nil)
        let few = fit(Array(all.prefix(1))).combination()
        #expect(few.smoothing ?? 0 > 0.1 && few.network > 0.2)
    }

    /// Where the network's paths are all 0 and the last values are like those to come, most are drawn from them.
    @Test func sparseCountsLeanOnTheLastValues() throws {
        let random = CounterRandom(seed: 4, stream: 4)
        func count(_ index: Int) -> Double {
            random.uniform(UInt64(index)) < 0.6 ? 0 : (6 * random.uniform(UInt64(9_000 + index))).rounded()
        }
        let cases = (0..<200).map { index in
            BacktestCase(
                series: index, group: 0,
                points: [
                    [
                        BacktestCase.Point(
                            target: count(index), unit: 1, mean: 0, samples: [Double](repeating: 0, count: 100),
                            simple: [0, 0, 0], recent: (1...24).map { count(1_000 + 24 * index + $0) })
                    ]
                ])
        }
        let fit = CombinationFit(
            cases, methods: methods, season: 1, horizon: 1, isLog: false, isInformed: false, minimum: 0, kind: .sparse)
        let recent = try #require(fit.combination().recent)
        #expect(recent.share == 0.75 && recent.values >= 12 && fit.combination().fault == nil, "\(recent)")
        #expect(fit.combination().shares.isEmpty)
        // An interval from the network alone would hold the zeros only.
        let coverage = fit.result(seriesAll: 200).total.model.values["coverage_0.8"] ?? 0
        #expect(coverage > 0.75, "\(coverage)")
        let presumed = CombinationFit(
            [], methods: methods, season: 1, horizon: 1, isLog: false, isInformed: false, minimum: 0, kind: .sparse)
        #expect(presumed.combination().recent == RecentShare(share: 0.5, values: 12, season: 1))
    }

    @Test func knowsUnfitCombinations() {
        var sound = ForecastCombination(shares: ["theta": 0.5], season: 12, spread: [1, 1.2], horizon: 9, minimum: 0)
        #expect(sound.fault == nil && sound.network == 0.5)
        sound.shares["moon"] = 0.1
        #expect(sound.fault == "a method is not known")
        sound.shares = ["theta": 0.7, "drift": 0.4]
        #expect(sound.fault == "the shares are not of one whole")
        sound.shares = [:]
        sound.spread = []
        #expect(sound.fault != nil)
        sound.spread = [.nan]
        #expect(sound.fault != nil)
        sound.spread = [1]
        sound.season = 0
        #expect(sound.fault != nil)
    }
}

/// Points of the standard normal distribution, by bisection of its distribution function.
private enum NormalPoints {
    static func of(_ level: Double) -> Double {
        var low = -6.0
        var high = 6.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if below(middle) < level { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// By the midpoint rule.
    private static func below(_ point: Double) -> Double {
        let steps = 400, width = (point + 8) / 400
        return (0..<steps).reduce(0) { sum, step in
            let x = -8 + (Double(step) + 0.5) * width
            return sum + PortableMath.exp(-x * x / 2) / 2.5066282746310002 * width
        }
    }
}
