/// What clock and calendar say about a time, as a fraction of the cycle that it repeats in: 0 at its begin, below 1.
package enum CalendarFeature: String, CaseIterable, Sendable {
    case minuteOfHour, hourOfDay, dayOfWeek, dayOfMonth, dayOfYear, weekOfYear, monthOfYear, quarterOfYear

    /// Those that differ between the steps of a frequency and repeat: an hourly series has no minutes, a monthly one no
    /// days.
    package static func varying(with frequency: Frequency) -> [CalendarFeature] {
        switch frequency.unit {
        case .milliseconds, .seconds, .minutes:
            [.minuteOfHour, .hourOfDay, .dayOfWeek, .dayOfMonth, .dayOfYear]
        case .hours: [.hourOfDay, .dayOfWeek, .dayOfMonth, .dayOfYear]
        case .days, .businessDays: [.dayOfWeek, .dayOfMonth, .dayOfYear]
        case .weeks: [.dayOfMonth, .weekOfYear]
        case .months: [.monthOfYear]
        case .quarters: [.quarterOfYear]
        case .years: []
        }
    }

    /// How long its cycle is, on the average.
    package var cycleSeconds: Double {
        let unit: Frequency.Unit =
            switch self {
            case .minuteOfHour: .hours
            case .hourOfDay: .days
            case .dayOfWeek: .weeks(.monday)
            case .dayOfMonth: .months(.first)
            case .dayOfYear, .weekOfYear, .monthOfYear, .quarterOfYear: .years(month: 1, .first)
            }
        return Frequency(1, unit).meanSeconds
    }

    /// 0 up to 1.
    package func value(_ local: LocalTime) -> Double {
        let hour: Int64 = 3_600_000_000
        let date = local.date
        switch self {
        case .minuteOfHour: return Double(local.microsecondsOfDay % hour) / Double(hour)
        case .hourOfDay: return Double(local.microsecondsOfDay) / Double(Stamp.microsecondsPerDay)
        case .dayOfWeek: return Double(CivilDate.weekday(daysSinceEpoch: local.day).rawValue) / 7
        case .dayOfMonth:
            return Double(date.day - 1) / Double(CivilDate.daysInMonth(year: date.year, month: date.month))
        case .dayOfYear: return Double(date.dayOfYear - 1) / (CivilDate.isLeap(year: date.year) ? 366 : 365)
        // A year has 52 or 53 weeks (ISO 8601).
        case .weekOfYear: return Double(date.week - 1) / 53
        case .monthOfYear: return Double(date.month - 1) / 12
        case .quarterOfYear: return Double((date.month - 1) / 3) / 4
        }
    }
}
