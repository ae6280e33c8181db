extension Frequency {
    /// The seasons that a series of this frequency may have, in steps, shortest first: 24 and 168 of hours, 7 and
    /// 365.25 of days, 12 of months. Cycles are the minute, the hour, the day, the week and, from a step of a day on,
    /// the year; of minutes and hours only where they have at least 12 steps. Empty for years.
    package var seasons: [Double] {
        let day = 86_400.0, year = 365.25 * day
        let step =
            switch unit {
            case .businessDays: Double(count) * day * 7 / 5
            case .months: Double(count) * year / 12
            case .quarters: Double(count) * year / 4
            case .years: Double(count) * year
            default: meanSeconds
            }
        // A week has no whole number of months, and a month of weeks: those would only smear.
        let cycles = step >= 28 * day ? [year] : step >= day ? [7 * day, year] : [60, 3600, day, 7 * day]
        return cycles.filter { $0 / step >= ($0 < day ? 12 : 2) }.map { cycle in
            // Divisions of whole numbers of seconds are exact where they can be; months are not whole.
            let steps = cycle / step
            return abs(steps - steps.rounded()) < 1e-9 ? steps.rounded() : steps
        }
    }
}
