extension RoleFinder {
    /// The column that says when a row is: dates, the finest of several; seconds since 1970; years; a strictly rising
    /// regular column.
    mutating func findTime() throws(TableDoubt) {
        guard place(of: .time).isEmpty else { return }
        if let (place, reason) = try timeColumn() {
            put(place, .time, reason)
            time = TimeFacts(facts[place])
        }
    }

    private mutating func timeColumn() throws(TableDoubt) -> (place: Int, reason: String)? {
        let times = free.filter { facts[$0].column.isTime }
        if times.count == 1 { return (times[0], "the only column of dates") }
        if times.count > 1 {
            // The finest tells the others: a date beside a time stamp.
            let most = times.map { facts[$0].distinct }.max() ?? 0
            let finest = times.filter { facts[$0].distinct == most }
            let named = finest.filter { ColumnWords.time.contains(facts[$0].plainName) }
            guard let best = finest.count == 1 ? finest.first : named.count == 1 ? named.first : nil else {
                throw TableDoubt(
                    option: "time", question: "which of the columns of dates tells when a row is?",
                    answers: finest.map { facts[$0].name })
            }
            for other in times where other != best { put(other, .leftOut, "\(facts[best].name) tells it") }
            return (best, "the finest of the columns of dates")
        }
        if let epoch = free.first(where: { isEpoch($0) }) { return (epoch, "seconds since 1970") }
        if let year = free.first(where: { isYear($0) }) { return (year, "years") }
        // Columns that are series may count.
        return layout == .columns ? nil : try counter()
    }

    /// Seconds or milliseconds since 1970, of this century or the last decades of the one before.
    private func isEpoch(_ place: Int) -> Bool {
        let column = facts[place].column
        guard column.kind == .number, column.count > 2, !facts[place].isConstant else { return false }
        let isNamed =
            ["time", "epoch", "stamp", "unix"].contains { facts[place].plainName.contains($0) }
            || ColumnWords.time.contains(facts[place].plainName)
        func all(_ range: ClosedRange<Double>) -> Bool { column.numbers.allSatisfy { range.contains($0) } }
        return (all(3e8...4e9) || all(3e11...4e12)) && (isNamed || facts[place].isCounting)
    }

    private func isYear(_ place: Int) -> Bool {
        let column = facts[place].column
        guard column.kind == .number, ["year", "jahr", "yr", "anno"].contains(facts[place].plainName) else {
            return false
        }
        return column.numbers.allSatisfy { !$0.isNaN } && TimeFacts.areYears(column)
    }

    /// A column that counts steps, beside others with numbers: in all rows, or again from its begin in each series.
    private func counter() throws(TableDoubt) -> (place: Int, reason: String)? {
        let counters = free.filter { place in
            guard facts[place].column.kind == .number, !isIndexName(place), !isTargetName(place) else { return false }
            return facts[place].isCounting || ColumnWords.time.contains(facts[place].plainName) && countsAgain(place)
        }
        let others = free.contains { facts[$0].isNumeric && !counters.contains($0) }
        let named = counters.filter { ColumnWords.time.contains(facts[$0].plainName) }
        let isBeside = others || !named.isEmpty && counters.count > 1
        guard let best = named.first ?? counters.first, isBeside else { return nil }
        return (best, "rises by the same")
    }

    /// Rises by one step, or goes back to its first value.
    private func countsAgain(_ place: Int) -> Bool {
        let numbers = facts[place].column.numbers
        guard numbers.count > 3, let first = numbers.first, numbers[1] > first else { return false }
        let step = numbers[1] - first
        return zip(numbers.dropFirst(), numbers).allSatisfy { $0 == first || abs($0 - $1 - step) <= 1e-9 * step }
    }

    /// What the time tells, or counts in time, so that nothing of it is learned: hours, weekdays, epochs, indices. If
    /// nothing else has numbers, it is what is to be learned.
    mutating func leaveOutTime(_ groups: RowGroups) {
        guard let time, let timePlace = place(of: .time).first else { return }
        let name = facts[timePlace].name
        let calendar = CalendarTest(time)
        let rows = groups.rows(time.instants)
        var found: [(place: Int, reason: String)] = []
        for place in free where !isFutureName(place) {
            if counts(place, rows, time) {
                found.append((place, "an index"))
            } else if calendar.cycle(of: facts[place]) != nil || isCalendarName(place) {
                found.append((place, "\(name) tells it"))
            }
        }
        let remains = free.contains { place in
            facts[place].column.kind == .number && !found.contains { $0.place == place }
        }
        guard remains || request[.target] != nil || request.hasLabel else { return }
        for (place, reason) in found where !isTargetName(place) { put(place, .leftOut, reason) }
    }

    private func isCalendarName(_ place: Int) -> Bool {
        ColumnWords.calendar.contains(facts[place].plainName) && facts[place].isWhole
    }

    /// Rises from row to row of each series by the same, or as the time does.
    private func counts(_ place: Int, _ groups: [[Int32]], _ time: TimeFacts) -> Bool {
        guard facts[place].column.kind == .number, facts[place].isWhole else { return false }
        let numbers = facts[place].column.numbers
        var step: Double?, rate: Double?, isEven = true, isLinear = true, steps = 0
        for group in groups {
            for (row, last) in zip(group.dropFirst(), group) {
                let (row, last) = (Int(row), Int(last))
                let rise = numbers[row] - numbers[last]
                guard rise > 0 else { return false }
                if let step { isEven = isEven && rise == step } else { step = rise }
                let (a, b) = (time.instants[row], time.instants[last])
                if a > b, b != TimeFacts.missing {
                    let now = rise / Double(a - b)
                    if let rate { isLinear = isLinear && abs(now - rate) <= 1e-9 * rate } else { rate = now }
                }
                guard isEven || isLinear else { return false }
                steps += 1
            }
        }
        return steps >= 5
    }
}
