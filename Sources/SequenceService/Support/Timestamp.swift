/// RFC 3339 text of an instant, in UTC with milliseconds: `2026-01-01T00:00:00.000Z`.
package enum Timestamp {
    /// The years 1 to 9999, which the format can write.
    package static let millisecondsRange: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z; beyond `millisecondsRange` its nearest end is written.
    package static func text(milliseconds: Int64) -> String {
        let milliseconds = min(max(milliseconds, millisecondsRange.lowerBound), millisecondsRange.upperBound)
        let days = floorDivide(milliseconds, 86_400_000)
        let rest = milliseconds - days * 86_400_000
        let (year, month, day) = civil(daysSinceEpoch: days)
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
            + padded(rest / 3_600_000, 2) + ":" + padded(rest / 60_000 % 60, 2) + ":" + padded(rest / 1000 % 60, 2)
            + "." + padded(rest % 1000, 3) + "Z"
    }

    /// Days to year, month, day in the proleptic Gregorian calendar.
    ///
    /// Years are counted from 1 March so that the leap day is the last of its year (Hinnant, "chrono-compatible
    /// low-level date algorithms").
    private static func civil(daysSinceEpoch: Int64) -> (Int64, Int64, Int64) {
        let z = daysSinceEpoch + 719_468
        let era = floorDivide(z, 146_097)
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-a + b - 1) / b) }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
