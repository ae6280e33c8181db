import SeriesTime

/// Tells columns that say nothing but what clock and calendar say: hours, weekdays as words or in seven columns of 0
/// and 1, sines of the day of the week.
struct CalendarTest {
    /// A cycle: what it shows at a time, below a bound, and which of its turns that is in.
    private struct Cycle: Sendable {
        let name: String
        let bound: Int
        let value: @Sendable (LocalTime) -> Int
        let turn: @Sendable (LocalTime) -> Int
        /// Only columns of so many values are compared with it.
        var distinctMin = 2
    }

    /// Each value of a cycle was there so often, in turns of their own, on the average.
    private static let turnsMin = 3
    private static let year = Cycle(name: "year", bound: 10_000, value: \.date.year, turn: \.date.year)

    // Holidays of fixed dates are functions of the day of the year and the time does not tell them.
    private static let all = [
        Cycle(
            name: "minute", bound: 60, value: { Int($0.microsecondsOfDay / 60_000_000 % 60) },
            turn: { $0.day * 24 + hour($0) }),
        Cycle(name: "hour", bound: 24, value: { hour($0) }, turn: \.day),
        Cycle(
            name: "weekday", bound: 7, value: { CivilDate.weekday(daysSinceEpoch: $0.day).rawValue },
            turn: { floorDivide($0.day - 4, 7) }),
        Cycle(
            name: "day of the month", bound: 32, value: \.date.day, turn: { $0.date.year * 12 + $0.date.month },
            distinctMin: 5),
        Cycle(name: "month", bound: 13, value: \.date.month, turn: \.date.year),
        Cycle(name: "quarter", bound: 4, value: { ($0.date.month - 1) / 3 }, turn: \.date.year),
        Cycle(name: "week", bound: 54, value: \.date.week, turn: \.date.year, distinctMin: 13),
        Cycle(name: "day of the year", bound: 367, value: \.date.dayOfYear, turn: \.date.year, distinctMin: 60),
        year,
    ]

    private let time: TimeFacts
    private let cycles: [Cycle]

    init(_ time: TimeFacts) {
        self.time = time
        cycles = time.isClock ? Self.all.filter { Self.turns($0, time) } : []
    }

    private static func hour(_ time: LocalTime) -> Int { Int(time.microsecondsOfDay / 3_600_000_000) }

    /// Whether the times show several values of a cycle, often enough to tell whether a column depends on them.
    private static func turns(_ cycle: Cycle, _ time: TimeFacts) -> Bool {
        var seen: Set<Int> = [], pairs: Set<Int> = []
        // Years come once each; a column of years is one by its values, not by what it repeats.
        let isYear = cycle.name == year.name, enough = isYear ? 0 : turnsMin * cycle.bound
        for local in time.locals {
            let value = cycle.value(local)
            seen.insert(value)
            if pairs.count < enough { pairs.insert(cycle.turn(local) &* 10_000 &+ value) }
            if seen.count > 1, pairs.count >= enough { return true }
        }
        return seen.count > 1 && (isYear || pairs.count >= turnsMin * seen.count)
    }

    /// The cycle of which a column is a function; nil for others.
    func cycle(of facts: ColumnFacts) -> String? {
        for cycle in cycles where isFunction(facts, of: cycle) { return cycle.name }
        return nil
    }

    private func isFunction(_ facts: ColumnFacts, of cycle: Cycle) -> Bool {
        var keys = [UInt32?](repeating: nil, count: cycle.bound), distinct: Set<UInt32> = []
        let isYear = cycle.name == Self.year.name
        for row in time.codes.indices where time.codes[row] >= 0 {
            let value = cycle.value(time.local(row))
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
