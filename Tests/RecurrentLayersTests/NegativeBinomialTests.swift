import Kernels
import RecurrentLayers
import Testing

@Suite struct NegativeBinomialTests {
    /// z, μ, α, −log P and its derivatives by μ and α, from mpmath with 40 digits.
    static let table: [(count: Double, mean: Double, shape: Double, loss: Double, byMean: Double, byShape: Double)] = [
        (0, 0.3, 0.5, 0.27952388475031739, 0.86956521739130435, -0.037308639065852181),
        (1, 0.3, 2, 1.9089782481945393, -1.4583333333333333, 0.16374909268856611),
        (3, 5, 0.1, 1.9568604007336114, 0.26666666666666667, 0.21106494675931938),
        (7, 2.5, 1.7, 3.68967665880922, -0.34285714285714286, 0.14809434515312293),
        (40, 35, 0.02, 3.2570940643678505, -0.084033613445378151, 7.0059323351107084),
        (1000, 900, 0.001, 7.49344164569574, -0.05847953216374269, -1088.2220598257001),
        (12, 10, 0.000001, 2.3561973797196713, -0.1999980000199998, 3.9999726668106666),
        (250000, 200000, 0.05, 12.391573889772842, -2.4997500249975002e-5, -0.65806716608275903),
        (0, 1000, 3, 2.6689002818134557, 0.00033322225924691769, -0.77855934085551267),
        (5, 0.000001, 0.25, 71.983675154685393, -4999997.7500005625, -5.8476140476207976),
        (2, 3, 0.125, 1.5626768787526886, 0.24242424242424242, 0.54825413770671388),
        (30000000, 31000000, 0.00002, 39.27121995997217, 5.1945353488130487e-5, -1300112.1030803776),
    ]

