import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// How likely values were, head by head, beside mpmath with 50 digits.
@Suite struct ForecastScoreTests {
    /// The raw output whose softplus is this.
    private func raw(_ value: Double) -> Float { Float(PortableMath.log(PortableMath.exp(value) - 1)) }

    private func score(
        _ head: ForecastHead, _ outputs: [Float], base: Double = 0, unit: Double = 1, value: Double
    ) -> ValueScore? {
        outputs.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { head.score($0, base: base, unit: unit, value: value) }
        }
    }

    /// Values whose distance from the location in spreads is known, whatever base, unit and spread.
    @Test func studentsDistribution() throws {
        let table: [(t: Double, freedom: Double, lower: Double, upper: Double, density: Double)] = [
            (-4, 2.1, -3.6358287288305662, -0.026715788106340883, -4.3729473074223473),
            (25, 5.5, -3.5428309681004657e-7, -14.85316971204769, -16.374888180141409),
            (-1e40, 6, -549.10144190125243, 0, -639.4130861517862),
            (2, 30, -0.027692443129667332, -3.6004099830056947, -2.8672990411659389),
            (30, 1_000_002, 0, -454.1184157930531, -450.7170099988726),
        ]
        for row in table {
            let outputs: [Float] = [0.25, raw(1.5), row.freedom > 100 ? 1e6 : raw(row.freedom - 2)]
            let scale = PortableMath.softplus(Double(outputs[1])) + 1e-4
            let found = try #require(
                score(
                    .residual(.studentT), outputs, base: 100, unit: 3, value: 100 + 3 * (0.25 + scale * row.t)))
            // The outputs are of single precision.
            let error = 2e-6 * max(1, abs(row.density))
            #expect(abs(found.tails.lower - row.lower) < error && abs(found.tails.upper - row.upper) < error, "\(row)")
            #expect(abs(found.logDensity - (row.density - PortableMath.log(3 * scale))) < error, "\(row): \(found)")
        }
    }

    @Test func gaussian() throws {
        let found = try #require(score(.residual(.gaussian), [1, raw(2)], base: -5, unit: 0.5, value: -5 + 0.5 * 5))
        let scale = PortableMath.softplus(Double(raw(2))) + 1e-4, z = 4 / scale
        #expect(found.tails == .normal(z))
        #expect(abs(found.logDensity - (-z * z / 2 - PortableMath.log(scale * 0.5 * 2.5066282746310002))) < 1e-12)
        #expect(abs(found.pit - 0.97724) < 1e-4)
    }

    @Test func counts() throws {
        // μ = 4 · softplus, α = softplus / √4.
        let outputs: [Float] = [raw(2.5), raw(0.4)]
        let distribution = outputs.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { NegativeBinomialLoss.distribution($0, scale: 4) }
        }
        let known = try #require(distribution)
        var below = 0.0
        for count in 0..<60 {
            let mass = PortableMath.exp(-known.loss(Double(count)).value)
            let found = try #require(score(.counts, outputs, unit: 4, value: Double(count)))
            #expect(abs(found.logDensity - PortableMath.log(mass)) < 1e-12)
            #expect(abs(found.pit - (below + mass / 2)) < 1e-10, "\(count)")
            below += mass
        }
    }

    /// Quantiles of a logistic distribution have its density everywhere, beyond the outermost, too.
    @Test func quantiles() throws {
        let levels = [0.1, 0.3, 0.5, 0.7, 0.9]
        let logit = { PortableMath.log($0 / (1 - $0)) }
        let head = ForecastHead.quantiles(QuantileFunction(levels: levels))
        let outputs = levels.map { Float(1 + 0.5 * logit($0)) }
        for value in [-40.0, -1, 0.3, 1, 1.7, 60] {
            let found = try #require(score(head, outputs, base: 10, unit: 2, value: 10 + 2 * value))
            let u = (value - 1) / 0.5
            let density = -PortableMath.softplus(-u) - PortableMath.softplus(u) - PortableMath.log(0.5 * 2)
            #expect(abs(found.logDensity - density) < 1e-5 * max(1, abs(density)), "\(value)")
            #expect(abs(found.pit - PortableMath.sigmoid(u)) < 1e-6, "\(value)")
        }
        // Crossing outputs are put in order; equal ones still have a density.
        #expect(score(head, outputs.reversed(), value: 3) == score(head, outputs, value: 3))
        let point = try #require(score(head, [2, 2, 2, 2, 2], value: 2))
        #expect(point.logDensity > 6 && point.logDensity.isFinite && 0.1...0.9 ~= point.pit)
    }

    /// The integral of the density over values is the difference of the distribution function.
    @Test func densitiesAgreeWithDistributions() throws {
        let heads: [(ForecastHead, [Float])] = [
            (.residual(.studentT), [0.3, 0.2, 0.7]), (.residual(.gaussian), [-0.4, 1]),
            (.quantiles(QuantileFunction(levels: [0.05, 0.4, 0.6, 0.95])), [-3, -0.5, 0.1, 4]),
        ]
        for (head, outputs) in heads {
            var sum = 0.0
            let steps = 4000, from = -5.0, to = 6.0, width = (to - from) / Double(steps)
            for step in 0..<steps {
                let found = try #require(
                    score(head, outputs, base: 0.5, unit: 1.5, value: from + (Double(step) + 0.5) * width))
                sum += PortableMath.exp(found.logDensity) * width
            }
            let first = try #require(score(head, outputs, base: 0.5, unit: 1.5, value: from))
            let last = try #require(score(head, outputs, base: 0.5, unit: 1.5, value: to))
            #expect(abs(sum - (last.pit - first.pit)) < 1e-3, "\(head): \(sum)")
        }
    }

    @Test func pointHeadsHaveNoDistribution() throws {
        for loss in [RegressionLoss.mse, .mae, .huber] {
            #expect(score(.residual(loss), [1], value: 2) == nil)
            let errors = ErrorQuantiles(levels: [0.25, 0.75], values: [-1, 1])
            let outputs: [Float] = [1]
            let found = outputs.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.flatMap {
                    ForecastHead.residual(loss).score($0, base: 4, unit: 2, value: 8, errors: errors)
                }
            }
            // The residual is 2, the error 1.
            #expect(abs(try #require(found).pit - 0.75) < 1e-12)
        }
    }

    @Test func everyFiniteValueHasFiniteScores() throws {
        let heads: [(ForecastHead, [Float])] = [
            (.residual(.studentT), [0, -80, -80]), (.residual(.studentT), [0, 5, 1e30]),
            (.residual(.gaussian), [3, -80]), (.quantiles(QuantileFunction(levels: [0.1, 0.9])), [1, 1]),
            (.counts, [-60, -60]), (.counts, [30, 30]),
        ]
        for (head, outputs) in heads {
            for value: Double in [0, 1, 1e15, -1e15, .greatestFiniteMagnitude, -.greatestFiniteMagnitude] {
                for (base, unit) in [(0.0, 1.0), (-1e300, 1e-12), (1e12, 1e9)] {
                    let found = try #require(score(head, outputs, base: base, unit: unit, value: value))
                    #expect(found.logDensity.isFinite && found.surprise.isFinite, "\(head) \(value) \(base): \(found)")
                    #expect(0...1 ~= found.pit && found.surprise >= 0, "\(head) \(value) \(base): \(found)")
                }
            }
        }
    }
}
