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

    /// What `text` has written, as milliseconds since 1970; nil for any other text.
    package static func milliseconds(_ text: String) -> Int64? {
        let parts = text.split { "-T:.Z".contains($0) }.compactMap {
            $0.utf8.allSatisfy { $0 &- 0x30 < 10 } && $0.utf8.count <= 4 ? Int64($0) : nil
        }
        guard parts.count == 7, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else { return nil }
        let time = ((parts[3] * 60 + parts[4]) * 60 + parts[5]) * 1000 + parts[6]
        let milliseconds = days(parts[0], parts[1], parts[2]) * 86_400_000 + time
        // So the text is one that we write, and no day or hour is beyond its range.
        return Self.text(milliseconds: milliseconds) == text ? milliseconds : nil
    }

    /// Year, month and day to days since 1970; the inverse of `civil`.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400), yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
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
