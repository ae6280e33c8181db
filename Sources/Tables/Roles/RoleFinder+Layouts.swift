// Series in rows or in columns.
extension RoleFinder {
    /// Each column of numbers is a series.
    mutating func rolesOfColumns() -> TableRoles {
        for place in free {
            if facts[place].isCounting, isIndexName(place) {
                put(place, .leftOut, "an index")
            } else if facts[place].column.kind == .number {
                put(place, .target, "a series")
            } else {
                put(place, .leftOut, "no numbers")
            }
        }
        var roles = found(RowGroups([], rowCount: rowCount))
        roles.layout = "each column is a series"
        return roles
    }

    /// Each row is a series: of its other columns, one has its id, one perhaps the time of its first value, and the
    /// others are of the whole series.
    mutating func rolesOfRows(_ wide: WideRows) throws(TableDoubt) -> TableRoles {
        if request[.target] != nil {
            throw TableDoubt(
                option: "target", question: "rows are series here: what is forecast are their values, not a column",
                answers: [])
        }
        if request[.time] == nil, let place = free.first(where: { facts[$0].column.isTime }) {
            put(place, .time, "the first value's")
        }
        for place in free where facts[place].column.kind == .empty || facts[place].isConstant && rowCount > 1 {
            put(place, .leftOut, facts[place].column.kind == .empty ? "empty" : "constant")
        }
        let keys = free.filter { isKey($0) }
        if request[.id] == nil {
            let named = keys.filter { ColumnWords.parts(facts[$0].name).contains(where: ColumnWords.id.contains) }
            let texts = keys.filter { facts[$0].column.kind == .text }
            if let id = named.first ?? texts.first ?? keys.first(where: { facts[$0].isCounting }) {
                put(id, .id, "another one in each row")
            }
        }
        for place in free {
            if ["start", "begin", "startyear"].contains(facts[place].plainName), facts[place].column.kind == .number {
                if request.hasFrequency {
                    put(place, .time, "decimal years")
                } else {
                    put(place, .leftOut, "decimal years are dates where the frequency is said")
                }
            } else if isKey(place), facts[place].column.kind == .text || facts[place].isCounting {
                put(place, .leftOut, "another name of the id")
            } else {
                put(place, request.hasLabel ? .leftOut : .fixed, "of the whole series")
            }
        }
        var roles = TableRoles(choices: roles.compactMap(\.self))
        let lengths = wide.series.map(\.count), (least, most) = (lengths.min() ?? 0, lengths.max() ?? 0)
        roles.layout = "each row is a series of \(least == most ? "\(most)" : "\(least) to \(most)") values"
        return roles
    }

    private func isKey(_ place: Int) -> Bool {
        facts[place].distinct == rowCount && (facts[place].column.kind == .text || facts[place].isWhole)
    }
}
