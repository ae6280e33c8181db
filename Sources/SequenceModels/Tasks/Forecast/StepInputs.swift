import Kernels
import RecurrentLayers
import SeriesTime

/// What the network reads of the steps of one series beside its values: calendar, age, covariates. Computed once; all
/// sample paths of a forecast read the same.
struct StepInputs: Sendable {
    let layout: StepLayout
    /// The steps that are here.
    private(set) var steps: Range<Int>
    /// `[steps, W]`
    private var rows: [Float]
    /// Of covariates that are known ahead and compared with what smoothing expects of them.
    private var comparisons: [Comparison] = []

    /// What a covariate is compared with, and where.
    private struct Comparison {
        /// Its place among all covariates.
        let covariate: Int
        let column: Int
        let scale: CovariateFacts.Scale
        /// By step from 0; NaN missing.
        let values: [Double]
        let trail: SmoothingTrail

        /// NaN where it is missing.
        func value(_ t: Int) -> Double { values.indices.contains(t) ? values[t] : .nan }

        /// What was to be expected before `origin` of it and the `count - 1` steps after it, scaled; NaN where nothing
        /// was. Nil where the smoothing cannot be told as it stood there.
        func expected(from origin: Int, count: Int) -> [Double]? {
            guard var state = trail.state(before: origin, { CollectionOfOne(value($0)) }) else { return nil }
            return (0..<count).map { _ in
                defer { state.append(CollectionOfOne(.nan)) }
                return state.knows(0) ? scale.scaled(state.expected(0)) : .nan
            }
        }
    }

    /// Covariates that a reader does not see.
    struct Blinds: Sendable {
        /// Past covariates are known up to this step, which itself is not.
        var pastEnd: Int
        /// Covariates that are left out, by their place among all of them: future, past, static.
        var dropped: Set<Int> = []

        /// - Parameter pastEnd: T of what is known.
        init(pastEnd: Int) { self.pastEnd = pastEnd }
    }

    /// - Parameters:
    ///   - series: its covariates reach to the end of `steps`, past ones to T.
    ///   - path: of the values: says what a step is compared with.
    ///   - steps: those to compute.
    /// - Throws: `TimeError.beyondCalendar`.
    init(
        _ inputs: ForecastInputs, _ layout: StepLayout, _ series: AlignedSeries, path: SeriesPath,
        steps: Range<Int>
    ) throws(TimeError) {
        self.layout = layout
        self.steps = steps
        rows = [Float](repeating: 0, count: steps.count * layout.width)
        try fillCalendar(inputs, series.clock)
        if let ageSteps = inputs.ageSteps {
            let unit = PortableMath.log(Double(max(2, ageSteps)))
            for t in steps { put(PortableMath.log(Double(t + 1)) / unit, t, layout.calendarWidth) }
        }
        for (index, (place, covariate)) in zip(layout.future, series.future).enumerated() {
            fill(place, covariate, behind: 0, comparedWith: path, index)
        }
        for (place, covariate) in zip(layout.past, series.past) { fill(place, covariate, behind: 1) }
        for (place, covariate) in zip(layout.fixed, series.fixed) { fill(place, covariate) }
    }

    private mutating func put(_ value: Double, _ t: Int, _ column: Int) {
        rows[(t - steps.lowerBound) * layout.width + column] = Float(max(-8, min(8, value)))
    }

    private mutating func fillCalendar(_ inputs: ForecastInputs, _ clock: SeriesClock?) throws(TimeError) {
        guard layout.calendarWidth > 0, let axis = clock?.axis else { return }
        for t in steps {
            let local = axis.zone.local(try axis.stamp(t))
            var column = 0
            for feature in inputs.calendar {
                let turn = feature.value(local)
                for harmonic in 1...feature.harmonics {
                    let part = turn * Double(harmonic)
                    let point = PortableMath.cosSinTurns(part - part.rounded(.down))
                    put(point.cos, t, column)
                    put(point.sin, t, column + 1)
                    column += 2
                }
            }
        }
    }

