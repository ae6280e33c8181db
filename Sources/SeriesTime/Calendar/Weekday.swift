/// A day of the week, Monday first, as ISO 8601 counts.
package enum Weekday: Int, CaseIterable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// The day that comes so many days after (or before) a Monday.
    package init(daysAfterMonday days: Int) {
        self = Self.allCases[days - floorDivide(days, Self.allCases.count) * Self.allCases.count]
    }

    /// Three capitals, as frequencies write it: `SUN`.
    package var name: String { Self.names[rawValue] }

    /// Names by `rawValue`.
    static let names = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
}

/// Names of months as frequencies write them, January first: `QS-FEB`.
enum MonthName {
    static let all = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
}
