package import Kernels

/// The negative binomial distribution of counts, by mean μ and shape α (Salinas et al. 2020, "DeepAR", 3.1):
///
///     P(z) = Γ(z + r) / (Γ(z + 1) Γ(r)) · (1 / (1 + αμ))^r · (αμ / (1 + αμ))^z      r = 1 / α
///
/// Its variance is μ + αμ²; for α → 0 it is Poisson's.
package struct NegativeBinomial: Sendable, Equatable {
    /// μ > 0.
    package let mean: Double
    /// α > 0.
    package let shape: Double

    /// A distribution by its mean μ > 0 and its shape α > 0.
    package init(mean: Double, shape: Double) {
        self.mean = mean
        self.shape = shape
    }

    /// −log P(z) and its derivatives by μ and α.
    ///
    /// Written with log(Γ(z + r) / (Γ(r) r^z)), which stays small where r is large, so that nothing is lost between
    /// large terms:
    ///
    ///     −log P = log Γ(z + 1) − A(z, r) + (z + r) log(1 + μ / r) − z log μ
    package func loss(_ count: Double) -> (value: Double, byMean: Double, byShape: Double) {
        let r = 1 / shape
        let (rise, slope) = Self.rise(count, r)
        let log1 = PortableMath.log1p(mean / r)
        let value = PortableMath.logGamma(count + 1) - rise + (count + r) * log1 - count * PortableMath.log(mean)
        let byR = -slope + log1 - (count + r) * mean / (r * (r + mean))
        return (value, (mean - count) / (mean * (1 + shape * mean)), -byR * r * r)
    }

    /// A(z, r) = log(Γ(z + r) / (Γ(r) r^z)) and its derivative by r; for r ≥ 8 as a difference of Stirling's series.
    private static func rise(_ z: Double, _ r: Double) -> (value: Double, slope: Double) {
        guard r >= 8 else {
            return (
                PortableMath.logGamma(z + r) - PortableMath.logGamma(r) - z * PortableMath.log(r),
                PortableMath.digamma(z + r) - PortableMath.digamma(r) - z / r
            )
        }
        let sum = r + z
        let log1 = PortableMath.log1p(z / r)
        let (far, near) = (series(sum), series(r))
        return (
            (sum - 0.5) * log1 - z + far.value - near.value,
            log1 - z / r - 0.5 * (1 / sum - 1 / r) + far.slope - near.slope
        )
    }

    /// What log Γ(x) adds to (x − ½) log x − x + ½ log 2π, and its derivative, for x ≥ 8 (Abramowitz & Stegun 6.1.41).
    private static func series(_ x: Double) -> (value: Double, slope: Double) {
        let q = 1 / (x * x)
        return (
            (1.0 / 12 - q * (1.0 / 360 - q * (1.0 / 1260 - q * (1.0 / 1680 - q * (1.0 / 1188))))) / x,
            -q * (1.0 / 12 - q * (1.0 / 120 - q * (1.0 / 252 - q * (1.0 / 240 - q / 132))))
        )
    }

    /// From this mean on quantiles are those of a gamma distribution of the same mean and variance.
    private static let summedMax = 500.0

    /// The least counts z with P(Z ≤ z) ≥ p.
    /// - Parameter levels: p, ascending, each in (0, 1).
    package func quantiles(_ levels: some Sequence<Double>) -> [Double] {
        guard mean <= Self.summedMax else {
            // Wilson & Hilferty 1931.
            let k = mean / (1 + shape * mean)
            return levels.map { level in
                let root = 1 - 1 / (9 * k) + Quantiles.normal(level) / (3 * k.squareRoot())
                return max(0, (mean * root * root * root).rounded())
            }
        }
        let r = 1 / shape, step = shape * mean / (1 + shape * mean)
        var (count, term) = (0.0, PortableMath.exp(-r * PortableMath.log1p(shape * mean)))
        var sum = term
        return levels.map { level in
            while sum < level, count < Self.countsMax {
                term *= step * (count + r) / (count + 1)
                sum += term
                count += 1
            }
            return count
        }
    }

    /// No quantile of a mean that is summed lies beyond.
    private static let countsMax = 1e6

    /// Numbers of a stream that one draw may take.
    package static let numbersPerDraw: UInt64 = 1 << 16

    /// A count: Poisson's with a mean drawn from a gamma distribution of shape 1 / α and mean μ.
    /// - Parameter first: the first of `numbersPerDraw` indices of `random` that belong to this draw.
    package func draw(_ random: CounterRandom, first: UInt64) -> Double {
        var numbers = RandomNumbers(random: random, next: first)
        let r = 1 / shape
        return Self.poisson(mean * shape * Self.gamma(r, &numbers), &numbers)
    }

    /// Tries of a rejection method, each of which fails with probability below ½.
    private static let triesMax = 1000

    /// Gamma of the given shape and scale 1 (Marsaglia & Tsang 2000).
    private static func gamma(_ shape: Double, _ numbers: inout RandomNumbers) -> Double {
        let boost = shape < 1 ? PortableMath.exp(PortableMath.log(numbers.uniform()) / shape) : 1
        let d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        for _ in 0..<triesMax {
            let x = numbers.normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if PortableMath.log(numbers.uniform()) < x * x / 2 + d - d * v + d * PortableMath.log(v) {
                return boost * d * v
            }
        }
        return boost * d
    }

    /// Poisson: by inversion below 30, by Hörmann's transformed rejection (PTRS, 1993) from there.
    private static func poisson(_ mean: Double, _ numbers: inout RandomNumbers) -> Double {
        guard mean >= 30 else {
            var (count, term, rest) = (0.0, PortableMath.exp(-mean), numbers.uniform())
            while rest > term, count < 1000 {
                rest -= term
                count += 1
                term *= mean / count
            }
            return count
        }
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverse = 1.1239 + 1.1328 / (b - 3.4)
        let accepted = 0.9277 - 3.6224 / (b - 2)
        let logMean = PortableMath.log(mean)
        for _ in 0..<triesMax {
            let (u, v) = (numbers.uniform() - 0.5, numbers.uniform())
            let us = 0.5 - abs(u)
            let count = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
            if us >= 0.07 && v <= accepted { return count }
            if count < 0 || us < 0.013 && v > us { continue }
            let bound = count * logMean - mean - PortableMath.logGamma(count + 1)
            if PortableMath.log(v) + PortableMath.log(inverse) - PortableMath.log(a / (us * us) + b) <= bound {
                return count
            }
        }
        return mean.rounded()
    }
}

/// Consecutive numbers of a stream.
private struct RandomNumbers {
    let random: CounterRandom
    var next: UInt64

    /// Uniform in (0, 1].
    mutating func uniform() -> Double {
        defer { next &+= 1 }
        return 1 - random.uniform(next)
    }

    mutating func normal() -> Double {
        // One normal is made of the two numbers 2i and 2i + 1.
        next = (next &+ 1) & ~1
        defer { next &+= 2 }
        return random.normal(next / 2)
    }
}
