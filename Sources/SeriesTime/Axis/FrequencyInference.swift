/// Finds the frequency of timestamps, as `pandas.infer_freq` does where nothing is missing, and where steps are missing
/// too.
///
/// Distances are multiples of their greatest common divisor. That is the frequency if it is also the most common
/// distance, or if at least half of its steps are there: a stamp that is late by a second does not make a frequency of
/// seconds.
package enum FrequencyInference {
    /// What was found.
    package enum Outcome: Equatable {
        /// The frequency of all stamps, with gaps.
        case found(Frequency)
        /// Which stamps do not fit to `likely`, or to each other.
        case irregular(indices: [Int], likely: Frequency?)
    }

    /// Two distances could be anything.
    static let stampsMin = 3

    /// The frequency of the stamps.
    ///
    /// - Parameter stamps: ascending, all different, at least `stampsMin`.
    package static func infer(_ stamps: [Stamp], _ zone: Zone) -> Outcome {
        if let days = daysOfEqualTimes(stamps, zone) {
            let found = months(days) ?? evenDays(days) ?? businessDays(days) ?? sparseDays(days)
            return found.map { .found($0) } ?? irregularDays(days)
        }
        let times = stamps.map(\.microseconds)
        if let length = distance(times), let frequency = absolute(length) { return .found(frequency) }
        return irregular(times) {
            // Days that differ in their time of day are still meant as days.
            let days = $0 / Stamp.microsecondsPerDay
            return $0.isMultiple(of: Stamp.microsecondsPerDay) ? sparse(Int(days), on: nil) : absolute($0)
        }
    }

    // MARK: Distances

    private static func distances<Number: BinaryInteger>(_ values: [Number]) -> [Number] {
        zip(values.dropFirst(), values).map { $0 - $1 }
    }

    /// The distance of which all others are multiples, nil when there is none that is plausible.
    private static func distance<Number: BinaryInteger & SignedInteger>(_ values: [Number]) -> Number? {
        let distances = distances(values)
        let divisor = distances.reduce(0) { greatestCommonDivisor($0, $1) }
        guard divisor > 0, let first = values.first, let last = values.last else { return nil }
        let steps = (last - first) / divisor
        return Number(values.count * 2) > steps || divisor == mostCommon(distances) ? divisor : nil
    }

    private static func greatestCommonDivisor<Number: BinaryInteger>(_ a: Number, _ b: Number) -> Number {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    /// Of several the smallest.
    private static func mostCommon<Number: BinaryInteger>(_ values: [Number]) -> Number {
        var counts: [Number: Int] = [:]
        for value in values { counts[value, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }

    /// Nil below a millisecond, and for more units than a step may have.
    private static func absolute(_ microseconds: Int64) -> Frequency? {
        guard microseconds > 0, microseconds.isMultiple(of: 1000) else { return nil }
        let units: [(Int64, Frequency.Unit)] = [
            (3_600_000_000, .hours), (60_000_000, .minutes), (1_000_000, .seconds), (1000, .milliseconds),
        ]
        for (size, unit) in units where microseconds.isMultiple(of: size) {
            let count = Int(microseconds / size)
            return count <= Frequency.countMax ? Frequency(count, unit) : nil
        }
        return nil
    }

    // MARK: Days

    /// The days of stamps that all have one time of day, nil if they do not. A time that the clock skips counts.
    private static func daysOfEqualTimes(_ stamps: [Stamp], _ zone: Zone) -> [Int]? {
        let last = zone.local(stamps[stamps.count - 1]).microsecondsOfDay
        // One of the two may be what the clock shows for a time that it skips.
        for time in Set([zone.local(stamps[0]).microsecondsOfDay, last]) {
            var days: [Int] = []
            for stamp in stamps {
                let local = zone.local(stamp)
                guard
                    let day = [local.day, local.day - 1].first(where: {
                        (local.microsecondsOfDay == time && $0 == local.day)
                            || zone.stamp(LocalTime(day: $0, microsecondsOfDay: time)) == stamp
                    })
                else { break }
                days.append(day)
            }
            if days.count == stamps.count, zip(days, days.dropFirst()).allSatisfy({ $0 < $1 }) { return days }
        }
        return nil
    }

    private static func months(_ days: [Int]) -> Frequency? {
        let dates = days.map { CivilDate(daysSinceEpoch: $0) }
        let months = dates.map { $0.year * 12 + $0.month - 1 }
        guard zip(months, months.dropFirst()).allSatisfy({ $0 < $1 }), let count = distance(months),
            let place = placeInMonth(dates)
        else { return nil }
        let first = dates[0].month
        if place == .ofStart { return Frequency(count, .months(.ofStart)) }
        if count.isMultiple(of: 12) { return Frequency(count / 12, .years(month: first, place)) }
        if count.isMultiple(of: 3) { return Frequency(count / 3, .quarters(month: first, place)) }
        return Frequency(count, .months(place))
    }

    private static func placeInMonth(_ dates: [CivilDate]) -> Frequency.MonthDay? {
        func last(_ date: CivilDate) -> Int { CivilDate.daysInMonth(year: date.year, month: date.month) }
        if dates.allSatisfy({ $0.day == 1 }) { return .first }
        if dates.allSatisfy({ $0.day == last($0) }) { return .last }
        let day = dates[0].day
        return dates.allSatisfy { $0.day == min(day, last($0)) } ? .ofStart : nil
    }

    private static func evenDays(_ days: [Int]) -> Frequency? {
        Set(distances(days)).count == 1 ? sparseDays(days) : nil
    }

    private static func sparseDays(_ days: [Int]) -> Frequency? {
        distance(days).flatMap { sparse($0, on: CivilDate.weekday(daysSinceEpoch: days[0])) }
    }

    /// Days, or weeks where a weekday is known.
    private static func sparse(_ count: Int, on weekday: Weekday?) -> Frequency? {
        guard (1...Frequency.countMax).contains(count) else { return nil }
        if let weekday, count.isMultiple(of: 7) { return Frequency(count / 7, .weeks(weekday)) }
        return Frequency(count, .days)
    }

    /// Days without weekends, if there was one between them.
    private static func businessDays(_ days: [Int]) -> Frequency? {
        let weekdays = days.map { CivilDate.weekday(daysSinceEpoch: $0) }
        guard !weekdays.contains(where: { $0 == .saturday || $0 == .sunday }),
            zip(weekdays, weekdays.dropFirst()).contains(where: { $0.rawValue >= $1.rawValue }),
            !(distances(days).allSatisfy { $0.isMultiple(of: 7) }),
            let grid = CalendarGrid(Frequency(1, .businessDays), start: 0)
        else { return nil }
        return distance(days.map { grid.number(notAfter: $0) }).map { Frequency($0, .businessDays) }
    }

    // MARK: What does not fit

    private static func irregularDays(_ days: [Int]) -> Outcome {
        let dates = days.map { CivilDate(daysSinceEpoch: $0) }
        for place in [Frequency.MonthDay.first, .last] {
            let wrong = dates.indices.filter { index in
                let date = dates[index], last = CivilDate.daysInMonth(year: date.year, month: date.month)
                return date.day != (place == .first ? 1 : last)
            }
            // Months that are mostly right are what was meant, whatever the distances say.
            if wrong.count * 2 < days.count, !wrong.isEmpty {
                return .irregular(indices: wrong, likely: Frequency(1, .months(place)))
            }
        }
        let weekday = mostCommon(days.map { CivilDate.weekday(daysSinceEpoch: $0).rawValue })
        return irregular(days) { sparse($0, on: Weekday(daysAfterMonday: weekday)) }
    }

    /// How many of the most common distances are tried.
    private static let gridsMax = 3

    /// Those that are not on the grid that most are on; without one, those that follow at another than the most common
    /// distance.
    private static func irregular<Number: BinaryInteger & SignedInteger>(
        _ values: [Number], _ frequency: (Number) -> Frequency?
    ) -> Outcome {
        var counts: [Number: Int] = [:], best: (wrong: [Int], likely: Frequency?)?
        for distance in distances(values) { counts[distance, default: 0] += 1 }
        let common = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(gridsMax).map(\.key)
        for distance in common {
            let phases = values.map { $0 - floorDivide($0, distance) * distance }
            let phase = mostCommon(phases)
            let wrong = values.indices.filter { phases[$0] != phase }
            // A grid that all are on is too fine to be meant.
            if !wrong.isEmpty, wrong.count * 2 < values.count, best.map({ wrong.count < $0.wrong.count }) ?? true {
                best = (wrong, frequency(distance))
            }
        }
        if let best { return .irregular(indices: best.wrong, likely: best.likely) }
        let late = values.indices.dropFirst().filter { values[$0] - values[$0 - 1] != common.first }
        return .irregular(indices: late, likely: nil)
    }
}
