extension Frequency {
    /// The frequency with steps as long as these on whose grid a date lies: of weeks those on its day of the week, of
    /// months those that keep its day. Business days cannot be moved to a weekend: they become days.
    package func keeping(_ date: CivilDate) -> Frequency {
        let days = date.daysSinceEpoch
        if let grid = CalendarGrid(self, start: days), grid.day(grid.number(notAfter: days)) != days {
            switch unit {
            case .milliseconds, .seconds, .minutes, .hours, .days: return self
            case .businessDays: return Frequency(count, .days)
            case .weeks: return Frequency(count, .weeks(CivilDate.weekday(daysSinceEpoch: days)))
            case .months: return Frequency(count, .months(.ofStart))
            case .quarters: return Frequency(min(count * 3, Self.countMax), .months(.ofStart))
            case .years: return Frequency(min(count * 12, Self.countMax), .months(.ofStart))
            }
        }
        return self
    }
}
