extension Frequency {
    /// Reads pandas' spellings, old (`H`, `T`, `M`, `Q-DEC`, `A`) and new (`h`, `min`, `ME`, `QE-DEC`, `YE`) with
    /// multiples (`15min`), and durations of ISO 8601 (`PT15M`, `P1D`, `P1M`). `P1M` and `P1Y` keep the day of the
    /// start.
    ///
    /// - Throws: `TimeError.invalidFrequency` with what was probably meant.
    package init(_ text: String) throws(TimeError) {
        let frequency = text.hasPrefix("P") ? Self.duration(text) : Self.offset(text)
        guard let frequency else {
            throw TimeError.invalidFrequency(spelling: text, hint: Self.hint(text))
        }
        self = frequency
    }

    // MARK: pandas

    /// Spellings without an anchor. "m" is none: it is minutes to some and months to others.
    private static let plain: [String: Unit] = [
        "ms": .milliseconds, "L": .milliseconds, "s": .seconds, "S": .seconds,
        "min": .minutes, "T": .minutes, "h": .hours, "H": .hours, "D": .days, "d": .days, "B": .businessDays,
        "W": .weeks(.sunday), "MS": .months(.first), "ME": .months(.last), "M": .months(.last),
        "QS": .quarters(month: 1, .first), "QE": .quarters(month: 12, .last), "Q": .quarters(month: 12, .last),
        "YS": .years(month: 1, .first), "AS": .years(month: 1, .first), "YE": .years(month: 12, .last),
        "Y": .years(month: 12, .last), "A": .years(month: 12, .last),
    ]

    private static func offset(_ text: String) -> Frequency? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = digits.isEmpty ? 1 : Int(digits), (1...countMax).contains(count) else { return nil }
        let parts = text.dropFirst(digits.count).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let unit = plain[String(name)] else { return nil }
        guard parts.count == 2 else { return Frequency(count, unit) }
        return anchored(unit, String(parts[1])).map { Frequency(count, $0) }
    }

    private static func anchored(_ unit: Unit, _ anchor: String) -> Unit? {
        let month = MonthName.all.firstIndex(of: anchor).map { $0 + 1 }
        switch unit {
        case .weeks: return Weekday.names.firstIndex(of: anchor).flatMap(Weekday.init(rawValue:)).map { .weeks($0) }
        case .quarters(_, let day): return month.map { .quarters(month: $0, day) }
        case .years(_, let day): return month.map { .years(month: $0, day) }
        default: return nil
        }
    }

    // MARK: ISO 8601

    /// One component, or several of a kind that add up: `PT1H30M`, `P1Y6M`.
    private static func duration(_ text: String) -> Frequency? {
        let parts = text.dropFirst().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = components(parts[0], "YMWD"), let time = components(parts.count == 2 ? parts[1] : "", "HMS"),
            parts.count == 1 || !time.isEmpty, date.isEmpty != time.isEmpty
        else { return nil }
        let years = date["Y"] ?? 0, months = date["M"] ?? 0, weeks = date["W"] ?? 0, days = date["D"] ?? 0
        let hours = time["H"] ?? 0, minutes = time["M"] ?? 0, seconds = time["S"] ?? 0
        if !time.isEmpty { return frequency(hours * 3600 + minutes * 60 + seconds, .seconds) }
        if years + months > 0 { return weeks + days > 0 ? nil : frequency(years * 12 + months, .months(.ofStart)) }
        return frequency(weeks * 7 + days, .days)
    }

    /// Nil when a step of absolute length would be too many of the largest unit that divides it.
    private static func frequency(_ count: Int, _ unit: Unit) -> Frequency? {
        guard unit == .seconds else { return (1...countMax).contains(count) ? Frequency(count, unit) : nil }
        for (size, unit) in [(3600, Unit.hours), (60, .minutes), (1, .seconds)] where count.isMultiple(of: size) {
            return (1...countMax).contains(count / size) ? Frequency(count / size, unit) : nil
        }
        return nil
    }

    /// Numbers by designator, each designator at most once and in order; nil when there is anything else.
    private static func components(_ text: Substring, _ designators: String) -> [Character: Int]? {
        var found: [Character: Int] = [:], rest = text, left = Substring(designators)
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard digits.utf8.count <= 9, let number = Int(digits), let name = rest.popFirst(),
                let place = left.firstIndex(of: name)
            else { return nil }
            left = left[left.index(after: place)...]
            found[name] = number
        }
        return found
    }

    // MARK: What was probably meant

    /// Words that people write instead.
    private static let words: [String: String] = [
        "millisecond": "ms", "milli": "ms", "second": "s", "sec": "s", "secondly": "s", "minute": "min", "mins": "min",
        "minutely": "min", "hour": "h", "hr": "h", "hourly": "h", "day": "D", "daily": "D", "businessday": "B",
        "bday": "B", "week": "W-SUN", "weekly": "W-SUN", "month": "MS", "monthly": "MS", "mon": "MS",
        "quarter": "QS", "quarterly": "QS", "year": "YS", "yearly": "YS", "annual": "YS", "annually": "YS", "b": "B",
        "w": "W-SUN", "q": "QS", "y": "YS", "a": "YS", "yr": "YS", "t": "min", "l": "ms", "me": "ME", "qe": "QE",
        "ye": "YE", "qs": "QS", "ys": "YS", "as": "YS", "bms": "MS", "bm": "ME", "bme": "ME", "bqs": "QS", "bqe": "QE",
        "bq": "QE", "bys": "YS", "bye": "YE", "ba": "YE", "bas": "YS", "c": "B", "bh": "h",
    ]

    private static func hint(_ text: String) -> String {
        let examples = "15min, h, D, B, W-SUN, MS, QS, YS or P1M"
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let name = text.dropFirst(digits.count).filter { $0 != " " && $0 != "_" }
        if name == "m" { return "did you mean '\(digits)min' (minutes) or '\(digits)MS' (months)?" }
        if let count = Int(digits), !(1...countMax).contains(count) { return "a step has 1 to \(countMax) units" }
        if text.contains("-"), let guess = anchorHint(name) { return "did you mean '\(digits)\(guess)'?" }
        var lower = name.lowercased()
        if Self.words[lower] == nil, lower.hasSuffix("s") { lower.removeLast() }
        if let word = words[lower] { return "did you mean '\(digits)\(word)'?" }
        if let duration = [text.uppercased(), "P" + text.uppercased(), "PT" + text.uppercased()].first(where: {
            $0 != text && $0.hasPrefix("P") && Self.duration($0) != nil
        }) {
            return "did you mean '\(duration)'?"
        }
        return "write it as in \(examples)"
    }

    /// `w-sunday` is `W-SUN`.
    private static func anchorHint(_ name: some StringProtocol) -> String? {
        let parts = name.uppercased().split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let guess = parts[0] + "-" + parts[1].prefix(3)
        return guess != name && offset(String(guess)) != nil ? String(guess) : nil
    }
}
