/// The offsets of a place's clocks from UTC at any time: a time zone of the IANA database.
package struct ZoneRules: Sendable {
    /// As IANA spells it, `Europe/Berlin`.
    package let name: String
    /// When an offset begins, in seconds since 1970-01-01T00:00:00Z, ascending.
    private let changes: [Int64]
    /// The offset from each change on, in seconds east of UTC.
    private let offsets: [Int32]
    private let firstOffset: Int32
    /// When the clock shows that a change is over, its first showing counted: `changes` by the larger of both offsets.
    private let wallChanges: [Int64]
    /// The same where what is shown twice is meant for the second time.
    private let secondWallChanges: [Int64]
    /// Where the table ends; later times have the offsets of 400 years before, the calendar's period.
    private let end: Int64

    /// Seconds of the calendar's period.
    private static let era: Int64 = 146_097 * 86_400

    /// - Parameters:
    ///   - changes: when offsets begin, in seconds since 1970-01-01T00:00:00Z, ascending.
    ///   - offsets: from each change on, in seconds east of UTC.
    ///   - firstOffset: before the first change.
    ///   - rule: what holds after the last change, for ever.
    init(name: String, changes: [Int64], offsets: [Int32], firstOffset: Int32, rule: RecurringZone?) {
        var changes = changes, offsets = offsets, end = Int64.max
        let lastDay = floorDivide(changes.last ?? 0, 86_400)
        let year = CivilDate(daysSinceEpoch: Int(lastDay)).year
        if let rule, !rule.changes(in: year).isEmpty {
            // A period, and half a year more on both sides: it then begins after what the table says.
            for change in (year...(year + 401)).flatMap(rule.changes) where change.second > changes.last ?? .min {
                changes.append(change.second)
                offsets.append(change.offset)
            }
            end = Int64(CivilDate(year: year + 401, month: 7, day: 1).daysSinceEpoch) * 86_400
        }
        self.name = name
        self.firstOffset = changes.isEmpty ? rule?.standardOffset ?? firstOffset : firstOffset
        self.end = end
        self.changes = changes
        self.offsets = offsets
        let before = [firstOffset] + offsets.dropLast()
        wallChanges = changes.indices.map { changes[$0] + Int64(max(offsets[$0], before[$0])) }
        secondWallChanges = changes.indices.map { changes[$0] + Int64(min(offsets[$0], before[$0])) }
    }

    /// Seconds east of UTC at a time.
    ///
    /// - Parameter second: since 1970-01-01T00:00:00Z.
    /// - Complexity: logarithmic in the number of changes.
    package func offsetSeconds(at second: Int64) -> Int64 {
        offset(second < end ? second : within(second), changes)
    }

    /// Seconds east of UTC when the clock shows a time.
    ///
    /// What the clock shows twice is meant for the first time. What it never shows has the offset from before the gap,
    /// so it is as much later as clocks were put forward (RFC 5545, 3.3.5).
    ///
    /// - Parameters:
    ///   - second: since 1970-01-01T00:00:00 by the clock.
    ///   - isSecond: what the clock shows twice is meant for the second time instead.
    package func offsetSeconds(local second: Int64, isSecond: Bool = false) -> Int64 {
        // One day before the end, as the offset is not known yet.
        let second = second < end - 86_400 ? second : within(second)
        return offset(second, isSecond ? secondWallChanges : wallChanges)
    }

    private func within(_ second: Int64) -> Int64 {
        end == .max ? second : second - (floorDivide(second - (end - 86_400), Self.era) + 1) * Self.era
    }

    /// The offset after the last of `bounds` that is not later than `second`.
    private func offset(_ second: Int64, _ bounds: [Int64]) -> Int64 {
        var low = 0, high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return Int64(low == 0 ? firstOffset : offsets[low - 1])
    }
}
