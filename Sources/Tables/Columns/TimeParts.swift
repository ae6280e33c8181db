import SeriesTime

/// Columns that are one time together: year and month, quarter, week or day, and so on to seconds; a date and an hour,
/// or a time of day.
struct TimeParts {
    /// What a column counts.
    private enum Unit: Int, CaseIterable {
        case date, year, quarter, month, week, day, clock, hour, minute, second

        /// How it is called, in small letters.
        var names: Set<String> {
            switch self {
            case .date: []
            case .year: ["year", "yr", "yyyy", "jahr", "annee", "année", "anno", "año", "ano", "jaar"]
            case .quarter: ["quarter", "qtr", "quartal", "q", "trimestre", "kwartaal"]
            case .month: ["month", "mon", "mo", "mnth", "mm", "monat", "mois", "mes", "mese", "maand"]
            case .week: ["week", "wk", "weekno", "weekofyear", "isoweek", "woche", "kw", "semaine", "semana"]
            case .day: ["day", "dd", "dayofmonth", "mday", "tag", "jour", "dia", "día", "giorno", "dag"]
            case .clock: ["time", "clock", "timeofday", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "hour"]
            case .hour: ["hour", "hr", "hh", "hourofday", "stunde", "heure", "hora", "ora", "uur", "time"]
            case .minute: ["minute", "min", "mi", "minuto", "minuut"]
            case .second: ["second", "sec", "sekunde", "seconde", "segundo"]
            }
        }

        /// Numbers that it can be. Hours may be those that end.
        var range: ClosedRange<Int> {
            switch self {
            case .date, .clock: 0...0
            case .year: 1000...2999
            case .quarter: 1...4
            case .month: 1...12
            case .week: 1...53
            case .day: 1...31
            case .hour: 0...24
            case .minute, .second: 0...59
            }
        }
    }

    /// Units that follow each other from a year or a date on; the finest that are there count.
    private static let chains: [[Unit]] = [
        [.year, .month, .day, .hour, .minute, .second], [.year, .month, .day, .clock], [.year, .quarter],
        [.year, .week], [.date, .hour, .minute, .second], [.date, .clock],
    ]

    private let columns: [TableColumn]

    init(_ columns: [TableColumn]) { self.columns = columns }

    /// A column of the times that columns are together, called as all of them (`year, month`).
    ///
    /// - Parameter said: names of the parts; empty to find them by names and values, unless a column of dates beside
    ///   them tells the time already.
    /// - Returns: nil where there are none.
    func joined(said: [String]) -> TableColumn? {
        if said.isEmpty {
            let dates = columns.indices.filter { columns[$0].isTime }
            // Hours within days where days alone do not tell rows apart.
            if dates.count == 1 { return found(among: Array(columns.indices)).flatMap { isFiner($0, than: dates[0]) } }
            return dates.isEmpty ? found(among: Array(columns.indices)) : nil
        }
        let places = said.compactMap { name in columns.firstIndex { $0.name == name } }
        return places.count == said.count ? found(among: places, isSaid: true) : nil
    }

    /// The longest chain that all of these columns, or some of them where nothing is said, make.
    private func found(among places: [Int], isSaid: Bool = false) -> TableColumn? {
        var best: [(unit: Unit, place: Int)] = []
        for chain in Self.chains {
            var parts: [(unit: Unit, place: Int)] = []
            for unit in chain {
                let candidates = places.filter { place in
                    !parts.contains { $0.place == place } && isOne(place, unit, isSaid: isSaid)
                }
                // Names tell months from days where values do not.
                let named = candidates.filter { unit.names.contains(plainName($0)) }
                guard let place = named.first ?? (isSaid || unit == .date ? candidates.first : nil),
                    isSaid || unit == .date || named.count == 1
                else { break }
                parts.append((unit, place))
            }
            if parts.count > max(1, best.count) { best = parts }
        }
        guard best.count > 1, !isSaid || best.count == places.count else { return nil }
        return joined(best)
    }

