import SeriesTime

/// How the dates of a column are written.
package enum DateForm: String, Sendable, CaseIterable {
    /// 2026-01-31, with or without a time, an offset; 2026-01.
    case iso
    /// 2026/01/31, 2026.01.31.
    case yearMonthDay = "year/month/day"
    /// 31.01.2026, 31/1/26.
    case dayMonthYear = "day/month/year"
    /// 1/31/2026.
    case monthDayYear = "month/day/year"
    /// 20260131.
    case compact = "yearmonthday"
    /// 31 Jan 2026, Jan-2026, January 31, 2026.
    case named = "month by name"
    /// 2026Q1, Q1 2026, 2026-Q1: its first day.
    case quarter
    /// 2026-W05, 2026W05: its Monday.
    case week
    /// 202601.
    case compactMonth = "yearmonth"

    /// The forms in which all of these cells are dates, the likelier first.
    package static func forms(of cells: [String]) -> [DateForm] {
        guard !cells.isEmpty else { return [] }
        return allCases.filter { form in cells.allSatisfy { form.iso($0) != nil } }
    }

    /// A date of this form as ISO 8601 writes it; nil for what is none.
    package func iso(_ text: String) -> String? {
        if self == .iso { return Self.isISO(text) ? text : nil }
        let (date, time) = Self.split(text, hasNames: self == .named)
        guard let day = day(date) else { return nil }
        guard !time.isEmpty else { return day }
        // A time belongs to a day.
        guard day.utf8.count == 10, let clock = ClockText.iso(time) else { return nil }
        return day + "T" + clock
    }

    private static func isISO(_ text: String) -> Bool {
        guard let first = text.utf8.first, first &- UInt8(ascii: "0") < 10, text.utf8.count >= 7 else { return false }
        guard let column = try? TimestampColumn([.text(text)]) else { return false }
        return column.style.epochUnit == nil
    }

    /// The date, and the time behind it.
    private static func split(_ text: String, hasNames: Bool) -> (date: Substring, time: Substring) {
        guard let colon = text.firstIndex(of: ":") else { return (text[...], "") }
        // The time begins behind the last blank or T before its first colon.
        let head = text[..<colon]
        guard let gap = head.lastIndex(where: { $0 == " " || $0 == "T" }) else { return (text[...], "") }
        var date = text[..<gap]
        while let last = date.last, last == " " || last == "," { date.removeLast() }
        return (date, text[text.index(after: gap)...])
    }

    private func day(_ text: Substring) -> String? {
        switch self {
        case .iso: return nil
        case .compact:
            guard text.utf8.count == 8, let number = Int(text), number > 0 else { return nil }
            return Self.day(number / 10_000, number / 100 % 100, number % 100, yearDigits: 4)
        case .yearMonthDay, .dayMonthYear, .monthDayYear:
            guard let separator = text.first(where: { !$0.isNumber }), "/.-".contains(separator) else { return nil }
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            let numbers = parts.compactMap { $0.utf8.count <= 4 ? Int($0) : nil }
            guard parts.count == 3, numbers.count == 3 else { return nil }
            let order = self == .yearMonthDay ? [0, 1, 2] : self == .dayMonthYear ? [2, 1, 0] : [2, 0, 1]
            guard parts[order[1]].utf8.count <= 2, parts[order[2]].utf8.count <= 2 else { return nil }
            return Self.day(
                numbers[order[0]], numbers[order[1]], numbers[order[2]], yearDigits: parts[order[0]].utf8.count)
        case .named: return Self.named(text)
        case .quarter: return Self.quarter(text)
        case .week: return Self.week(text)
        case .compactMonth:
            guard text.utf8.count == 6, let number = Int(text), 190_000...210_099 ~= number else { return nil }
            return Self.day(number / 100, number % 100, nil, yearDigits: 4)
        }
    }

    /// - Parameter yearDigits: of two, years up to 69 are of this century, as POSIX has it.
    static func day(_ year: Int, _ month: Int, _ day: Int?, yearDigits: Int) -> String? {
        guard yearDigits == 4 || yearDigits == 2, year >= 0, 1...12 ~= month else { return nil }
        let year = yearDigits == 2 ? year + (year < 70 ? 2000 : 1900) : year
        guard 1...9999 ~= year else { return nil }
        let text = pad(year, 4) + "-" + pad(month, 2)
        guard let day else { return text }
        guard day >= 1, day <= CivilDate.daysInMonth(year: year, month: month) else { return nil }
        return text + "-" + pad(day, 2)
    }

    private static func pad(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Two or three parts, one of them the name of a month.
    private static func named(_ text: Substring) -> String? {
        let parts = text.split { " -/,.".contains($0) }
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var month: Int?, numbers: [Substring] = []
        for part in parts {
            if let number = MonthNames.number(part) {
                guard month == nil else { return nil }
                month = number
            } else if part.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), part.utf8.count <= 4 {
                numbers.append(part)
            } else {
                return nil
            }
        }
        guard let month, let last = numbers.last else { return nil }
        let year = numbers.first { $0.utf8.count == 4 } ?? last
        guard let yearNumber = Int(year) else { return nil }
        let day = numbers.count == 2 ? numbers.first { $0 != year }.flatMap { Int($0) } : nil
        if numbers.count == 2, day == nil { return nil }
        return Self.day(yearNumber, month, day, yearDigits: year.utf8.count)
    }

    private static func week(_ text: Substring) -> String? {
        let parts = text.uppercased().split(separator: "W", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, let week = Int(parts[1]), 1...53 ~= week else { return nil }
        let digits = parts[0].hasSuffix("-") ? parts[0].dropLast() : parts[0]
        guard digits.utf8.count == 4, let year = Int(digits), 1...9998 ~= year else { return nil }
        let date = CivilDate(daysSinceEpoch: CivilDate.monday(year: year, week: week))
        return Self.day(date.year, date.month, date.day, yearDigits: 4)
    }

    private static func quarter(_ text: Substring) -> String? {
        let letters = text.uppercased().filter { $0 != " " && $0 != "-" }
        guard letters.utf8.count == 6, let place = letters.firstIndex(of: "Q") else { return nil }
        let (before, behind) = (letters[..<place], letters[letters.index(after: place)...])
        let (year, quarter) =
            before.utf8.count == 4 ? (before, behind) : (behind.dropFirst(1), before + behind.prefix(1))
        guard let year = Int(year), let quarter = Int(quarter), 1...4 ~= quarter else { return nil }
        return Self.day(year, quarter * 3 - 2, 1, yearDigits: 4)
    }
}

/// Times of day as people write them.
private enum ClockText {
    /// `HH:MM` or `HH:MM:SS` with what follows, of 3:05 PM, 03:05:00.
    static func iso(_ text: Substring) -> String? {
        var rest = text.uppercased()[...], noon: Int?
        for (mark, hours) in [("AM", 0), ("PM", 12)] where rest.hasSuffix(mark) {
            rest = rest.dropLast(2)
            while rest.last == " " { rest.removeLast() }
            noon = hours
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, var hour = Int(parts[0]), parts[0].utf8.count <= 2,
            parts[1].utf8.count == 2
        else { return nil }
        if let noon {
            guard 1...12 ~= hour else { return nil }
            hour = hour % 12 + noon
        }
        let clock = ([hour < 10 ? "0\(hour)" : "\(hour)"] + parts.dropFirst().map(String.init)).joined(separator: ":")
        return (try? TimestampColumn([.text("2000-01-01T" + clock)])) != nil ? clock : nil
    }
}

extension CivilDate {
    /// The Monday of a week of ISO 8601, in days since 1970-01-01: week 1 has 4 January.
    static func monday(year: Int, week: Int) -> Int {
        let fourth = CivilDate(year: year, month: 1, day: 4).daysSinceEpoch
        return fourth - CivilDate.weekday(daysSinceEpoch: fourth).rawValue + (week - 1) * 7
    }
}
