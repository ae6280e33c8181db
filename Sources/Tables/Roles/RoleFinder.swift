import JSON

/// Gives the columns of a table of series their roles, as someone would who looks at it: what a client says counts,
/// names and values tell the rest, and where two readings are possible it asks.
package struct RoleFinder {
    let facts: [ColumnFacts]
    let rowCount: Int
    let layout: TableLayout
    let request: RoleRequest
    private(set) var roles: [TableRoles.Choice?]
    /// When rows are; nil without a time.
    var time: TimeFacts?

    /// The roles of all columns.
    ///
    /// - Throws: `TableDoubt` with the question, its option and its answers.
    package static func roles(of table: Table, _ request: RoleRequest) throws(TableDoubt) -> TableRoles {
        var finder = RoleFinder(table, request)
        try finder.takeRequest()
        if let wide = table.wide { return try finder.rolesOfRows(wide) }
        try finder.findTime()
        if table.layout == .columns { return finder.rolesOfColumns() }
        finder.leaveOutNothing()
        try finder.findID()
        let groups = RowGroups(finder.place(of: .id).map { finder.facts[$0] }, rowCount: table.rowCount)
        finder.findStatic(groups)
        finder.leaveOutTime(groups)
        try finder.findTargets()
        finder.findCovariates()
        return finder.found(groups)
    }

    private init(_ table: Table, _ request: RoleRequest) {
        facts = table.columns.map { ColumnFacts($0) }
        rowCount = table.rowCount
        layout = table.layout
        roles = table.columns.map { _ in nil }
        self.request = request
    }

    mutating func put(_ place: Int, _ role: ColumnRole, _ reason: String) {
        roles[place] = TableRoles.Choice(
            column: facts[place].name, role: role, reason: reason, unit: facts[place].column.affix?.words ?? "")
    }

    mutating func free(_ place: Int) { roles[place] = nil }

    /// Columns without a role yet.
    var free: [Int] { facts.indices.filter { roles[$0] == nil } }

    func place(of role: ColumnRole) -> [Int] { facts.indices.filter { roles[$0]?.role == role } }

    func found(_ groups: RowGroups) -> TableRoles {
        var found = TableRoles(choices: roles.compactMap(\.self))
        found.times = time.map { $0.summary(groups.rows($0.instants)) }
        return found
    }

    // MARK: What was said

    private mutating func takeRequest() throws(TableDoubt) {
        for role in ColumnRole.allCases {
            let names = request[role] ?? []
            if role == .time, names.count > 1 {
                try takeParts(names)
                continue
            }
            for name in names {
                let places = facts.indices.filter { facts[$0].name == name }
                guard places.count == 1, let place = places.first else { throw unknown(name, role, places.count) }
                if let taken = roles[place] {
                    throw TableDoubt(
                        option: role.rawValue,
                        question:
                            "\(name) is said to be \(taken.role.rawValue) and \(role.rawValue); it is one of them",
                        answers: [])
                }
                put(place, role, "")
            }
        }
        for role in ColumnRole.allCases where request[role] == nil { takeKnown(request.known[role] ?? [], role) }
        if let said = place(of: .time).first { time = TimeFacts(facts[said]) }
        leaveOutParts()
    }

    /// Several columns that are the time together.
    private mutating func takeParts(_ names: [String]) throws(TableDoubt) {
        for name in names where !facts.contains(where: { $0.name == name }) { throw unknown(name, .time, 0) }
        guard let joined = facts.firstIndex(where: { Set($0.column.parts) == Set(names) }) else {
            throw TableDoubt(
                option: ColumnRole.time.rawValue,
                question:
                    "\(names.joined(separator: ", ")) are no time together; year and month, quarter, week or day, "
                    + "hours beside a date, or one column are", answers: [])
        }
        put(joined, .time, "")
    }

    /// Parts of the time say nothing beside it; a time of parts that are said to be something else is none.
    private mutating func leaveOutParts() {
        for joined in facts.indices where !facts[joined].column.parts.isEmpty && roles[joined] == nil {
            let parts = facts.indices.filter { facts[joined].column.parts.contains(facts[$0].name) }
            if request[.time] != nil || parts.contains(where: { roles[$0] != nil }) {
                put(joined, .leftOut, TableRoles.partOfTime)
            } else {
                put(joined, .time, "together")
                time = TimeFacts(facts[joined])
            }
        }
        guard let joined = place(of: .time).first else { return }
        for place in free where facts[joined].column.parts.contains(facts[place].name) {
            put(place, .leftOut, TableRoles.partOfTime)
        }
    }

    /// The columns that a model has of a role: all of them, or none where the table calls them otherwise.
    private mutating func takeKnown(_ names: [String], _ role: ColumnRole) {
        let places = names.map { name in free.filter { facts[$0].name == name } }
        guard places.allSatisfy({ $0.count == 1 }) else { return }
        for place in places.flatMap(\.self) { put(place, role, "as in training") }
    }

    private func unknown(_ name: String, _ role: ColumnRole, _ count: Int) -> TableDoubt {
        guard count == 0 else {
            return TableDoubt(option: role.rawValue, question: "\(count) columns are called \(name)", answers: [])
        }
        let names = facts.map(\.name)
        let hint = Spelling.closest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
        return TableDoubt(option: role.rawValue, question: "there is no column \(name)\(hint)", answers: names)
    }

    // MARK: Nothing to learn

    /// Empty columns, constants, indices.
    private mutating func leaveOutNothing() {
        for place in free {
            let fact = facts[place]
            if fact.column.kind == .empty {
                put(place, .leftOut, "empty")
            } else if fact.isConstant {
                put(place, .leftOut, "constant")
            } else if fact.isCounting, fact.isWhole, isIndexName(place) {
                put(place, .leftOut, "an index")
            }
        }
    }

    func isIndexName(_ place: Int) -> Bool {
        let words = ColumnWords.parts(facts[place].name)
        return facts[place].column.isNameless || ColumnWords.index.contains(facts[place].plainName)
            || words.count > 1 && words.allSatisfy(ColumnWords.index.contains)
    }
}
