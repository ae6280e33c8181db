import CKernels

/// Double-precision functions made of IEEE-exact operations only, so that losses and likelihoods have the same bytes on
/// every machine (a C library's own may differ in the last place).
package enum PortableMath {
    /// Natural logarithm; −∞ at 0, NaN below.
    package static func log(_ x: Double) -> Double { rk_log(x) }

    /// log(1 + x), exact to a few units in the last place however small x is (Kahan's correction of the rounding of 1 +
    /// x).
    package static func log1p(_ x: Double) -> Double {
        let sum = 1 + x
        return sum == 1 ? x : log(sum) * (x / (sum - 1))
    }

    /// e^x; 0 below −708, clamped at 709.
    package static func exp(_ x: Double) -> Double { rk_exp(x) }

    /// log(1 + e^x), without overflow.
    package static func softplus(_ x: Double) -> Double {
        x > 0 ? x + log(1 + exp(-x)) : log(1 + exp(x))
    }

    /// 1 / (1 + e^−x).
    package static func sigmoid(_ x: Double) -> Double {
        if x >= 0 { return 1 / (1 + exp(-x)) }
        let e = exp(x)
        return e / (1 + e)
    }

    /// log Γ(x) for x > 0: Stirling's series after shifting x to at least 8 (Abramowitz & Stegun 6.1.41).
    package static func logGamma(_ x: Double) -> Double {
        var shifted = x
        var product = 1.0
        while shifted < 8 {
            product *= shifted
            shifted += 1
        }
        let q = 1 / (shifted * shifted)
        let series = (1.0 / 12 - q * (1.0 / 360 - q * (1.0 / 1260 - q * (1.0 / 1680 - q * (1.0 / 1188))))) / shifted
        return (shifted - 0.5) * log(shifted) - shifted + 0.9189385332046727 + series - log(product)
    }

    /// d log Γ / dx for x > 0 (Abramowitz & Stegun 6.3.18).
    package static func digamma(_ x: Double) -> Double {
        var shifted = x
        var shift = 0.0
        while shifted < 8 {
            shift += 1 / shifted
            shifted += 1
        }
        let q = 1 / (shifted * shifted)
        let series = q * (1.0 / 12 - q * (1.0 / 120 - q * (1.0 / 252 - q * (1.0 / 240 - q / 132))))
        return log(shifted) - 0.5 / shifted - series - shift
    }

    /// cos and sin of 2πu for u in [0, 1), by their Taylor series on an eighth of the circle.
    package static func cosSinTurns(_ u: Double) -> (cos: Double, sin: Double) {
        let octant = Int(u * 8) & 7
        // Distance to the nearest quarter turn, in radians, |r| ≤ π/4.
        let quarter = (octant + 1) / 2
        let r = (u - Double(quarter) * 0.25) * 6.283185307179586
        let q = r * r
        var c = 0.0, s = 0.0
        var term = 18
        while term >= 2 {
            c = (1 + c) * -q / Double(term * (term - 1))
            s = (1 + s) * -q / Double((term + 1) * term)
            term -= 2
        }
        c += 1
        s = r * (1 + s)
        switch quarter & 3 {
        case 0: return (c, s)
        case 1: return (-s, c)
        case 2: return (-c, -s)
        default: return (s, -c)
        }
    }
}
