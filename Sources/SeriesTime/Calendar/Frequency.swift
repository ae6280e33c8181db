/// The distance between the steps of a series: so many units, each of a fixed length or of the calendar.
///
/// Multiples of seconds, minutes and hours are absolute: across a change to daylight saving time the clock jumps. Days
/// and longer keep the time on the clock. That is how `pandas.date_range` counts.
package struct Frequency: Hashable, Sendable, CustomStringConvertible {
    /// Which day a month, quarter or year is stamped with.
    package enum MonthDay: Hashable, Sendable {
        case first
        case last
        /// That of the start, or the last one of a month that is too short for it.
        case ofStart
    }

    /// What is counted.
    package enum Unit: Hashable, Sendable {
        case milliseconds, seconds, minutes, hours
        case days
        /// Monday to Friday; holidays count.
        case businessDays
        /// Stamped on this day of the week.
        case weeks(Weekday)
        case months(MonthDay)
        /// - Parameter month: 1 to 12, one of the four in which quarters begin (`first`) or end (`last`).
        case quarters(month: Int, MonthDay)
        /// - Parameter month: 1 to 12, the one in which years begin (`first`) or end (`last`).
        case years(month: Int, MonthDay)
    }

    /// Of units of absolute length the largest that divides the frequency: 60 minutes are an hour, 24 hours not a day.
    package let unit: Unit
    /// At least 1.
    package let count: Int

    /// The most units that a step may have; with it no step is longer than the calendar.
    package static let countMax = 1_000_000

    /// - Precondition: `count` is 1 to `countMax`, a month 1 to 12.
    package init(_ count: Int = 1, _ unit: Unit) {
        precondition((1...Self.countMax).contains(count), "a frequency of \(count) units")
        var (unit, count) = (unit, count)
        for (small, size, large) in Self.largerUnits where unit == small && count.isMultiple(of: size) {
            (unit, count) = (large, count / size)
        }
        if case .quarters(let month, let day) = unit {
            precondition((1...12).contains(month), "month \(month) of 1 to 12")
            // The same quarters have one name: those of pandas' defaults, QS-JAN and QE-DEC, and their neighbours.
            unit = .quarters(month: (month - 1) % 3 + (day == .last ? 10 : 1), day)
        }
        self.unit = unit
        self.count = count
    }

    private static let largerUnits: [(Unit, Int, Unit)] = [
        (.milliseconds, 1000, .seconds), (.seconds, 60, .minutes), (.minutes, 60, .hours),
    ]

    /// The length of a step where it is absolute, nil where the calendar decides.
    package var microseconds: Int64? {
        switch unit {
        case .milliseconds: Int64(count) * 1000
        case .seconds: Int64(count) * Stamp.microsecondsPerSecond
        case .minutes: Int64(count) * 60 * Stamp.microsecondsPerSecond
        case .hours: Int64(count) * 3600 * Stamp.microsecondsPerSecond
        default: nil
        }
    }

    /// How long a step is, on the average of 400 years.
    package var meanSeconds: Double {
        let day = 86_400.0, year = 365.2425 * day
        return switch unit {
        case .milliseconds, .seconds, .minutes, .hours: Double(microseconds ?? 0) / 1e6
        case .days: Double(count) * day
        case .businessDays: Double(count) * day * 7 / 5
        case .weeks: Double(count) * day * 7
        case .months: Double(count) * year / 12
        case .quarters: Double(count) * year / 4
        case .years: Double(count) * year
        }
    }

    /// The canonical spelling, which `init(_:)` reads back: pandas' own (`15min`, `W-SUN`, `QS-JAN`), or ISO 8601's
    /// where only that can say it (`P1M`).
    package var description: String {
        let times = count == 1 ? "" : "\(count)"
        switch unit {
        case .milliseconds: return times + "ms"
        case .seconds: return times + "s"
        case .minutes: return times + "min"
        case .hours: return times + "h"
        case .days: return times + "D"
        case .businessDays: return times + "B"
        case .weeks(let weekday): return times + "W-" + weekday.name
        case .months(.ofStart): return count.isMultiple(of: 12) ? "P\(count / 12)Y" : "P\(count)M"
        case .months(let day): return times + (day == .first ? "MS" : "ME")
        case .quarters(let month, let day):
            return times + (day == .last ? "QE-" : "QS-") + MonthName.all[month - 1]
        case .years(let month, let day): return times + (day == .last ? "YE-" : "YS-") + MonthName.all[month - 1]
        }
    }
}
