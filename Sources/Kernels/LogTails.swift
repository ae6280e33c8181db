/// Natural logarithms of both tail probabilities of a distribution at a value, each finite however far out the value
/// is: a tail that underflows as a probability still tells how far.
package struct LogTails: Sendable, Equatable {
    /// log P(X ≤ x).
    package var lower: Double
    /// log P(X > x).
    package var upper: Double

    /// As the members say.
    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// The distribution function at the value, 0 to 1.
    package var probability: Double {
        lower < upper ? PortableMath.exp(lower) : 1 - PortableMath.exp(upper)
    }

    /// −log of the two-sided tail probability, 2 min(P(X ≤ x), P(X > x)): from 0 in the middle without bound;
    /// exponential of mean 1 where the distribution is the true one.
    package var surprise: Double { max(0, -(Self.log2 + min(lower, upper))) }

    /// Seen from the other side.
    var mirrored: LogTails { LogTails(lower: upper, upper: lower) }

    static let log2 = 0.6931471805599453
    /// The square of a distance from the middle is finite up to here.
    private static let distanceMax = 1e150
    /// No probability has a lower logarithm: what underflowed on the way is as unlikely as that.
    static let least = -1e301
}

extension LogTails {
    /// Of the standard normal distribution: below 3 by the series of Φ(x) − ½ (Abramowitz & Stegun 26.2.11), from there
    /// by Laplace's continued fraction (26.2.14); relative error of each logarithm about 1e-13.
    package static func normal(_ x: Double) -> LogTails {
        let distance = min(abs(x), distanceMax)
        let upper: Double
        if distance < 3 {
            var term = distance, sum = distance, odd = 1.0
            while term > 1e-17 * sum {
                odd += 2
                term *= distance * distance / odd
                sum += term
            }
            upper = PortableMath.log(0.5 - sum * PortableMath.exp(-distance * distance / 2) / rootOf2Pi)
        } else {
            var fraction = distance
            for step in stride(from: 80.0, to: 0, by: -1) { fraction = distance + step / fraction }
            upper = -distance * distance / 2 - logRootOf2Pi - PortableMath.log(fraction)
        }
        let tails = LogTails(lower: PortableMath.log1p(-PortableMath.exp(upper)), upper: upper)
        return x < 0 ? tails.mirrored : tails
    }

    /// Of Student's distribution with ν > 0 degrees of freedom, normal where ν is infinite: by the incomplete beta
    /// function, and from ν = 10,000 by the normal distribution of Wallace's (1959) argument.
    package static func student(_ t: Double, degreesOfFreedom freedom: Double) -> LogTails {
        guard freedom < freedomMax else {
            guard freedom < .infinity else { return normal(t) }
            let distance = min(abs(t), distanceMax)
            let argument =
                (8 * freedom + 1) / (8 * freedom + 3)
                * (freedom * PortableMath.log1p(distance * distance / freedom)).squareRoot()
            return normal(t < 0 ? -argument : argument)
        }
        let distance = min(abs(t), distanceMax)
        let square = distance * distance
        // P(|T| > t) and its complement.
        let both = beta(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5)
        let upper = both.lower - log2
        let tails = LogTails(lower: PortableMath.log1p(-PortableMath.exp(upper)), upper: upper)
        return t < 0 ? tails.mirrored : tails
    }

    /// Where the two ways of `student` agree to 1e-7.
    private static let freedomMax = 1e4

    /// Of the beta distribution of a, b > 0 at x: log I_x(a, b) and log I_y(b, a).
    ///
    /// By the continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8, by Lentz's method as
    /// modified by Thompson & Barnett 1986). Where b is too large for it to converge soon, −(b + (a − 1) / 2) log y is
    /// all that counts, and a smaller b with the same gives nearly the same (26.5.20); where both are, by Peizer &
    /// Pratt's normal approximation (1968).
    /// - Parameter y: 1 − x, which may be too close to 1 to tell from it.
    package static func beta(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> LogTails {
        guard x > 0 else { return LogTails(lower: least, upper: 0) }
        guard y > 0 else { return LogTails(lower: 0, upper: least) }
        // log y of an x far below 1 is told by x.
        let logY = x < 0.5 ? PortableMath.log1p(-x) : PortableMath.log(y)
        guard max(a, b) >= shapeMax else { return beta(PortableMath.log(x), logY, x, y, a, b) }
        guard a < shapeFew else { return peizerPratt(x, y, a, b) }
        let smaller = shapeMax / 10
        let log = (b + (a - 1) / 2) * logY / (smaller + (a - 1) / 2)
        // 1 − e^log, by its series where that is small.
        let rest = log > -1e-4 ? -log * (1 + log / 2 * (1 + log / 3)) : 1 - PortableMath.exp(log)
        return beta(PortableMath.log(rest), log, rest, PortableMath.exp(log), a, smaller)
    }

    /// From here on a continued fraction takes thousands of steps.
    private static let shapeMax = 1e7
    /// Up to here a is few beside that.
    private static let shapeFew = 1e3
    private static let stepsMax = 20_000

    private static func beta(
        _ logX: Double, _ logY: Double, _ x: Double, _ y: Double, _ a: Double, _ b: Double
    ) -> LogTails {
        let front =
            a * logX + b * logY + PortableMath.logGamma(a + b) - PortableMath.logGamma(a) - PortableMath.logGamma(b)
        if x < (a + 1) / (a + b + 2) {
            let lower = bounded(front + PortableMath.log(fraction(x, a, b) / a))
            return LogTails(lower: lower, upper: complement(lower))
        }
        let upper = bounded(front + PortableMath.log(fraction(y, b, a) / b))
        return LogTails(lower: complement(upper), upper: upper)
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...stepsMax {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            result *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return result
    }

    /// The binomial distribution of n = a + b − 1 whose tail it is, in normal scores.
    private static func peizerPratt(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> LogTails {
        // P(X ≤ k) of n tries with success y is I_x(n − k, k + 1).
        let n = a + b - 1, above = max(b - 0.5, 0.25), below = max(a - 0.5, 0.25)
        let distance =
            above + 1.0 / 6 - (n + 1.0 / 3) * y + 0.02 * (x / (above + 0.5) - y / (below + 0.5) + (x - 0.5) / (n + 1))
        func g(_ ratio: Double) -> Double {
            let rest = 1 - ratio
            // Near 1 its series: the terms cancel.
            guard abs(rest) > 1e-3 else { return rest / 3 + rest * rest / 6 }
            return (1 - ratio * ratio + 2 * ratio * PortableMath.log(ratio)) / (rest * rest)
        }
        let factor = (1 + x * g(above / (n * y)) + y * g(below / (n * x))) / ((n + 1.0 / 6) * x * y)
        return normal(distance * max(0, factor).squareRoot())
    }

    /// log(1 − e^l) for l ≤ 0, never above 0.
    static func complement(_ log: Double) -> Double {
        bounded(PortableMath.log1p(-PortableMath.exp(log)))
    }

    /// log(e^a + e^b).
    package static func sum(_ a: Double, _ b: Double) -> Double {
        max(a, b) + PortableMath.log1p(PortableMath.exp(-abs(a - b)))
    }

    private static func bounded(_ log: Double) -> Double { log.isNaN ? least : min(0, max(least, log)) }

    private static let rootOf2Pi = 2.5066282746310002
    private static let logRootOf2Pi = 0.9189385332046727
}
