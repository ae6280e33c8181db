/// The timestamps of a series: when they are, in which zone, and how they were written.
package struct TimestampColumn: Sendable {
    /// In the order of the column.
    package let stamps: [Stamp]
    /// The zone asked for; otherwise the offset that all timestamps have, UTC where they differ or are numbers, and
    /// `Zone.floating` where they have none.
    package let zone: Zone
    /// The finest of the column, otherwise that of the first.
    package let style: TimestampStyle

    /// Reads a column. Text may be RFC 3339 or ISO 8601, with or without an offset but not both; date, month or year
    /// alone; numbers, also as text, are seconds or milliseconds since 1970.
    ///
    /// Numbers below 1e11 are seconds (until the year 5138), those from there milliseconds (from March 1973 on).
    ///
    /// - Parameters:
    ///   - zone: of text without an offset, and of the calendar. Hours that its clocks show twice are told apart by the
    ///     order of the column.
    ///   - epochUnit: of numbers; nil to tell it by their size.
    /// - Throws: `TimeError.invalidTimestamp` and `mixedTimestamps` with the first place.
    package init(_ values: [TimestampValue], zone: Zone? = nil, epochUnit: EpochUnit? = nil) throws(TimeError) {
        var numbers: [Double] = [], texts: [TimestampText] = []
        for (place, value) in values.enumerated() {
            switch value {
            case .number(let number): numbers.append(number)
            case .text(let text):
                do throws(TimestampText.Fault) {
                    if texts.isEmpty { texts.reserveCapacity(values.count) }
                    texts.append(try TimestampText(text))
                } catch {
                    guard let number = EpochNumbers.number(text) else {
                        throw TimeError.invalidTimestamp(place: place, text: text, reason: error.reason)
                    }
                    numbers.append(number)
                }
            }
            if !numbers.isEmpty, !texts.isEmpty {
                throw TimeError.mixedTimestamps(
                    place: place, reason: "numbers and dates in one column; write all in one way")
            }
        }
        if texts.isEmpty {
            let unit = if let epochUnit { epochUnit } else { try EpochNumbers.unit(numbers) }
            self.zone = zone ?? .fixed(offsetSeconds: 0)
            style = TimestampStyle(epochUnit: unit)
            stamps = try EpochNumbers.stamps(numbers, unit)
        } else {
            var style = try Self.commonStyle(texts)
            if let first = texts[0].offsetSeconds {
                let isCommon = texts.allSatisfy { $0.offsetSeconds == first }
                if !isCommon, zone == nil { style.suffix = .z }
                self.zone = zone ?? .fixed(offsetSeconds: isCommon ? first : 0)
            } else {
                self.zone = zone ?? .floating
            }
            self.style = style
            stamps = try Self.stamps(texts, self.zone)
        }
    }

    /// Whether all or none have an offset, and what is fine enough for all.
    private static func commonStyle(_ texts: [TimestampText]) throws(TimeError) -> TimestampStyle {
        var style = texts[0].style, previous = style
        let hasOffset = texts[0].offsetSeconds != nil
        for (place, text) in texts.enumerated() {
            guard (text.offsetSeconds != nil) == hasOffset else {
                throw TimeError.mixedTimestamps(
                    place: place,
                    reason: hasOffset
                        ? "no offset from UTC, which the first one has; write it in all or in none"
                        : "an offset from UTC, which the first one does not have; write it in all or in none")
            }
            // Nearly always all have one style.
            if text.style != previous { style = style.joined(text.style) }
            previous = text.style
        }
        return style
    }

    private static func stamps(_ texts: [TimestampText], _ zone: Zone) throws(TimeError) -> [Stamp] {
        var stamps = texts.map { Stamp(microseconds: $0.local - Int64($0.offsetSeconds ?? 0) * 1_000_000) }
        guard texts[0].offsetSeconds == nil, zone != .floating else { return stamps }
        // What comes second in time is second in the column, or first when that runs backwards.
        let isDescending = stamps[stamps.count - 1] < stamps[0]
        var previous: Stamp?
        for index in stamps.indices {
            let place = isDescending ? stamps.count - 1 - index : index
            let local = LocalTime(microseconds: texts[place].local)
            var stamp = zone.stamp(local)
            if let previous, stamp <= previous {
                let second = zone.stamp(local, isSecond: true)
                if second > previous, zone.local(second) == local { stamp = second }
            }
            // A day begins later where its midnight is skipped; a time that is skipped is an error of the data.
            guard zone.local(stamp) == local || texts[place].style.precision <= .day else {
                throw TimeError.invalidTimestamp(
                    place: place,
                    text: TimestampStyle.dateTime.text(Stamp(microseconds: local.microseconds), .floating),
                    reason:
                        "the clocks of this time zone skip that time; times of a constant offset are written with it "
                        + "(2026-01-31T12:00:00+01:00)")
            }
            guard Stamp.range.contains(stamp) else {
                throw TimeError.invalidTimestamp(
                    place: place, text: TimestampStyle.dateTime.text(stamp, .floating),
                    reason: "outside of the years 1 to 9999 in UTC")
            }
            stamps[place] = stamp
            previous = stamp
        }
        return stamps
    }
}
