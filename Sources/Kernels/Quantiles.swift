/// Inverses of distribution functions, of the operations of `PortableMath` only.
package enum Quantiles {
    /// z with Φ(z) = p, for p in (0, 1): Wichura's algorithm AS 241 (1988), relative error about 1e-16.
    package static func normal(_ p: Double) -> Double {
        let q = p - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * ratio(r, central.above, central.below)
        }
        let tail = min(p, 1 - p)
        guard tail > 0 else { return p < 0.5 ? -.infinity : .infinity }
        let r = (-PortableMath.log(tail)).squareRoot()
        let value =
            r <= 5 ? ratio(r - 1.6, near.above, near.below) : ratio(r - 5, far.above, far.below)
        return q < 0 ? -value : value
    }

    /// t with P(T ≤ t) = p of Student's distribution with ν ≥ 2 degrees of freedom: Hill's algorithm 396 (1970),
    /// relative error below 2e-3 at 2, 1e-4 from 2.5 and 1e-7 from 6 on; infinite ν means the normal distribution.
    package static func student(_ p: Double, degreesOfFreedom n: Double) -> Double {
        guard n.isFinite else { return normal(p) }
        let both = 2 * min(p, 1 - p)
        if both >= 1 { return 0 }
        let a = 1 / (n - 0.5)
        let b = 48 / (a * a)
        var c = ((20_700 * a / b - 98) * a - 16) * a + 96.36
        let d = ((94.5 / (b + c) - 3) / b + 1) * (a * Double.pi / 2).squareRoot() * n
        var y = PortableMath.exp(2 / n * PortableMath.log(d * both))
        if y > 0.05 + a {
            let x = normal(both / 2)
            y = x * x
            if n < 5 { c += 0.3 * (n - 4.5) * (x + 0.6) }
            c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
            y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
            y = PortableMath.exp(a * y * y) - 1
        } else {
            let inner = 1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)
            y = (inner * y - 1) * (n + 1) / (n + 2) + 1 / y
        }
        let value = (n * max(0, y)).squareRoot()
        return p < 0.5 ? -value : value
    }

    private typealias Ratio = (above: [Double], below: [Double])

    /// Of |p - ½| ≤ 0.425.
    private static let central: Ratio = (
        [
            3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
            45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
        ],
        [
            1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
            39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
        ]
    )

    /// Of √(-log tail) up to 5.
    private static let near: Ratio = (
        [
            1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
            1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
        ],
        [
            1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
            0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        ]
    )

    /// Beyond.
    private static let far: Ratio = (
        [
            6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
            0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
        ],
        [
            1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525, 7.86869131145613259100e-4,
            1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
        ]
    )

    private static func ratio(_ x: Double, _ above: [Double], _ below: [Double]) -> Double {
        polynomial(x, above) / polynomial(x, below)
    }

    private static func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
        coefficients.reversed().reduce(0) { $0 * x + $1 }
    }
}