    private func plainName(_ place: Int) -> String {
        columns[place].name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Whether the values of a column can be those of a unit.
    private func isOne(_ place: Int, _ unit: Unit, isSaid: Bool) -> Bool {
        let column = columns[place]
        switch unit {
        case .date: return column.isTime && column.clockStyle?.precision == .day
        case .clock: return column.kind == .text && Self.values(column, Self.clock) != nil
        case .month where column.kind == .text: return Self.values(column, MonthNames.number) != nil
        case .quarter where column.kind == .text: return Self.values(column, Self.quarter) != nil
        default: break
        }
        guard column.kind == .number, isSaid || unit.names.contains(plainName(place)) else { return false }
        return column.numbers.allSatisfy { $0 == $0.rounded() && unit.range ~= Int($0) }
    }

    /// By number of a text what it says; nil where one says nothing, or a row is missing.
    private static func values(_ column: TableColumn, _ read: (String) -> Int?) -> [Int]? {
        guard !column.texts.codes.contains(-1) else { return nil }
        var values: [Int] = []
        for row in column.texts.firstRows {
            guard let value = column.text(Int(row)).flatMap(read) else { return nil }
            values.append(value)
        }
        return values.isEmpty ? nil : values
    }

    /// Seconds since midnight.
    private static func clock(_ text: String) -> Int? {
        guard let iso = DateForm.monthDayYear.iso("1/1/1970 \(text)") else { return nil }
        let parts = iso.dropFirst("1970-01-01T".count).split(separator: ":").map { Int($0) }
        guard parts.count == 2 || parts.count == 3 else { return nil }
        return zip(parts, [3600, 60, 1]).reduce(0) { sum, part in
            sum.flatMap { sum in part.0.map { sum + $0 * part.1 } }
        }
    }

    /// Of Q1, 1. Quartal and 1.
    private static func quarter(_ text: String) -> Int? {
        let digits = text.filter(\.isNumber)
        guard digits.utf8.count == 1, text.lowercased().contains("q") || text == digits, let number = Int(digits) else {
            return nil
        }
        return Unit.quarter.range ~= number ? number : nil
    }

    // MARK: The times

    private func joined(_ parts: [(unit: Unit, place: Int)]) -> TableColumn? {
        let finest = parts[parts.count - 1].unit, count = columns[parts[0].place].count
        var joined = TableColumn(
            name: parts.map { columns[$0.place].name }.joined(separator: ", "), kind: .time(.iso))
        joined.parts = parts.map { columns[$0.place].name }
        joined.clockStyle = ClockStyle(precision: Self.precision(finest))
        joined.times.reserveCapacity(count)
        let readers = parts.map { ($0.unit, values($0.unit, columns[$0.place])) }
        for row in 0..<count {
            guard let time = Self.time(readers, row) else { return nil }
            joined.times.append(time)
        }
        return joined
    }

    private static func precision(_ finest: Unit) -> ClockStyle.Precision {
        switch finest {
        case .hour, .minute: .minute
        case .clock, .second: .second
        default: .day
        }
    }

    /// What each row says.
    private func values(_ unit: Unit, _ column: TableColumn) -> (Int) -> Int {
        if unit == .date { return { Int(column.times[$0] == TableColumn.missingTime ? .min : column.times[$0]) } }
        if column.kind == .number { return { Int(column.numbers[$0]) } }
        let read = unit == .clock ? Self.clock : unit == .month ? MonthNames.number : Self.quarter
        let values = Self.values(column, read) ?? []
        return { values[Int(column.texts.codes[$0])] }
    }

    /// Microseconds; nil for a day that a month does not have.
    private static func time(_ readers: [(unit: Unit, value: (Int) -> Int)], _ row: Int) -> Int64? {
        var year = 1970, month = 1, day = 1, week: Int?, microseconds: Int64 = 0
        for (unit, value) in readers {
            let value = value(row)
            switch unit {
            case .date:
                if value == .min { return TableColumn.missingTime }
                microseconds = Int64(value)
            case .year: year = value
            case .quarter: month = value * 3 - 2
            case .month: month = value
            case .week: week = value
            case .day: day = value
            case .clock, .second: microseconds += Int64(value) * 1_000_000
            case .hour: microseconds += Int64(value) * 3_600_000_000
            case .minute: microseconds += Int64(value) * 60_000_000
            }
        }
        guard day <= CivilDate.daysInMonth(year: year, month: month) else { return nil }
        guard readers[0].unit != .date else { return microseconds }
        var days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        if let week { days = CivilDate.monday(year: year, week: week) }
        return Int64(days) * 86_400_000_000 + microseconds
    }

    /// Whether there are several of the times at each date, on the average, as there are hours in days.
    private func isFiner(_ joined: TableColumn, than date: Int) -> TableColumn? {
        guard joined.parts.first == columns[date].name else { return nil }
        let times = ColumnFacts(joined).distinct, days = ColumnFacts(columns[date]).distinct
        return times >= days * 2 ? joined : nil
    }
}
