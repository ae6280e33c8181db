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
}
