import SeriesTime

/// When the rows of a table are.
struct TimeFacts {
    /// Of a row that has no time.
    static let missing = TableColumn.missingTime

    /// By row, as microseconds since 1970, or as the count of a column that counts; `missing` for what has no time.
    let instants: [Int64]
    /// By row, a number that is the same for equal times; -1 for missing ones.
    let codes: [Int32]
    /// Of each code; empty where steps are only counted.
    private let firstRows: [Int32]
    private let zone: Zone

    /// Nil for what are no times, which is for others to say.
    init?(_ facts: ColumnFacts) {
        codes = facts.codes
        let column = facts.column
        if Self.isCount(column) {
            (firstRows, zone) = ([], .floating)
            instants = column.numbers.map { Int64(exactly: ($0 * 1e3).rounded()) ?? Self.missing }
            return
        }
        firstRows = facts.coded.firstRows
        if let style = column.clockStyle {
            (zone, instants) = (style.zone, column.times)
            return
        }
        let areNumbers = column.kind == .number && !Self.areYears(column)
        let values: [TimestampValue] = firstRows.map { row in
            areNumbers ? .number(column.numbers[Int(row)]) : .text(column.text(Int(row)) ?? "")
        }
        guard let times = try? TimestampColumn(values) else { return nil }
        zone = times.zone
        instants = facts.codes.map { $0 < 0 ? Self.missing : times.stamps[Int($0)].microseconds }
    }

    /// What clock and calendar show at each of the different times; nothing where steps are only counted.
    var locals: some Sequence<LocalTime> { firstRows.lazy.map { row in zone.local(at: instants[Int(row)]) } }

    /// What clock and calendar show in a row that has a time.
    func local(_ row: Int) -> LocalTime { zone.local(at: instants[row]) }

    var isClock: Bool { !firstRows.isEmpty }

    /// Numbers below 10,000 are years, as text.
    static func areYears(_ column: TableColumn) -> Bool {
        column.kind == .number
            && column.numbers.allSatisfy { $0.isNaN || ((1000...2999).contains($0) && $0 == $0.rounded()) }
    }

    /// Numbers that are neither years nor seconds since 1970 count steps.
    static func isCount(_ column: TableColumn) -> Bool {
        column.kind == .number && !areYears(column)
            && !column.numbers.allSatisfy { $0.isNaN || $0.magnitude >= 1e8 }
    }

    /// `daily, 3 gaps`: how far the times of series are apart, and how many are missing.
    ///
    /// - Parameter groups: rows of each series, sorted by their times.
    func summary(_ groups: [[Int32]]) -> String {
        var frequency: Frequency?, gaps = 0
        guard isClock else { return "steps" }
        for group in groups {
            var stamps: [Stamp] = []
            for row in group {
                let instant = instants[Int(row)]
                guard instant != Self.missing, stamps.last?.microseconds != instant else { continue }
                stamps.append(Stamp(microseconds: instant))
            }
            guard stamps.count > 2, let last = stamps.last else { continue }
            if frequency == nil {
                guard case .found(let found) = FrequencyInference.infer(stamps, zone) else { return "irregular" }
                frequency = found
            }
            guard let frequency, let axis = try? TimeAxis(start: stamps[0], frequency: frequency, zone: zone),
                case .step(let step) = axis.position(of: last)
            else { return "irregular" }
            gaps += step + 1 - stamps.count
        }
        guard let frequency else { return "a few times" }
        return frequency.words + (gaps > 0 ? ", \(gaps) gap\(gaps == 1 ? "" : "s")" : "")
    }
}

extension Zone {
    fileprivate func local(at microseconds: Int64) -> LocalTime { local(Stamp(microseconds: microseconds)) }
}

extension Frequency {
    /// `daily`, `every 15min`.
    fileprivate var words: String {
        guard count == 1 else { return "every \(self)" }
        return switch unit {
        case .milliseconds: "each millisecond"
        case .seconds: "each second"
        case .minutes: "each minute"
        case .hours: "hourly"
        case .days: "daily"
        case .businessDays: "each business day"
        case .weeks: "weekly"
        case .months: "monthly"
        case .quarters: "quarterly"
        case .years: "yearly"
        }
    }
}
