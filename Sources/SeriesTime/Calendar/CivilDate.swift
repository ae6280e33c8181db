/// A day of the proleptic Gregorian calendar. All conversions between days and dates of the product are made here.
///
/// Years are counted from 1 March, so that the leap day is the last of its year, in eras of 400 years, which all have
/// the same number of days (Howard Hinnant, "chrono-compatible low-level date algorithms").
package struct CivilDate: Hashable, Comparable, Sendable {
    /// Astronomical: 0 is the year before 1.
    package let year: Int
    /// From 1, January.
    package let month: Int
    /// Of the month, from 1.
    package let day: Int

    /// Days of a week, of an era of 400 years, and between 0000-03-01 and 1970-01-01.
    private static let week = 7, era = 146_097, epochDays = 719_468

    /// - Precondition: the month is 1 to 12. A day beyond the month counts on into the next ones.
    package init(year: Int, month: Int, day: Int) {
        precondition((1...12).contains(month), "month \(month) of 1 to 12")
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Parameter days: since 1970-01-01, negative before.
    package init(daysSinceEpoch days: Int) {
        let shifted = days + Self.epochDays
        let era = floorDivide(shifted, Self.era)
        let dayOfEra = shifted - era * Self.era
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    }

    /// The inverse of `init(daysSinceEpoch:)`.
    package var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * Self.era + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - Self.epochDays
    }

    /// Whether the year has a 29 February.
    package static func isLeap(year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    /// 28 to 31.
    package static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Of a day counted from 1970-01-01, which was a Thursday.
    package static func weekday(daysSinceEpoch days: Int) -> Weekday {
        Weekday(daysAfterMonday: days + Weekday.thursday.rawValue)
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// From 1 for 1 January.
    package var dayOfYear: Int { daysSinceEpoch - CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + 1 }

    /// The week of ISO 8601, from 1: weeks begin on Monday and belong to the year that has their Thursday.
    package var week: Int {
        let days = daysSinceEpoch
        let thursday = days - Self.weekday(daysSinceEpoch: days).rawValue + Weekday.thursday.rawValue
        return (CivilDate(daysSinceEpoch: thursday).dayOfYear - 1) / Self.week + 1
    }
}

/// Division that rounds down, so that what lies before an epoch falls into the unit that it belongs to.
package func floorDivide<Number: BinaryInteger>(_ dividend: Number, _ divisor: Number) -> Number {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
