/// The offset that holds for ever after a zone's last recorded change, with its yearly changes: what the TZ variable of
/// POSIX (IEEE Std 1003.1, 8.3) says, as the last line of a file of RFC 9636 does: `CET-1CEST,M3.5.0,M10.5.0/3`.
package struct RecurringZone: Equatable {
    /// A day of the year, and the clock's time on it at which an offset begins.
    enum Day: Equatable {
        /// 1 to 365; 29 February is never counted.
        case julian(Int)
        /// 0 to 365; 29 February is counted.
        case zeroBased(Int)
        /// Weekday number `week` (5: the last) of a month; weekdays count from Sunday, 0.
        case monthly(month: Int, week: Int, weekday: Int)
    }

    private struct Change: Equatable {
        var day: Day
        /// After midnight; -167 to 167 hours.
        var seconds: Int
    }

    /// In seconds east of UTC.
    let standardOffset: Int32
    private let daylightOffset: Int32
    private let daylightStart: Change?
    private let daylightEnd: Change?

    /// Reads the text; nil when it is not one of POSIX's.
    package init?(_ text: String) {
        var reader = Reader(rest: Array(text.utf8)[...])
        guard reader.name(), let west = reader.duration() else { return nil }
        standardOffset = Int32(-west)
        if reader.rest.isEmpty {
            (daylightOffset, daylightStart, daylightEnd) = (standardOffset, nil, nil)
            return
        }
        guard reader.name() else { return nil }
        var daylight = Int(standardOffset) + 3600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let west = reader.duration() else { return nil }
            daylight = -west
        }
        guard let start = reader.change(), let end = reader.change(), reader.rest.isEmpty else { return nil }
        daylightOffset = Int32(daylight)
        daylightStart = Change(day: start.day, seconds: start.seconds)
        daylightEnd = Change(day: end.day, seconds: end.seconds)
    }

    /// The changes of a year in order: when, in seconds since 1970-01-01T00:00:00Z, and the offset that begins.
    package func changes(in year: Int) -> [(second: Int64, offset: Int32)] {
        guard let daylightStart, let daylightEnd else { return [] }
        let start = Self.second(daylightStart, year) - Int64(standardOffset)
        let end = Self.second(daylightEnd, year) - Int64(daylightOffset)
        let changes = [(second: start, offset: daylightOffset), (second: end, offset: standardOffset)]
        return changes.sorted { $0.second < $1.second }
    }

    /// By the clock, since 1970-01-01T00:00:00.
    private static func second(_ change: Change, _ year: Int) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
        let day: Int
        switch change.day {
        case .julian(let number): day = newYear + number - (CivilDate.isLeap(year: year) && number >= 60 ? 0 : 1)
        case .zeroBased(let number): day = newYear + number
        case .monthly(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
            let firstWeekday = (CivilDate.weekday(daysSinceEpoch: first).rawValue + 1) % 7
            var ofMonth = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if ofMonth >= CivilDate.daysInMonth(year: year, month: month) { ofMonth -= 7 }
            day = first + ofMonth
        }
        return Int64(day) * 86_400 + Int64(change.seconds)
    }

    /// What is left to read.
    private struct Reader {
        var rest: ArraySlice<UInt8>

        /// Three letters or more, or `<+0330>`.
        mutating func name() -> Bool {
            if rest.first == UInt8(ascii: "<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number() -> Int? {
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            rest = rest.dropFirst(digits.count)
            return digits.count <= 3 ? Int(String(decoding: digits, as: UTF8.self)) : nil
        }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// `[+-]h[:m[:s]]` in seconds.
        mutating func duration() -> Int? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard let hours = number(), hours <= 167 else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where skip(":") {
                guard let value = number(), value < 60 else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// `,M3.5.0/2`.
        mutating func change() -> (day: Day, seconds: Int)? {
            guard skip(","), let day = day() else { return nil }
            guard skip("/") else { return (day, 2 * 3600) }
            return duration().map { (day, $0) }
        }

        private mutating func day() -> Day? {
            if skip("M") {
                guard let month = number(), skip("."), let week = number(), skip("."), let weekday = number(),
                    (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
                else { return nil }
                return .monthly(month: month, week: week, weekday: weekday)
            }
            if skip("J") { return number().flatMap { (1...365).contains($0) ? .julian($0) : nil } }
            return number().flatMap { (0...365).contains($0) ? .zeroBased($0) : nil }
        }
    }
}
