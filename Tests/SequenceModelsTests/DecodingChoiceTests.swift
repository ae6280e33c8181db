import Kernels
import SequenceModels
import Testing

/// Which way to decode is used, by what a backtest showed of both.
@Suite struct DecodingChoiceTests {
    private static let normal = (0..<100).map { Quantiles.normal((Double($0) + 0.5) / 100) }

    /// Forecasts of values about 10, of several steps; what each way says lies this far beside them.
    private func cases(
        _ count: Int, steps: Int = 1, direct: Double, recursive: Double?, target: (Int, Int) -> Double
    ) -> [BacktestCase] {
        (0..<count).map { index in
            func points(_ beside: Double) -> [[BacktestCase.Point]] {
                (0..<steps).map { step in
                    [
                        BacktestCase.Point(
                            target: target(index, step), unit: 1, mean: 10 + beside,
                            samples: Self.normal.map { 10 + beside + $0 }, simple: [])
                    ]
                }
            }
            var one = BacktestCase(series: index, group: 0, points: points(direct))
            one.recursive = index % 2 == 0 ? recursive.map(points) : nil
            return one
        }
    }

    private func noise(_ index: Int, _ step: Int) -> Double {
        10 + CounterRandom(seed: 4, stream: 4).normal(UInt64(100 * index + step))
    }

    @Test func theRecursionMustBeClearlyBetter() {
        let worse = DecodingChoice(cases(80, direct: 1.5, recursive: 0, target: noise))
        #expect(worse.isRecursive && worse.correlation == nil)
        // What was measured of it is what it is combined and judged by.
        #expect(worse.cases.count == 40)
        let same = DecodingChoice(cases(80, direct: 0, recursive: 0, target: noise))
        #expect(!same.isRecursive && same.cases.count == 80)
        let better = DecodingChoice(cases(80, direct: 0, recursive: 1.5, target: noise))
        #expect(!better.isRecursive)
        // One case tells nothing.
        #expect(!DecodingChoice(cases(1, direct: 1.5, recursive: 0, target: noise)).isRecursive)
        let unmeasured = DecodingChoice(cases(8, direct: 0, recursive: nil, target: noise))
        #expect(!unmeasured.isRecursive && unmeasured.cases.count == 8)
        #expect(DecodingChoice([]).cases.isEmpty)
    }

    /// Errors of independent steps have nothing to do with each other, and those of one case in common all.
    @Test func errorsTellHowFarPathsGoOn() throws {
        let apart = DecodingChoice(cases(200, steps: 6, direct: 0, recursive: nil, target: noise))
        #expect(try #require(apart.correlation) < 0.1)
        let together = DecodingChoice(
            cases(200, steps: 6, direct: 0, recursive: nil) { index, _ in noise(index, 0) })
        #expect(try #require(together.correlation) > 0.95)
        let half = DecodingChoice(
            cases(400, steps: 2, direct: 0, recursive: nil) { index, step in
                let common = noise(index, 7) - 10
                return 10 + 0.5.squareRoot() * (common + noise(index, step) - 10)
            })
        #expect(abs(try #require(half.correlation) - 0.5) < 0.12)
    }
}
