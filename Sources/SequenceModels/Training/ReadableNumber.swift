/// Numbers in sentences and progress lines: as many digits as a person reads.
package enum ReadableNumber {
    private static let exponents = -4..<7

    /// `1.23`, `0.00123`, `5310`, `5.31e-7`; `inf` and `nan` for what is not finite.
    ///
    /// - Parameters:
    ///   - digits: significant ones, from 1 to 15.
    ///   - keepsZeros: whether zeros at the end stay, so that numbers that change keep their width.
    package static func text(_ value: Double, digits: Int = 3, keepsZeros: Bool = false) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value > 0 ? "inf" : "-inf" }
        guard value != 0 else { return "0" }
        let (figures, exponent) = rounded(value.magnitude, digits)
        let sign = value < 0 ? "-" : ""
        guard exponents.contains(exponent) else {
            return sign + pointed(figures, 1, keepsZeros) + "e\(exponent)"
        }
        if exponent + 1 >= digits { return sign + figures + String(repeating: "0", count: exponent + 1 - digits) }
        if exponent >= 0 { return sign + pointed(figures, exponent + 1, keepsZeros) }
        return sign + pointed("0" + String(repeating: "0", count: -exponent - 1) + figures, 1, keepsZeros)
    }

    /// The significant digits, and the power of ten of the first.
    private static func rounded(_ magnitude: Double, _ digits: Int) -> (figures: String, exponent: Int) {
        var (mantissa, exponent) = (magnitude, 0)
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        let scale = (1..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let whole = Int((mantissa * scale).rounded())
        return whole < Int(scale) * 10 ? ("\(whole)", exponent) : ("\(whole / 10)", exponent + 1)
    }

    private static func pointed(_ figures: String, _ whole: Int, _ keepsZeros: Bool) -> String {
        var fraction = figures.dropFirst(whole)
        while !keepsZeros, fraction.last == "0" { fraction = fraction.dropLast() }
        return figures.prefix(whole) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
