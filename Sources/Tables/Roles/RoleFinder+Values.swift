// What is forecast, and what is known beside it.
extension RoleFinder {
    func isTargetName(_ place: Int) -> Bool {
        ColumnWords.target.contains(facts[place].plainName)
            || ColumnWords.parts(facts[place].name).contains(where: ColumnWords.target.contains) && !isFutureName(place)
    }

    func isFutureName(_ place: Int) -> Bool {
        ColumnWords.future.contains(facts[place].plainName)
            || ColumnWords.parts(facts[place].name).contains(where: ColumnWords.future.contains)
    }

    mutating func findTargets() throws(TableDoubt) {
        guard request[.target] == nil, !request.hasLabel else { return }
        let candidates = free.filter { facts[$0].column.kind == .number }
        if candidates.count == 1 { return put(candidates[0], .target, "the only column of numbers") }
        let exact = candidates.filter { ColumnWords.target.contains(facts[$0].plainName) }
        let named = exact.isEmpty ? candidates.filter { isTargetName($0) } : exact
        if named.count == 1 { return put(named[0], .target, "by its name") }
        throw TableDoubt(
            option: "target",
            question: candidates.isEmpty
                ? "no column has numbers to forecast; which one is it?"
                : "which column is to be forecast? Several are one forecast of them all, named with commas"
                    + (candidates.count > 2 && place(of: .id).isEmpty
                        ? "; with layout columns each is a series of its own" : ""),
            answers: (named.isEmpty ? candidates : named).map { facts[$0].name })
    }

    mutating func findCovariates() {
        for place in free {
            let fact = facts[place]
            if request.isComplete {
                put(place, .leftOut, "not asked for")
            } else if request.hasLabel {
                put(place, .target, "an input")
            } else if fact.column.kind == .text, fact.distinct * 2 > rowCount {
                put(place, .leftOut, "a text of its own in most rows")
            } else if fact.column.isTime {
                put(place, .leftOut, "dates")
            } else if isFutureName(place) {
                put(place, .future, "by its name")
            } else {
                put(place, .past, "not said to be known ahead")
            }
        }
    }
}
