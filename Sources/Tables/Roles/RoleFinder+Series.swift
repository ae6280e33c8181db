// Whose series a row belongs to, and what is the same in each.
extension RoleFinder {
    mutating func findID() throws(TableDoubt) {
        guard request[.id] == nil, place(of: .id).isEmpty else { return }
        guard let timePlace = place(of: .time).first else {
            // Without times, blocks are series, one behind the other: of a text, or of whole numbers beside others.
            let texts = free.filter { facts[$0].column.kind == .text && facts[$0].isInBlocks() }
            let isOther = free.contains { facts[$0].column.kind == .number && !facts[$0].isWhole }
            let wholes = isOther ? free.filter { isWholeCandidate($0) && facts[$0].isInBlocks(rows: 5) } : []
            let blocks = texts.isEmpty ? wholes : texts
            if blocks.count > 1 { throw which(blocks) }
            for place in blocks { put(place, .id, "repeats in blocks") }
            return
        }
        let times = facts[timePlace]
        if RowGroups([], rowCount: rowCount).isKey(with: times.codes, distinct: times.distinct) { return nameTheOne() }
        for place in try key(time: times) { put(place, .id, "tells rows of one time apart") }
    }

    /// A file of one store is one of the store.
    private mutating func nameTheOne() {
        let constant = facts.indices.first { place in
            facts[place].isConstant && roles[place]?.role == .leftOut && !facts[place].column.isTime
                && facts[place].column.kind != .empty
                && ColumnWords.parts(facts[place].name).contains(where: ColumnWords.id.contains)
        }
        if let constant { put(constant, .id, "the same in all rows") }
    }

    private func isWholeCandidate(_ place: Int) -> Bool {
        facts[place].column.kind == .number && facts[place].isWhole && !isTargetName(place)
            && request[.target]?.contains(facts[place].name) != true
            && !ColumnWords.calendar.contains(facts[place].plainName)
    }

    private func which(_ places: [Int]) -> TableDoubt {
        TableDoubt(
            option: "id", question: "which column tells the series apart?", answers: places.map { facts[$0].name })
    }

    /// Columns that could be part of an id: a tenth of a large table has no series of its own.
    private var candidates: [Int] {
        free.filter { place in
            guard facts[place].column.kind == .text || isWholeCandidate(place) else { return false }
            return facts[place].distinct * 2 <= rowCount
        }
    }

    /// The columns that tell rows of one time apart: one if one is enough, of several that say the same a text; else
    /// two.
    private func key(time: ColumnFacts) throws(TableDoubt) -> [Int] {
        let candidates = candidates
        func isKey(_ places: [Int]) -> Bool {
            RowGroups(places.map { facts[$0] }, rowCount: rowCount).isKey(with: time.codes, distinct: time.distinct)
        }
        let singles = candidates.filter { isKey([$0]) }
        if !singles.isEmpty {
            let distinct = representatives(singles)
            let texts = distinct.filter { facts[$0].column.kind == .text }
            let named = distinct.filter { ColumnWords.parts(facts[$0].name).contains(where: ColumnWords.id.contains) }
            for choice in [distinct, texts, named] where choice.count == 1 { return choice }
            throw which(distinct)
        }
        let texts = representatives(candidates.filter { facts[$0].column.kind == .text })
        for set in [texts, representatives(candidates)] {
            var pairs: [[Int]] = []
            for (index, a) in set.enumerated() {
                for b in set[(index + 1)...] where isKey([a, b]) { pairs.append([a, b]) }
            }
            if pairs.count == 1 { return pairs[0] }
            if pairs.count > 1 {
                throw TableDoubt(
                    option: "id", question: "which columns tell the series apart?",
                    answers: pairs.map { $0.map { facts[$0].name }.joined(separator: ",") })
            }
        }
        throw TableDoubt(option: "id", question: sameTimes(time), answers: candidates.map { facts[$0].name })
    }

    /// What rows of one time without an id look like.
    private func sameTimes(_ time: ColumnFacts) -> String {
        let first = time.codes.first { $0 >= 0 } ?? 0
        let begins = zip(time.codes.dropFirst(), time.codes).count { $0 == first && $1 != first } + 1
        let isGlued = begins > 1 && time.codes.count >= begins * 2
        guard isGlued else {
            return "rows have the same \(time.name), and no column tells them apart: name the column of the id, or say "
                + "how they are merged (forecast.merge)"
        }
        return "\(time.name) goes back to its begin \(begins - 1) time\(begins == 2 ? "" : "s"), as where series stand "
            + "one below the other, and no column tells them apart: name the column of the id, or add one"
    }

    /// Of columns that part the rows in the same way one, a text if there is one.
    private func representatives(_ places: [Int]) -> [Int] {
        var found: [Int] = []
        for place in places.sorted(by: { facts[$0].column.kind == .text && facts[$1].column.kind != .text }) {
            let isSame = found.contains { other in
                facts[other].distinct == facts[place].distinct
                    && RowGroups([facts[other]], rowCount: rowCount).isConstant(facts[place])
            }
            if !isSame { found.append(place) }
        }
        return found.sorted()
    }

    // MARK: The same in each series

    mutating func findStatic(_ groups: RowGroups) {
        let ids = place(of: .id)
        // One series has nothing to compare with.
        guard !ids.isEmpty, groups.count > 1 else { return }
        for place in free where groups.isConstant(facts[place]) {
            if isOtherName(place, of: ids, groups) {
                put(place, .leftOut, "another name of the id")
            } else {
                put(place, .fixed, "the same in each series")
            }
        }
    }

    /// Whether a column says the same as one of the ids: a text for each, or a code. A number for each id may be a
    /// property of it.
    private func isOtherName(_ place: Int, of ids: [Int], _ groups: RowGroups) -> Bool {
        let fact = facts[place]
        return ids.contains { id in
            let rows = facts[id].coded.firstRows
            guard RowGroups([facts[id]], rowCount: rowCount).isConstant(fact), fact.distinct == rows.count else {
                return false
            }
            guard fact.column.kind == .number else { return true }
            guard fact.isWhole else { return false }
            let numbers = rows.map { fact.column.numbers[Int($0)] }
            // Codes count the ids, or stand within them.
            if let least = numbers.min(), numbers.max() == least + Double(rows.count - 1) { return true }
            return rows.allSatisfy { row in
                let row = Int(row)
                return (facts[id].column.text(row) ?? "").contains(fact.column.text(row) ?? "-")
            }
        }
    }
}
