import SeriesTime

/// When the rows of a table are.
struct TimeFacts {
    /// By row, as microseconds since 1970, or as the count of a column that counts; nil for what has no time.
    let instants: [Int64?]
    /// By row, a number that is the same for equal times; -1 for missing ones.
    let codes: [Int32]
    /// By code, what clock and calendar show; empty where steps are only counted.
    let locals: [LocalTime]
    private let zone: Zone

    /// Nil for what are no times, which is for others to say.
    init?(_ facts: ColumnFacts) {
        codes = facts.codes
        let column = facts.column
        let areNumbers = column.kind == .number && !Self.areYears(column)
        let values: [TimestampValue] = facts.coded.firstRows.map { row in
            areNumbers ? .number(column.numbers[row]) : .text(column.text(row) ?? "")
        }
        if Self.isCount(column) {
            (locals, zone) = ([], .floating)
            instants = column.numbers.map { Int64(exactly: ($0 * 1e3).rounded()) }
            return
        }
        guard let times = try? TimestampColumn(values) else { return nil }
        zone = times.zone
        locals = times.stamps.map { times.zone.local($0) }
        instants = facts.codes.map { $0 < 0 ? nil : times.stamps[Int($0)].microseconds }
    }

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
    func summary(_ groups: [[Int]]) -> String {
        var frequency: Frequency?, gaps = 0
        guard !locals.isEmpty else { return "steps" }
        for group in groups {
            var stamps: [Stamp] = []
            for row in group {
                guard let instant = instants[row], stamps.last?.microseconds != instant else { continue }
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