    /// The losses within the cancellation of terms about z log μ, the derivative by α within that of terms r² times the
    /// last place of z / r.
    @Test func agreesWithTheTable() {
        for row in Self.table {
            let found = NegativeBinomial(mean: row.mean, shape: row.shape).loss(row.count)
            let size = max(1, row.count * abs(PortableMath.log(row.mean)))
            #expect(abs(found.value - row.loss) < 1e-12 * size, "\(row)")
            #expect(abs(found.byMean - row.byMean) < 1e-12 * max(1, abs(row.byMean)), "\(row)")
            #expect(
                abs(found.byShape - row.byShape) < 1e-14 * (row.count + row.mean + 1) / row.shape + 1e-10
                    * abs(row.byShape), "\(row)")
        }
    }

    /// z, μ, α, and the logarithms of P(Z < z) + ½ P(z) and P(Z > z) + ½ P(z), from mpmath with 50 digits.
    @Test func tailsAgreeWithTheTable() {
        let table: [(count: Double, mean: Double, shape: Double, lower: Double, upper: Double)] = [
            (0, 0.3, 0.5, -0.97267106531026269, -0.4749306810929275),
            (1, 0.3, 2, -0.14538965593318064, -2.0001520852765091),
            (7, 2.5, 1.7, -0.10547708750719675, -2.301536557403442),
            (40, 35, 0.02, -0.28636738245682676, -1.3902488334854131),
            (1000, 900, 0.001, -0.0090212200225091794, -4.7126829156494609),
            (12, 10, 1e-6, -0.29549175127797164, -1.3632247355439938),
            (250000, 200000, 0.05, -0.14339152102621479, -2.0130156742719826),
            (0, 1000, 3, -3.362047462373401, -0.035279271916757671),
            (300, 2, 0.1, 0, -501.01682192391906),
        ]
        for row in table {
            let tails = NegativeBinomial(mean: row.mean, shape: row.shape).midTails(row.count)
            // As many digits as log Γ of the largest term keeps.
            let error = 1e-10 + 1e-15 / row.shape + 1e-14 * row.count
            #expect(abs(tails.lower - row.lower) < error * max(1, abs(row.lower)), "\(row): \(tails)")
            #expect(abs(tails.upper - row.upper) < error * max(1, abs(row.upper)), "\(row): \(tails)")
        }
    }

    @Test func everyValueHasFiniteTails() {
        for (mean, shape) in [(1e-6, 1e-6), (3, 0.5), (2e8, 1e-6), (1e12, 1e-6), (1e12, 4), (5, 1e5)] {
            let distribution = NegativeBinomial(mean: mean, shape: shape)
            for value in [0, 0.4, 7, 1e6, 1e9, 1e15, 1e300, -0.2, -3, -1e300] {
                let tails = distribution.midTails(value)
                for number in [tails.lower, tails.upper, tails.surprise, distribution.logMass(value)] {
                    #expect(number.isFinite, "\(mean) \(shape) \(value): \(number)")
                }
                #expect(0...1 ~= tails.probability && tails.surprise >= 0, "\(mean) \(shape) \(value)")
            }
        }
    }

    @Test func probabilitiesSumToOne() {
        let distribution = NegativeBinomial(mean: 4, shape: 0.6)
        let sum = (0..<400).reduce(0.0) { $0 + PortableMath.exp(-distribution.loss(Double($1)).value) }
        #expect(abs(sum - 1) < 1e-10)
    }

    /// Beside scipy 1.15; means above 500 are approximated.
    @Test func quantiles() {
        let levels = [0.005, 0.1, 0.5, 0.9, 0.995]
        let table: [(mean: Double, shape: Double, counts: [Double])] = [
            (0.3, 0.5, [0, 0, 0, 1, 3]), (3.2, 0.4, [0, 0, 3, 7, 13]), (40, 0.05, [17, 27, 39, 54, 73]),
            (400, 1.5, [0, 16, 226, 1016, 2664]),
        ]
        for row in table {
            #expect(NegativeBinomial(mean: row.mean, shape: row.shape).quantiles(levels) == row.counts, "\(row)")
        }
        for (mean, shape, counts) in [
            (800.0, 0.2, [171.0, 388, 747, 1280, 2019]), (5_000, 0.001, [4_564, 4_779, 4_998, 5_223, 5_456]),
        ] {
            for (found, count) in zip(NegativeBinomial(mean: mean, shape: shape).quantiles(levels), counts) {
                #expect(abs(found - count) <= 0.03 * count, "\(found) for \(count)")
            }
        }
    }

    /// Gradients by the outputs against central differences in Double of the loss written with the same links.
    @Test func gradients() {
        for (n, count) in [0.0, 1, 17, 4000].enumerated() {
            let random = CounterRandom(seed: 8, stream: UInt64(n))
            let outputs = [Float(random.normal(0)), Float(random.normal(1))]
            let scale = count + 2.5
            var found: [Float] = [0, 0]
            let sum = NegativeBinomialLoss.evaluate(
                outputs: outputs, channels: 1, targets: [count], scales: [scale], rows: 1, gradients: &found, scale: 1)
            func at(_ a: Double, _ b: Double) -> Double {
                NegativeBinomial(
                    mean: scale * (PortableMath.softplus(a) + 1e-6),
                    shape: PortableMath.softplus(b) / scale.squareRoot() + 1e-6
                ).loss(count).value
            }
            let (a, b) = (Double(outputs[0]), Double(outputs[1])), h = 1e-4
            #expect(sum.count == 1 && abs(sum.loss - at(a, b)) < 1e-12 * max(1, sum.loss))
            // h² of the third derivative, and a Float's last place.
            let numeric = [(at(a + h, b) - at(a - h, b)) / (2 * h), (at(a, b + h) - at(a, b - h)) / (2 * h)]
            for p in 0..<2 {
                #expect(
                    abs(numeric[p] - Double(found[p])) < 1e-6 * max(1, abs(numeric[p])), "z = \(count), output \(p)")
            }
        }
        var masked: [Float] = [7, 7]
        let nothing = NegativeBinomialLoss.evaluate(
            outputs: [1, 1], channels: 1, targets: [.nan], scales: [1], rows: 1, gradients: &masked, scale: 1)
        #expect(nothing == LossSum() && masked == [0, 0])
    }

    /// Mean, variance and the share of zeros of draws, within five standard errors (of the variance: kurtosis 3 + 6 α +
    /// …, bounded by 12).
    @Test(arguments: [(0.4, 2.0), (3, 0.5), (25, 0.01), (400, 0.05), (1e6, 1e-6)])
    func draws(mean: Double, shape: Double) {
        let distribution = NegativeBinomial(mean: mean, shape: shape)
        let random = CounterRandom(seed: 1, stream: 1)
        let count = 20_000
        let values = (0..<count).map { distribution.draw(random, first: UInt64($0) * NegativeBinomial.numbersPerDraw) }
        let variance = mean + shape * mean * mean
        let found = values.reduce(0, +) / Double(count)
        let spread = values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count)
        let zero = PortableMath.exp(-distribution.loss(0).value)
        #expect(abs(found - mean) < 5 * (variance / Double(count)).squareRoot())
        #expect(abs(spread / variance - 1) < 5 * (12 / Double(count)).squareRoot())
        #expect(
            abs(Double(values.count { $0 == 0 }) / Double(count) - zero) < 5 * (zero / Double(count)).squareRoot()
                + 1e-9)
        #expect(values.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
    }
}