    /// A covariate by step.
    /// - Parameters:
    ///   - behind: how many steps before step t it is read for it.
    ///   - path: of the values, whose base tells what step t is compared with; nil where it is not.
    ///   - number: of the covariate among all.
    private mutating func fill(
        _ place: StepLayout.Place, _ covariate: Covariate, behind: Int, comparedWith path: SeriesPath? = nil,
        _ number: Int = 0
    ) {
        switch covariate.values {
        case .numbers(let values) where place.facts.scale != nil:
            guard let scale = place.facts.scale?.own(values[...]) else { return }
            func value(_ t: Int) -> Double { values.indices.contains(t) ? values[t] : .nan }
            let (bases, trail) = path.map { Self.bases(values, $0, until: steps.upperBound) } ?? ([], nil)
            if let trail {
                comparisons.append(
                    Comparison(
                        covariate: number, column: place.columns.lowerBound + 1, scale: scale, values: values,
                        trail: trail))
            }
            for t in steps {
                let now = value(t - behind)
                let isMissing = now.isNaN
                put(isMissing ? 1 : 0, t, place.columns.upperBound - 1)
                guard !isMissing else { continue }
                put(scale.scaled(now), t, place.columns.lowerBound)
                if t < bases.count, !bases[t].isNaN {
                    put(scale.scaled(now) - scale.scaled(bases[t]), t, place.columns.lowerBound + 1)
                }
            }
        case .categories(let values) where place.facts.categories != nil:
            func index(_ t: Int) -> Int {
                values.indices.contains(t) ? values[t].flatMap { place.indices[$0] } ?? 0 : 0
            }
            for t in steps {
                putIndex(index(t - behind), t, place.columns.lowerBound)
                if let shape = path?.shape {
                    putIndex(index(t - shape.baseDistance(t)), t, place.columns.lowerBound + 1)
                }
            }
        default:
            // Nothing is known of it but that: a list of nulls goes with either kind.
            guard place.facts.scale != nil else { return }
            for t in steps { put(1, t, place.columns.upperBound - 1) }
        }
    }

    /// What a covariate is compared with, from step 0 on: what smoothing like that of the values expects of it, so that
    /// what it does to them in proportion stays so in their distances from their base; or its value at the base.
    /// - Returns: beside it, where forecasts are decoded directly, what it is made of.
    private static func bases(
        _ values: [Double], _ path: SeriesPath, until end: Int
    ) -> (bases: [Double], trail: SmoothingTrail?) {
        guard let smoothing = path.smoothing, let own = smoothing.coefficients.first else {
            let bases = (0..<end).map { t in
                let before = t - path.shape.baseDistance(t)
                return values.indices.contains(before) ? values[before] : .nan
            }
            return (bases, nil)
        }
        var state = SmoothingState(seasons: smoothing.seasons, coefficients: [own], slope: [0])
        var trail = SmoothingTrail()
        let bases = (0..<end).map { t in
            if path.shape.isDirect { trail.note(state) }
            defer { state.append(CollectionOfOne(values.indices.contains(t) ? values[t] : .nan)) }
            return state.knows(0) ? state.expected(0) : .nan
        }
        return (bases, path.shape.isDirect ? trail : nil)
    }

    private mutating func fill(_ place: StepLayout.Place, _ covariate: StaticCovariate) {
        for t in steps {
            switch covariate.value {
            case .number(let number):
                if let scale = place.facts.scale { put(scale.scaled(number), t, place.columns.lowerBound) }
            case .category(let name): putIndex(place.indices[name] ?? 0, t, place.columns.lowerBound)
            case .missing: if place.facts.scale != nil { put(1, t, place.columns.upperBound - 1) }
            }
        }
    }

    private mutating func putIndex(_ index: Int, _ t: Int, _ column: Int) {
        rows[(t - steps.lowerBound) * layout.width + column] = Float(index)
    }

    /// Writes the inputs of a step.
    /// - Precondition: it is one of `steps`.
    func write(_ t: Int, _ blinds: Blinds, into target: UnsafeMutablePointer<Float>) {
        let first = (t - steps.lowerBound) * layout.width
        rows.withUnsafeBufferPointer { rows in
            if let base = rows.baseAddress { target.update(from: base + first, count: layout.width) }
        }
        if t > blinds.pastEnd { for place in layout.past { Self.hide(place, target) } }
        guard !blinds.dropped.isEmpty else { return }
        for index in blinds.dropped { Self.hide(layout.places[index], target) }
    }

