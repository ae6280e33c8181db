import SeriesTime

/// Where the rows of one series stand in time, and what lists with a value for each row are by step.
struct SeriesGrid: Sendable {
    /// Rows of the target.
    let rows: Int
    /// T: steps of the target, gaps included.
    let steps: Int
    /// Nil where no time is known.
    let clock: SeriesClock?
    /// Nil where every row is the step of its number.
    private let placement: SeriesPlacement?

    /// Rows that follow each other.
    init(rows: Int, clock: SeriesClock? = nil) {
        (self.rows, steps, self.clock, placement) = (rows, rows, clock, nil)
    }

    /// Rows with a time each.
    ///
    /// - Parameters:
    ///   - rows: of the target; the placement may have more, for what is known ahead.
    ///   - style: how the times were written.
    init(rows: Int, _ placement: SeriesPlacement, style: TimestampStyle) {
        self.rows = rows
        self.placement = placement
        steps = (placement.steps.prefix(rows).max() ?? -1) + 1
        clock = SeriesClock(axis: placement.axis, style: style.covering(placement.axis.frequency))
    }

    /// Rows with a time: those of the target, and perhaps some that are known ahead.
    var timedRows: Int { placement?.steps.count ?? rows }

    /// Steps without a row between those of the target.
    var gapSteps: Int { placement?.gaps.reduce(0) { $0 + $1.clamped(to: 0..<steps).count } ?? 0 }
    /// Rows that share the step of another one.
    var mergedRows: Int { placement?.duplicates.count ?? 0 }
    /// Rows that came after a later one.
    var disorderedRows: Int { placement?.disorder.count ?? 0 }

    /// The first row behind the target's whose step is not; nil where all are.
    var firstRowNotAhead: Int? {
        guard let placement else { return nil }
        return placement.steps.indices.dropFirst(rows).first { placement.steps[$0] < steps }
    }

    /// Steps of a list with so many values: one for each row of the target, or for more.
    func stepCount(ofValues count: Int) -> Int {
        guard let placement else { return count }
        return count <= rows ? steps : placement.stepCount + count - timedRows
    }

    /// By step, NaN where there is nothing.
    ///
    /// - Parameter values: one for each row of the target, or for each row with a time; more follow behind them.
    func numbers(_ values: [Double]) -> [Double] { byStep(values, missing: .nan) { $0.placed($1) } }

    /// As `numbers`; nil where there is nothing, and of several the latest.
    func categories(_ values: [String?]) -> [String?] { byStep(values, missing: nil) { $0.placed($1) } }

    /// As `numbers`.
    func covariate(_ covariate: Covariate) -> Covariate {
        var covariate = covariate
        switch covariate.values {
        case .numbers(let values): covariate.values = .numbers(numbers(values))
        case .categories(let values): covariate.values = .categories(categories(values))
        }
        return covariate
    }

    /// A channel of the target by step.
    func channel(_ channel: Int, of series: NumericSeries) -> [Double] {
        numbers(stride(from: channel, to: series.values.count, by: series.channels).map { series.values[$0] })
    }

    /// Some channels of the target by step, `[T, C]`.
    func channels(_ order: [Int], of series: NumericSeries) -> NumericSeries {
        if order.count == series.channels, order == Array(order.indices), isInOrder { return series }
        var values = [Double](repeating: .nan, count: steps * order.count)
        for (place, source) in order.enumerated() {
            for (step, value) in channel(source, of: series).enumerated() { values[step * order.count + place] = value }
        }
        return NumericSeries(values: values, channels: order.count)
    }

    private var isInOrder: Bool {
        guard let placement else { return true }
        return placement.gaps.isEmpty && placement.duplicates.isEmpty && placement.disorder.isEmpty
    }

    private func byStep<Value>(
        _ values: [Value], missing: Value, _ place: (SeriesPlacement, [Value]) -> [Value]
    ) -> [Value] {
        guard let placement, !isInOrder else { return values }
        if values.count < timedRows {
            let padded = values + [Value](repeating: missing, count: timedRows - values.count)
            return Array(place(placement, padded).prefix(steps))
        }
        return place(placement, Array(values.prefix(timedRows))) + values.dropFirst(timedRows)
    }
}
