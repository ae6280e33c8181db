import SequenceModels

/// Numbers of a table as people read them: with as many decimals as tell them apart, the points below each other.
package struct AlignedNumbers: Sendable {
    /// Significant digits of the largest number.
    private static let digits = 5
    /// Those in which numbers that are near each other differ, and those that a small one has at least.
    private static let digitsMin = 3
    /// Decimals are exact up to here (2^53).
    private static let wholeMax = 9e15

    /// Behind the point.
    private let decimals: Int

    /// - Parameter values: all that stand in the table, or the first of those that come.
    package init(of values: [Double]) {
        let finite = values.filter(\.isFinite)
        let largest = finite.map(\.magnitude).max() ?? 0
        let spread = (finite.max() ?? 0) - (finite.min() ?? 0)
        let wanted = max(
            largest > 0 ? Self.digits - 1 - Self.exponent(largest) : 0,
            spread > 0 && spread.isFinite ? Self.digitsMin - 1 - Self.exponent(spread) : 0)
        var decimals = max(0, min(wanted, 15))
        while decimals > 0, largest * Self.power(decimals) > Self.wholeMax { decimals -= 1 }
        self.decimals = decimals
    }

    /// A number with these decimals; with more where it would have less than three digits, and with an exponent where
    /// it is far too small or too large.
    package func text(_ value: Double) -> String {
        guard value.isFinite, value != 0 else {
            return value == 0 ? Self.fixed(0, decimals) : ReadableNumber.text(value)
        }
        let exponent = Self.exponent(value.magnitude), needed = Self.digitsMin - 1 - exponent
        let places = max(decimals, needed)
        guard exponent >= -6, value.magnitude * Self.power(places) <= Self.wholeMax else {
            return ReadableNumber.text(value, digits: Self.digits, keepsZeros: true)
        }
        return Self.fixed(value, places)
    }

    /// Texts of one width, with their points, or the ends of those without one, below each other. Others stand left.
    ///
    /// - Parameter texts: nil for what is not a number.
    package static func aligned(_ texts: [String?]) -> [String] {
        let parts = texts.map { text in
            text.map { text in
                let point = text.firstIndex { $0 == "." || $0 == "e" } ?? text.endIndex
                return (before: text[..<point].count, after: text[point...].count)
            }
        }
        let after = parts.map { $0?.after ?? 0 }.max() ?? 0
        return zip(texts, parts).map { text, part in
            guard let text, let part else { return text ?? "" }
            return text + String(repeating: " ", count: after - part.after)
        }
    }

    /// Of the first digit.
    private static func exponent(_ magnitude: Double) -> Int {
        var (rest, exponent) = (magnitude, 0)
        while rest >= 10 { (rest, exponent) = (rest / 10, exponent + 1) }
        while rest < 1 { (rest, exponent) = (rest * 10, exponent - 1) }
        return exponent
    }

    private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scaled = Int((value.magnitude * power(decimals)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + "\(scaled)" }
        let figures = String(scaled)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - figures.count)) + figures
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
