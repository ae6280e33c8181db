/// The days of a frequency of the calendar, numbered without gaps: day number, business day, week, month.
package struct CalendarGrid: Sendable {
    private enum Kind {
        case days
        case businessDays
        case weeks(Weekday)
        case months
    }

    private let kind: Kind
    /// Of months: the day of the month, 31 for the last; shorter months have their last.
    private let dayOfMonth: Int
    /// Of months: every `period` months, those whose number leaves `phase`.
    private let period: Int
    private let phase: Int

    /// Which day of the month is kept by months that keep that of their start, and what no frequency would ever need.
    private static let lastDay = 31

    /// The grid of a frequency.
    ///
    /// - Parameter start: the day whose place in the month `Frequency.MonthDay.ofStart` keeps, since 1970-01-01.
    /// - Returns: nil for a frequency of absolute length.
    package init?(_ frequency: Frequency, start: Int) {
        func dayOfMonth(_ day: Frequency.MonthDay) -> Int {
            switch day {
            case .first: 1
            case .last: Self.lastDay
            case .ofStart: CivilDate(daysSinceEpoch: start).day
            }
        }
        switch frequency.unit {
        case .milliseconds, .seconds, .minutes, .hours: return nil
        case .days: (kind, self.dayOfMonth, period, phase) = (.days, 1, 1, 0)
        case .businessDays: (kind, self.dayOfMonth, period, phase) = (.businessDays, 1, 1, 0)
        case .weeks(let weekday): (kind, self.dayOfMonth, period, phase) = (.weeks(weekday), 1, 1, 0)
        case .months(let day): (kind, self.dayOfMonth, period, phase) = (.months, dayOfMonth(day), 1, 0)
        case .quarters(let month, let day):
            (kind, self.dayOfMonth, period, phase) = (.months, dayOfMonth(day), 3, (month - 1) % 3)
        case .years(let month, let day):
            (kind, self.dayOfMonth, period, phase) = (.months, dayOfMonth(day), 12, month - 1)
        }
    }

    /// The number of the last grid day that is not later than a day.
    package func number(notAfter day: Int) -> Int {
        switch kind {
        case .days: return day
        case .businessDays:
            let sinceMonday = day + Weekday.thursday.rawValue
            let week = floorDivide(sinceMonday, 7)
            return week * 5 + min(sinceMonday - week * 7, 4)
        case .weeks(let weekday): return floorDivide(day + Weekday.thursday.rawValue - weekday.rawValue, 7)
        case .months:
            let date = CivilDate(daysSinceEpoch: day)
            let month = date.year * 12 + date.month - 1
            let number = floorDivide(month - phase, period)
            return self.day(number) <= day ? number : number - 1
        }
    }

    /// The grid day of a number, since 1970-01-01.
    package func day(_ number: Int) -> Int {
        switch kind {
        case .days: return number
        case .businessDays:
            let week = floorDivide(number, 5)
            return week * 7 + (number - week * 5) - Weekday.thursday.rawValue
        case .weeks(let weekday): return number * 7 + weekday.rawValue - Weekday.thursday.rawValue
        case .months:
            let month = number * period + phase
            let year = floorDivide(month, 12)
            let day = min(dayOfMonth, CivilDate.daysInMonth(year: year, month: month - year * 12 + 1))
            return CivilDate(year: year, month: month - year * 12 + 1, day: day).daysSinceEpoch
        }
    }
}
