/// What is known of the covariates of a series before one of its steps: with it the inputs of the steps from there on
/// are made without reading those before again.
struct CovariatePlace: Sendable {
    /// How many steps of the series came before.
    private(set) var step: Int
    /// Of those that are known ahead, as they were measured; nil of categories.
    let futureScales: [CovariateFacts.Scale?]
    /// Of those that are known up to now.
    let pastScales: [CovariateFacts.Scale?]
    /// Of those that are known ahead: what they are compared with, which smoothing like that of the values expects of
    /// them; nil of categories, and where they are compared with an earlier value.
    private(set) var smoothing: [SmoothingState?]

    /// Before the first of some steps, from which scales are measured.
    /// - Parameters:
    ///   - steps: of `series`.
    ///   - offset: number of the first step of `series` in the whole series.
    ///   - path: of the values, whose smoothing is that of the covariates.
    init(_ layout: StepLayout, _ series: AlignedSeries, _ steps: Range<Int>, offset: Int, like path: SeriesPath) {
        step = offset + steps.lowerBound
        func scale(_ place: StepLayout.Place, _ covariate: Covariate) -> CovariateFacts.Scale? {
            guard case .numbers(let values) = covariate.values else { return place.facts.scale }
            return place.facts.scale?.own(values[steps.clamped(to: values.indices)])
        }
        futureScales = zip(layout.future, series.future).map(scale)
        pastScales = zip(layout.past, series.past).map(scale)
        smoothing = layout.future.map { Self.smoothing(of: $0, like: path) }
    }

    private static func smoothing(of place: StepLayout.Place, like path: SeriesPath) -> SmoothingState? {
        guard place.facts.scale != nil, let smoothing = path.smoothing, let own = smoothing.coefficients.first else {
            return nil
        }
        return SmoothingState(seasons: smoothing.seasons, coefficients: [own], slope: [0])
    }

    /// Takes the steps of `series` before `end`.
    mutating func read(_ series: AlignedSeries, until end: Int, offset: Int) {
        for (index, covariate) in series.future.enumerated() {
            guard var state = smoothing[index] else { continue }
            // Taken out, so that it changes in place.
            smoothing[index] = nil
            var values: [Double] = []
            if case .numbers(let numbers) = covariate.values { values = numbers }
            for t in step - offset..<end {
                state.append(CollectionOfOne(values.indices.contains(t) ? values[t] : .nan))
            }
            smoothing[index] = state
        }
        step = offset + end
    }
}

extension CovariatePlace {
    /// What it has not in common with others of its model.
    func write(to writer: inout StateWriter) {
        for case let scale? in futureScales + pastScales where scale.bySeries {
            writer.numbers([scale.mean, scale.deviation])
        }
        for case let state? in smoothing { state.write(to: &writer) }
    }

    /// As `write` wrote it, of a series of which so many steps were read.
    /// - Parameter path: of its values.
    init(from reader: inout StateReader, _ layout: StepLayout, step: Int, like path: SeriesPath)
        throws(StreamStateError)
    {
        self.step = step
        futureScales = try Self.scales(layout.future, &reader)
        pastScales = try Self.scales(layout.past, &reader)
        var smoothing: [SmoothingState?] = []
        for place in layout.future {
            guard let state = Self.smoothing(of: place, like: path) else {
                smoothing.append(nil)
                continue
            }
            smoothing.append(try SmoothingState(from: &reader, like: state))
        }
        self.smoothing = smoothing
    }

    private static func scales(_ places: [StepLayout.Place], _ reader: inout StateReader) throws(StreamStateError)
        -> [CovariateFacts.Scale?]
    {
        var scales: [CovariateFacts.Scale?] = []
        for place in places {
            var scale = place.facts.scale
            if scale?.bySeries == true {
                scale?.mean = try reader.number()
                let deviation = try reader.number()
                guard deviation > 0 else { throw .invalid("a deviation is not positive") }
                scale?.deviation = deviation
            }
            scales.append(scale)
        }
        return scales
    }
}
