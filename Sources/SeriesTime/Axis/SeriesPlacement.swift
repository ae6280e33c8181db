/// Where the rows of a series stand on an axis: its frequency, and what is missing, repeated or not in order.
package struct SeriesPlacement: Sendable {
    /// Step 0 is the first timestamp, or the begin (of `ME` and the like: the end) of its period if resampled.
    package let axis: TimeAxis
    /// From the first timestamp to the last, gaps included.
    package let stepCount: Int
    /// The step of each row.
    package let steps: [Int]
    /// Steps without a row, in order.
    package let gaps: [Range<Int>]
    /// Rows whose step an earlier one in time has already.
    package let duplicates: [Int]
    /// Rows whose timestamp is earlier than that of the row before.
    package let disorder: [Int]

    /// Rows by time, those of the same time as they came.
    private let order: [Int]
    private let merge: MergeRule

    /// Places that an error names.
    private static let placesMax = 5

    /// Steps without a row.
    package var missingCount: Int { gaps.reduce(0) { $0 + $1.count } }

    /// - Parameters:
    ///   - stamps: one for each row, at least one.
    ///   - frequency: nil to infer it.
    ///   - zone: of the calendar.
    /// - Throws: `TimeError` with the places of what the rules do not allow.
    /// - Complexity: n log n for rows that are not in order, otherwise linear.
    package init(
        _ stamps: [Stamp], frequency: Frequency? = nil, zone: Zone, rules: PlacementRules = PlacementRules()
    ) throws(TimeError) {
        guard !stamps.isEmpty else { throw TimeError.tooFewTimestamps(count: 0, needed: 1) }
        disorder = stamps.indices.dropFirst().filter { stamps[$0] < stamps[$0 - 1] }
        if rules.refusesDisorder, !disorder.isEmpty {
            throw TimeError.disorder(places: Self.first(disorder), count: disorder.count)
        }
        order =
            disorder.isEmpty
            ? Array(stamps.indices) : stamps.indices.sorted { (stamps[$0], $0) < (stamps[$1], $1) }
        let sorted = order.map { stamps[$0] }
        let chosen = if let frequency { frequency } else { try Self.inferred(sorted, order, zone, rules) }
        axis =
            rules.resamples
            ? try TimeAxis(covering: sorted[0], frequency: chosen, zone: zone)
            : try TimeAxis(start: sorted[0], frequency: chosen, zone: zone)
        let placed = try Self.placed(sorted, order, axis, rules, isInferred: frequency == nil)
        (duplicates, gaps, stepCount) = try Self.occupied(placed, order, rules)
        var steps = [Int](repeating: 0, count: stamps.count)
        for (index, row) in order.enumerated() { steps[row] = placed[index] }
        self.steps = steps
        merge = rules.merge ?? .mean
        if rules.merge == nil, !rules.resamples, let row = duplicates.first {
            throw TimeError.duplicates(
                places: Self.first(duplicates), count: duplicates.count,
                stamp: TimestampStyle.dateTime.text(stamps[row], zone))
        }
    }

    /// Values of rows by step, NaN where there is none.
    ///
    /// - Parameter values: one for each row; NaN is a missing one.
    package func placed(_ values: [Double]) -> [Double] {
        precondition(values.count == steps.count, "\(values.count) values of \(steps.count) rows")
        var placed = [Double](repeating: .nan, count: stepCount)
        if duplicates.isEmpty {
            for (row, step) in steps.enumerated() { placed[step] = values[row] }
            return placed
        }
        var counts = [Int](repeating: 0, count: stepCount)
        for row in order where !values[row].isNaN {
            let step = steps[row]
            placed[step] = counts[step] == 0 || merge == .last ? values[row] : placed[step] + values[row]
            counts[step] += 1
        }
        if merge == .mean { for step in placed.indices where counts[step] > 1 { placed[step] /= Double(counts[step]) } }
        return placed
    }

    /// Categories of rows by step, nil where there is none; of several of one step the latest.
    ///
    /// - Parameter values: one for each row; nil is a missing one.
    package func placed(_ values: [String?]) -> [String?] {
        precondition(values.count == steps.count, "\(values.count) values of \(steps.count) rows")
        var placed = [String?](repeating: nil, count: stepCount)
        for row in order where values[row] != nil { placed[steps[row]] = values[row] }
        return placed
    }

    private static func first(_ places: [Int]) -> [Int] { Array(places.prefix(placesMax)) }

    private static func inferred(
        _ sorted: [Stamp], _ order: [Int], _ zone: Zone, _ rules: PlacementRules
    ) throws(TimeError) -> Frequency {
        let kept = sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
        guard kept.count >= FrequencyInference.stampsMin else {
            throw TimeError.tooFewTimestamps(count: kept.count, needed: FrequencyInference.stampsMin)
        }
        switch FrequencyInference.infer(kept.map { sorted[$0] }, zone) {
        case .found(let frequency): return frequency
        case .irregular(let indices, let likely):
            if rules.resamples, let likely { return likely }
            let places = indices.map { order[kept[$0]] }.sorted()
            throw TimeError.irregular(places: first(places), count: places.count, likely: likely)
        }
    }

    /// The step of each stamp, in the order of time.
    private static func placed(
        _ sorted: [Stamp], _ order: [Int], _ axis: TimeAxis, _ rules: PlacementRules, isInferred: Bool
    ) throws(TimeError) -> [Int] {
        if rules.resamples { return sorted.map { axis.period(of: $0) } }
        var steps: [Int] = [], wrong: [Int] = []
        steps.reserveCapacity(sorted.count)
        for (index, stamp) in sorted.enumerated() {
            switch axis.position(of: stamp) {
            case .step(let step): steps.append(step)
            case .after: wrong.append(order[index])
            }
        }
        guard !wrong.isEmpty else { return steps }
        wrong.sort()
        throw isInferred
            ? TimeError.irregular(places: first(wrong), count: wrong.count, likely: axis.frequency)
            : TimeError.offGrid(places: first(wrong), count: wrong.count, frequency: axis.frequency)
    }

    /// What stands where, of steps in order.
    private static func occupied(
        _ placed: [Int], _ order: [Int], _ rules: PlacementRules
    ) throws(TimeError) -> (duplicates: [Int], gaps: [Range<Int>], count: Int) {
        var duplicates: [Int] = [], gaps: [Range<Int>] = [], widest = (steps: 0, place: 0)
        for index in placed.indices.dropFirst() {
            let (previous, step) = (placed[index - 1], placed[index])
            if step == previous { duplicates.append(order[index]) }
            if step > previous + 1 { gaps.append((previous + 1)..<step) }
            if step - previous > widest.steps { widest = (step - previous, order[index]) }
        }
        let count = (placed.last ?? 0) + 1
        guard count <= rules.stepsMax else {
            throw TimeError.tooManySteps(steps: count, stepsMax: rules.stepsMax, place: widest.place)
        }
        return (duplicates.sorted(), gaps, count)
    }
}
