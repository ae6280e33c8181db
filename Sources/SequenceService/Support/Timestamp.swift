import SeriesTime

/// RFC 3339 text of an instant, in UTC with milliseconds: `2026-01-01T00:00:00.000Z`.
package enum Timestamp {
    /// The years 1 to 9999, which the format can write.
    package static let millisecondsRange: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z; beyond `millisecondsRange` its nearest end is written.
    package static func text(milliseconds: Int64) -> String {
        let milliseconds = min(max(milliseconds, millisecondsRange.lowerBound), millisecondsRange.upperBound)
        return TimestampStyle.milliseconds.text(
            Stamp(microseconds: milliseconds * 1000), .fixed(offsetSeconds: 0))
    }

    /// What `text` has written, as milliseconds since 1970; nil for any other text.
    package static func milliseconds(_ text: String) -> Int64? {
        let parts = text.split { "-T:.Z".contains($0) }.compactMap {
            $0.utf8.allSatisfy { $0 &- 0x30 < 10 } && $0.utf8.count <= 4 ? Int($0) : nil
        }
        guard parts.count == 7, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else { return nil }
        let days = CivilDate(year: parts[0], month: parts[1], day: parts[2]).daysSinceEpoch
        let time = ((parts[3] * 60 + parts[4]) * 60 + parts[5]) * 1000 + parts[6]
        let milliseconds = Int64(days * 86_400_000 + time)
        // So the text is one that we write, and no day or hour is beyond its range.
        return Self.text(milliseconds: milliseconds) == text ? milliseconds : nil
    }
}