    /// Numbers of steps behind an origin in one column.
    struct Frozen: Sendable {
        /// Their covariate among all.
        let covariate: Int
        let column: Int
        let values: [Float]
    }

    /// What covariates are compared with, as it was to be expected before a step: as the values' base is when all steps
    /// are answered from there.
    func frozen(at origin: Int, count: Int) -> [Frozen] {
        comparisons.compactMap { one in
            guard let expected = one.expected(from: origin, count: count) else { return nil }
            let values = zip(origin..., expected).map { t, expected -> Float in
                let now = one.value(t)
                guard !now.isNaN, !expected.isNaN else { return 0 }
                return Float(max(-8, min(8, one.scale.scaled(now) - expected)))
            }
            return Frozen(covariate: one.covariate, column: one.column, values: values)
        }
    }

    /// Some of the steps, those from an origin on compared as `frozen` says.
    func part(_ part: Range<Int>, frozenAt origin: Int) -> StepInputs {
        var result = self
        result.steps = part
        let width = layout.width, first = steps.lowerBound
        result.rows = Array(rows[(part.lowerBound - first) * width..<(part.upperBound - first) * width])
        for one in frozen(at: origin, count: part.upperBound - origin) {
            for (step, value) in one.values.enumerated() {
                result.rows[(origin + step - part.lowerBound) * width + one.column] = value
            }
        }
        return result
    }

    /// The same with covariates of the steps from an origin on as they were to be expected there; nil without any.
    func expected(from origin: Int) -> StepInputs? {
        guard !layout.future.isEmpty else { return nil }
        var result = self
        for one in comparisons {
            let expected = one.expected(from: origin, count: steps.upperBound - origin) ?? []
            for (t, value) in zip(origin..., expected) where !value.isNaN {
                result.put(value, t, one.column - 1)
                result.put(0, t, one.column)
                result.put(0, t, one.column + 1)
            }
        }
        for place in layout.future where place.facts.categories != nil {
            for t in max(origin, steps.lowerBound)..<steps.upperBound {
                let first = (t - steps.lowerBound) * layout.width + place.columns.lowerBound
                result.rows[first] = rows[first + 1]
            }
        }
        return result
    }

    /// As if it were missing.
    private static func hide(_ place: StepLayout.Place, _ target: UnsafeMutablePointer<Float>) {
        for column in place.columns { target[column] = 0 }
        if place.facts.scale != nil { target[place.columns.upperBound - 1] = 1 }
    }

    /// Bytes that so many steps take.
    static func sizeBytes(_ layout: StepLayout, steps: Int) -> Int { steps * layout.width * MemoryLayout<Float>.size }

    /// Bytes that it holds.
    var sizeBytes: Int {
        comparisons.reduce(Self.sizeBytes(layout, steps: steps.count)) { sum, one in
            sum + one.values.count * MemoryLayout<Double>.size + one.trail.sizeBytes
        }
    }
}

extension StepInputs {
    /// What is still to come from step `t` on.
    func write(from t: Int, to writer: inout StateWriter) {
        writer.count(max(0, steps.upperBound - t))
        writer.floats(Array(rows[(max(t, steps.lowerBound) - steps.lowerBound) * layout.width..<rows.count]))
    }

    /// As `write` wrote it, of a forecast that stands at step `t`.
    /// - Throws: when it is too short for the steps to come, or has a category that there is not.
    init(from reader: inout StateReader, _ layout: StepLayout, at t: Int, until end: Int) throws(StreamStateError) {
        self.layout = layout
        let count = try reader.count("steps of inputs", 0...ModelLimits.horizonMax)
        guard t + count >= end else { throw .foreign("it knows \(count) steps ahead, \(end - t) are needed") }
        steps = t..<t + count
        rows = try reader.floats(count * layout.width)
        for row in 0..<count {
            for (field, table) in layout.fields.enumerated() {
                let index = rows[row * layout.width + layout.numbers + field]
                guard index >= 0, index < Float(layout.tables[table].rows), index == index.rounded() else {
                    throw .invalid("a category is not one of the model")
                }
            }
        }
    }
}
