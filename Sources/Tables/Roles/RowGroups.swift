/// The rows of a table by series.
struct RowGroups {
    /// By row, the number of its series; -1 for a row without an id.
    let codes: [Int32]
    /// Of each series.
    let firstRows: [Int32]

    /// All rows are one series where there are no ids.
    init(_ ids: [ColumnFacts], rowCount: Int) {
        guard var codes = ids.first?.codes, var firstRows = ids.first?.coded.firstRows else {
            (codes, firstRows) = ([Int32](repeating: 0, count: rowCount), [0])
            return
        }
        for id in ids.dropFirst() {
            var seen: [Int64: Int32] = [:], next: [Int32] = []
            for row in 0..<rowCount {
                guard codes[row] >= 0, id.codes[row] >= 0 else {
                    codes[row] = -1
                    continue
                }
                let key = Int64(codes[row]) << 32 | Int64(id.codes[row])
                if let code = seen[key] {
                    codes[row] = code
                } else {
                    codes[row] = Int32(next.count)
                    seen[key] = Int32(next.count)
                    next.append(Int32(row))
                }
            }
            firstRows = next
        }
        (self.codes, self.firstRows) = (codes, firstRows)
    }

    /// Series.
    var count: Int { firstRows.count }

    /// The rows of each series, in the order of the table, or of their times where those are given.
    func rows(_ instants: [Int64]? = nil) -> [[Int32]] {
        var sizes = [Int](repeating: 0, count: count)
        for code in codes where code >= 0 { sizes[Int(code)] += 1 }
        var groups = sizes.map { size in
            var rows: [Int32] = []
            rows.reserveCapacity(size)
            return rows
        }
        for (row, code) in codes.enumerated() where code >= 0 { groups[Int(code)].append(Int32(row)) }
        guard let instants else { return groups }
        for place in groups.indices {
            // Rows without a time come last.
            func time(_ row: Int32) -> Int64 {
                let time = instants[Int(row)]
                return time == TimeFacts.missing ? .max : time
            }
            let isSorted = zip(groups[place], groups[place].dropFirst()).allSatisfy { time($0) <= time($1) }
            // Stable: of equal times the order of the table.
            if !isSorted { groups[place].sort { (time($0), $0) < (time($1), $1) } }
        }
        return groups
    }

    /// Whether no two rows of a series have the same of these codes.
    func isKey(with times: [Int32], distinct: Int) -> Bool {
        let size = (count + 1) * (distinct + 1)
        if size < 64 * codes.count + 1 << 20 {
            var seen = [UInt64](repeating: 0, count: size / 64 + 1)
            for row in codes.indices {
                let place = Int(codes[row] + 1) * (distinct + 1) + Int(times[row] + 1)
                if seen[place / 64] & 1 << UInt64(place % 64) != 0 { return false }
                seen[place / 64] |= 1 << UInt64(place % 64)
            }
            return true
        }
        var seen: Set<Int64> = []
        return codes.indices.allSatisfy { seen.insert(Int64(codes[$0]) << 32 | Int64(times[$0] + 1)).inserted }
    }

    /// Whether a column has one value in each series; missing cells are of any.
    func isConstant(_ facts: ColumnFacts) -> Bool {
        var firsts = [Int](repeating: -1, count: count)
        for row in codes.indices where codes[row] >= 0 && !isMissing(facts, row) {
            let group = Int(codes[row])
            if firsts[group] < 0 {
                firsts[group] = row
            } else if !areEqual(facts, firsts[group], row) {
                return false
            }
        }
        return true
    }

    private func isMissing(_ facts: ColumnFacts, _ row: Int) -> Bool {
        facts.isNumeric ? facts.column.numbers[row].isNaN : facts.codes[row] < 0
    }

    private func areEqual(_ facts: ColumnFacts, _ a: Int, _ b: Int) -> Bool {
        facts.isNumeric ? facts.column.numbers[a] == facts.column.numbers[b] : facts.codes[a] == facts.codes[b]
    }
}
