import JSON

/// Gives the columns of a table of series their roles, as someone would who looks at it: what a client says counts,
/// names and values tell the rest, and where two readings are possible it asks.
package struct RoleFinder {
    private let facts: [ColumnFacts]
    private let rowCount: Int
    private var roles: [TableRoles.Choice?]
    private let request: RoleRequest

    /// The roles of all columns.
    ///
    /// - Throws: `TableDoubt` with the question, its option and its answers.
    package static func roles(of table: Table, _ request: RoleRequest) throws(TableDoubt) -> TableRoles {
        var finder = RoleFinder(table, request)
        try finder.takeRequest(table)
        try finder.findTime()
        finder.leaveOut()
        try finder.findID()
        finder.findStatic()
        try finder.findTargets()
        finder.findCovariates()
        return TableRoles(choices: finder.roles.compactMap(\.self))
    }

    private init(_ table: Table, _ request: RoleRequest) {
        facts = table.columns.map { ColumnFacts($0) }
        rowCount = table.rowCount
        roles = table.columns.map { _ in nil }
        self.request = request
    }

    private mutating func put(_ place: Int, _ role: ColumnRole, _ reason: String) {
        roles[place] = TableRoles.Choice(column: facts[place].name, role: role, reason: reason)
    }

    private var free: [Int] { facts.indices.filter { roles[$0] == nil } }

    private func place(of role: ColumnRole) -> [Int] { facts.indices.filter { roles[$0]?.role == role } }

    // MARK: What was said

    private mutating func takeRequest(_ table: Table) throws(TableDoubt) {
        for role in ColumnRole.allCases {
            for name in request[role] ?? [] {
                let places = facts.indices.filter { facts[$0].name == name }
                guard places.count == 1, let place = places.first else {
                    let names = facts.map(\.name)
                    let hint = Spelling.closest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
                    throw TableDoubt(
                        option: role.rawValue,
                        question: places.isEmpty
                            ? "there is no column \(name)\(hint)" : "\(places.count) columns are called \(name)",
                        answers: places.isEmpty ? names : [])
                }
                if let taken = roles[place] {
                    throw TableDoubt(
                        option: role.rawValue,
                        question: "\(name) is said to be \(taken.role.rawValue) and \(role.rawValue); it is one of them",
                        answers: [])
                }
                put(place, role, "")
            }
        }
    }

    // MARK: Time

    private static let timeNames: Set<String> = [
        "date", "time", "timestamp", "datetime", "ds", "day", "month", "week", "quarter", "year", "period", "datum",
        "zeit", "zeitstempel", "fecha", "hour", "ts", "valuedate", "monat", "tag", "jahr",
    ]

    private mutating func findTime() throws(TableDoubt) {
        guard request[.time] == nil else { return }
        let times = free.filter { if case .time = facts[$0].column.kind { true } else { false } }
        if times.count == 1 { return put(times[0], .time, "the only column of dates") }
        if times.count > 1 {
            // The finest tells the others: a date beside a time stamp.
            let most = times.map { facts[$0].distinct }.max() ?? 0
            let finest = times.filter { facts[$0].distinct == most }
            let named = finest.filter { Self.timeNames.contains(facts[$0].plainName) }
            guard let best = finest.count == 1 ? finest.first : named.count == 1 ? named.first : nil else {
                throw TableDoubt(
                    option: "time", question: "which of the columns of dates tells when a row is?",
                    answers: finest.map { facts[$0].name })
            }
            put(best, .time, "the finest of the columns of dates")
            for other in times where other != best { put(other, .leftOut, "\(facts[best].name) tells it") }
            return
        }
        if let epoch = free.first(where: { isEpoch($0) }) { return put(epoch, .time, "seconds since 1970") }
        if let year = free.first(where: { isYear($0) }) { put(year, .time, "years") }
    }

    /// Seconds or milliseconds since 1970, of this century or the last decades of the one before.
    private func isEpoch(_ place: Int) -> Bool {
        let column = facts[place].column
        guard column.kind == .number, column.count > 2, facts[place].distinct > 2 else { return false }
        let isNamed = ["time", "epoch", "stamp", "ts", "unix"].contains { facts[place].plainName.contains($0) }
        func all(_ range: ClosedRange<Double>) -> Bool {
            column.numbers.allSatisfy { range.contains($0) && $0 == $0.rounded() }
        }
        let isStamp = all(3e8...4e9) || all(3e11...4e12)
        return isStamp && (isNamed || facts[place].isCounting)
    }

    private func isYear(_ place: Int) -> Bool {
        let column = facts[place].column
        guard column.kind == .number, ["year", "jahr", "yr", "anno"].contains(facts[place].plainName) else {
            return false
        }
        return column.numbers.allSatisfy { (1000...2999).contains($0) && $0 == $0.rounded() }
    }

    // MARK: What is nothing

    private static let indexNames: Set<String> = [
        "index", "row", "rownum", "rownumber", "rowid", "nr", "no", "lfdnr", "unnamed0", "x1", "obs", "recordid",
    ]

    private mutating func leaveOut() {
        for place in free {
            let fact = facts[place]
            if fact.column.kind == .empty {
                put(place, .leftOut, "empty")
            } else if fact.isConstant {
                put(place, .leftOut, "constant")
            } else if fact.isCounting, fact.isWhole, fact.column.isNameless || Self.indexNames.contains(fact.plainName)
                || fact.plainName == "id"
            {
                put(place, .leftOut, "an index")
            }
        }
    }

    // MARK: Ids

    private mutating func findID() throws(TableDoubt) {
        guard request[.id] == nil else { return }
        let candidates = free.filter { place in
            let fact = facts[place]
            guard request[.target]?.contains(fact.name) != true, fact.distinct * 2 <= rowCount else { return false }
            return fact.column.kind == .text || fact.isWhole && fact.column.kind == .number
        }
        let time = self.place(of: .time).first
        guard let time else {
            // Without times, blocks of a text are series, one behind the other.
            let blocks = candidates.filter { facts[$0].isInBlocks && facts[$0].column.kind == .text }
            if blocks.count == 1 { put(blocks[0], .id, "repeats in blocks") }
            return
        }
        guard !isKey([time]) else { return }
        let keys = try key(among: candidates, time: time)
        for place in keys { put(place, .id, "tells rows of one time apart") }
    }

    /// Whether these columns together are different in each row.
    private func isKey(_ places: [Int]) -> Bool {
        var seen: Set<[Int32]> = []
        seen.reserveCapacity(rowCount)
        for row in 0..<rowCount where !seen.insert(places.map { facts[$0].codes[row] }).inserted { return false }
        return true
    }

    /// The columns that tell rows of one time apart: one if one is enough, of several that say the same a text; else two.
    private func key(among candidates: [Int], time: Int) throws(TableDoubt) -> [Int] {
        let singles = candidates.filter { isKey([$0, time]) }
        if !singles.isEmpty {
            let distinct = representatives(singles)
            let texts = distinct.filter { facts[$0].column.kind == .text }
            if distinct.count == 1 { return distinct }
            if texts.count == 1 { return texts }
            throw TableDoubt(
                option: "id", question: "which column tells the series apart?", answers: distinct.map { facts[$0].name })
        }
        let texts = representatives(candidates.filter { facts[$0].column.kind == .text })
        let wholes = representatives(candidates)
        for set in [texts, wholes] {
            var pairs: [[Int]] = []
            for (index, a) in set.enumerated() {
                for b in set[(index + 1)...] where isKey([a, b, time]) { pairs.append([a, b]) }
            }
            if pairs.count == 1 { return pairs[0] }
            if pairs.count > 1 {
                throw TableDoubt(
                    option: "id", question: "which columns tell the series apart?",
                    answers: pairs.map { $0.map { facts[$0].name }.joined(separator: ",") })
            }
        }
        throw TableDoubt(
            option: "id",
            question: "rows have the same time, and no column tells them apart: name the column of the id, or say merge",
            answers: candidates.map { facts[$0].name })
    }

    /// Of columns that part the rows in the same way one, a text if there is one.
    private func representatives(_ places: [Int]) -> [Int] {
        var found: [Int] = []
        for place in places.sorted(by: { facts[$0].column.kind == .text && facts[$1].column.kind != .text }) {
            let isSame = found.contains { other in
                facts[other].distinct == facts[place].distinct && isFunction(place, of: [other])
            }
            if !isSame { found.append(place) }
        }
        return found.sorted()
    }

    /// Whether a column has one value for each combination of others.
    private func isFunction(_ place: Int, of others: [Int]) -> Bool {
        var values: [[Int32]: Int32] = [:]
        for row in 0..<rowCount {
            let key = others.map { facts[$0].codes[row] }, value = facts[place].codes[row]
            if let known = values.updateValue(value, forKey: key), known != value { return false }
        }
        return true
    }

    // MARK: What remains

    private mutating func findStatic() {
        let ids = self.place(of: .id)
        guard !ids.isEmpty else { return }
        for place in free where request[.target]?.contains(facts[place].name) != true {
            guard isFunction(place, of: ids) else { continue }
            // Another name of the id says nothing more.
            if ids.contains(where: { isFunction($0, of: [place]) }) {
                put(place, .leftOut, "another name of the id")
            } else {
                put(place, .fixed, "the same in each series")
            }
        }
    }

    private static let targetNames: Set<String> = [
        "y", "target", "value", "values", "sales", "demand", "volume", "users", "count", "cnt", "load", "units",
        "quantity", "qty", "revenue", "consumption", "passengers", "wert", "umsatz", "menge", "verbrauch",
        "absatz", "orders", "traffic", "visitors", "turnover", "amount", "unitssold", "ot",
    ]

    private mutating func findTargets() throws(TableDoubt) {
        guard request[.target] == nil, request[.label] == nil else { return }
        let candidates = free.filter { facts[$0].column.kind == .number && calendarName($0) == nil }
        if candidates.count == 1 { return put(candidates[0], .target, "the only column of numbers") }
        let named = candidates.filter { Self.targetNames.contains(facts[$0].plainName) }
        if named.count == 1 { return put(named[0], .target, "by its name") }
        throw TableDoubt(
            option: "target",
            question: candidates.isEmpty
                ? "no column has numbers to forecast; which one is it?"
                : "which column is to be forecast? Several are one forecast of them all, named with commas",
            answers: (named.isEmpty ? candidates : named).map { facts[$0].name })
    }

    private static let futureWords = [
        "holiday", "promo", "price", "discount", "event", "campaign", "workingday", "weekend", "feiertag", "aktion",
        "open", "closed", "planned", "forecast", "scheduled",
    ]
    private static let calendarNames: Set<String> = [
        "hour", "hr", "weekday", "dayofweek", "dow", "month", "mnth", "year", "yr", "day", "dayofmonth", "dayofyear",
        "week", "weekofyear", "quarter", "minute", "season", "stunde", "wochentag", "monat", "jahr", "tag", "woche",
    ]

    /// Why a column says nothing that the time does not.
    private func calendarName(_ place: Int) -> String? {
        guard let time = self.place(of: .time).first, Self.calendarNames.contains(facts[place].plainName) else {
            return nil
        }
        return facts[place].isNumeric && facts[place].isWhole ? "\(facts[time].name) tells it" : nil
    }

    private mutating func findCovariates() {
        for place in free {
            let name = facts[place].plainName
            if let reason = calendarName(place) {
                put(place, .leftOut, reason)
            } else if request[.label] != nil {
                put(place, .past, "an input")
            } else if facts[place].column.kind == .text, facts[place].distinct * 2 > rowCount {
                put(place, .leftOut, "a text of its own in most rows")
            } else if Self.futureWords.contains(where: { name.contains($0) }) {
                put(place, .future, "by its name")
            } else {
                put(place, .past, "not said to be known ahead")
            }
        }
    }
}
