import SeriesTime

/// Tells columns that say nothing but what clock and calendar say: hours, weekdays as words or in seven columns of 0
/// and 1, sines of the day of the week.
struct CalendarTest {
    /// A cycle, with its value by the code of a time.
    private struct Cycle {
        let name: String
        let values: [Int32]
        let valuesMax: Int
        /// Only columns of so many values are compared with it.
        let distinctMin: Int
    }

    /// Each value of a cycle was there so often, in cycles of their own, on the average.
    private static let cyclesMin = 3

    private let codes: [Int32]
    private let cycles: [Cycle]

    init(_ time: TimeFacts) {
        codes = time.codes
        let dates = time.locals.map(\.date)
        let hours = time.locals.map { Int($0.microsecondsOfDay / 3_600_000_000) }
        let minutes = time.locals.map { Int($0.microsecondsOfDay / 60_000_000 % 60) }
        let days = time.locals.map(\.day)
        let weekdays = days.map { CivilDate.weekday(daysSinceEpoch: $0).rawValue }
        let years = dates.map(\.year)
        // Holidays of fixed dates are functions of the day of the year and the time does not tell them.
        let all: [(name: String, values: [Int], units: [Int], distinctMin: Int)] = [
            ("minute", minutes, zip(days, hours).map { $0 * 24 + $1 }, 2),
            ("hour", hours, days, 2),
            ("weekday", weekdays, days.map { floorDivide($0 - 4, 7) }, 2),
            ("day of the month", dates.map(\.day), dates.map { $0.year * 12 + $0.month }, 5),
            ("month", dates.map(\.month), years, 2), ("quarter", dates.map { ($0.month - 1) / 3 }, years, 2),
            ("week", dates.map(\.week), years, 13), ("day of the year", dates.map(\.dayOfYear), years, 60),
            ("year", years, years, 2),
        ]
        cycles = all.compactMap { name, values, units, distinctMin in
            var seen: Set<Int> = [], pairs: Set<Int> = []
            for (value, unit) in zip(values, units) {
                seen.insert(value)
                pairs.insert(unit &* 10_000 &+ value)
            }
            // Years come once each; a column of years is one by its values, not by what it repeats.
            guard seen.count > 1, name == "year" || pairs.count >= Self.cyclesMin * seen.count else { return nil }
            return Cycle(
                name: name, values: values.map { Int32($0) }, valuesMax: (seen.max() ?? 0) + 1, distinctMin: distinctMin
            )
        }
    }

    /// The cycle of which a column is a function; nil for others.
    func cycle(of facts: ColumnFacts) -> String? {
        for cycle in cycles where isFunction(facts, of: cycle) { return cycle.name }
        return nil
    }

    private func isFunction(_ facts: ColumnFacts, of cycle: Cycle) -> Bool {
        var keys = [UInt32?](repeating: nil, count: cycle.valuesMax), distinct: Set<UInt32> = []
        let isYear = cycle.name == "year"
        for row in codes.indices where codes[row] >= 0 {
            let value = Int(cycle.values[Int(codes[row])])
            let key: UInt32
            if facts.isNumeric {
                let number = facts.column.numbers[row]
                if number.isNaN { continue }
                if isYear, number != Double(value) { return false }
                // Sines that were written with all digits differ in their last ones.
                key = (Float(number) + 0).bitPattern
            } else {
                guard facts.codes[row] >= 0, !isYear else { return false }
                key = UInt32(facts.codes[row])
            }
            if let known = keys[value] {
                if known != key { return false }
            } else {
                keys[value] = key
                distinct.insert(key)
            }
        }
        return distinct.count >= cycle.distinctMin
    }
}
