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
    private(set) var rows: [Float]
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
        /// The step that the trail begins before.
        let first: Int

        /// NaN where it is missing.
        func value(_ t: Int) -> Double { values.indices.contains(t) ? values[t] : .nan }

        /// What was to be expected before `origin` of it and the `count - 1` steps after it, scaled; NaN where nothing
        /// was. Nil where the smoothing cannot be told as it stood there.
        func expected(from origin: Int, count: Int) -> [Double]? {
            let state = trail.state(before: origin - first) { CollectionOfOne(value(first + $0)) }
            guard var state else { return nil }
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
        let known = CovariatePlace(layout, series, 0..<Int.max, offset: 0, like: path)
        try self.init(inputs, layout, series, shape: path.shape, steps: steps, from: known, offset: 0)
    }

    /// The same of a series whose first steps are no longer there.
    /// - Parameters:
    ///   - steps: those to compute, as `series` numbers them.
    ///   - known: before them, or before earlier ones of `series`.
    ///   - offset: number of the first step of `series` in the whole, whose clock it has.
    /// - Throws: `TimeError.beyondCalendar`.
    init(
        _ inputs: ForecastInputs, _ layout: StepLayout, _ series: AlignedSeries, shape: PathShape, steps: Range<Int>,
        from known: CovariatePlace, offset: Int
    ) throws(TimeError) {
        self.layout = layout
        self.steps = steps
        rows = [Float](repeating: 0, count: steps.count * layout.width)
        try fillCalendar(inputs, series.clock, offset)
        if let ageSteps = inputs.ageSteps {
            let unit = PortableMath.log(Double(max(2, ageSteps)))
            for t in steps { put(PortableMath.log(Double(offset + t + 1)) / unit, t, layout.calendarWidth) }
        }
        for (index, (place, covariate)) in zip(layout.future, series.future).enumerated() {
            let reference = Reference(
                covariate: index, shape: shape, smoothing: known.smoothing[index], first: known.step - offset,
                offset: offset)
            fill(place, covariate.values, known.futureScales[index], behind: 0, comparedBy: reference)
        }
        for (index, (place, covariate)) in zip(layout.past, series.past).enumerated() {
            fill(place, covariate.values, known.pastScales[index], behind: 1)
        }
        for (place, covariate) in zip(layout.fixed, series.fixed) { fill(place, covariate) }
    }

    /// As they are.
    init(_ layout: StepLayout, steps: Range<Int>, rows: [Float]) {
        (self.layout, self.steps, self.rows) = (layout, steps, rows)
    }

    private mutating func put(_ value: Double, _ t: Int, _ column: Int) {
        rows[(t - steps.lowerBound) * layout.width + column] = Float(max(-8, min(8, value)))
    }

    private mutating func fillCalendar(
        _ inputs: ForecastInputs, _ clock: SeriesClock?, _ offset: Int
    ) throws(TimeError) {
        guard layout.calendarWidth > 0, let axis = clock?.axis else { return }
        for t in steps {
            let local = axis.zone.local(try axis.stamp(offset + t))
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

    /// What says with what the steps of a covariate are compared.
    private struct Reference {
        /// Its place among all.
        let covariate: Int
        let shape: PathShape
        /// What expects its values; nil where they are compared with earlier ones.
        let smoothing: SmoothingState?
        /// The step that it stands before.
        let first: Int
        /// Number of step 0 in the whole series.
        let offset: Int
    }

    /// A covariate by step.
    /// - Parameters:
    ///   - behind: how many steps before step t it is read for it.
    ///   - reference: nil where it is compared with nothing.
    private mutating func fill(
        _ place: StepLayout.Place, _ covariate: CovariateValues, _ scale: CovariateFacts.Scale?, behind: Int,
        comparedBy reference: Reference? = nil
    ) {
        switch (covariate, scale) {
        case (.numbers(let values), let scale?):
            let bases = reference.map { self.bases(values, $0, scale, place) } ?? []
            for t in steps {
                let now = values.indices.contains(t - behind) ? values[t - behind] : .nan
                let isMissing = now.isNaN
                put(isMissing ? 1 : 0, t, place.columns.upperBound - 1)
                guard !isMissing else { continue }
                put(scale.scaled(now), t, place.columns.lowerBound)
                if let reference, !bases[t - reference.first].isNaN {
                    put(scale.scaled(now) - scale.scaled(bases[t - reference.first]), t, place.columns.lowerBound + 1)
                }
            }
        case (.categories(let values), _) where place.facts.categories != nil:
            func index(_ t: Int) -> Int {
                values.indices.contains(t) ? values[t].flatMap { place.indices[$0] } ?? 0 : 0
            }
            for t in steps {
                putIndex(index(t - behind), t, place.columns.lowerBound)
                if let reference {
                    let before = t - reference.shape.baseDistance(t + reference.offset)
                    putIndex(index(before), t, place.columns.lowerBound + 1)
                }
            }
        default:
            // Nothing is known of it but that: a list of nulls goes with either kind.
            guard place.facts.scale != nil else { return }
            for t in steps { put(1, t, place.columns.upperBound - 1) }
        }
    }

    /// What a covariate is compared with, from the reference's first step on: what smoothing like that of the values
    /// expects of it, so that what it does to them in proportion stays so in their distances from their base; or its
    /// value at the base. What it is made of is kept where forecasts are decoded directly.
    private mutating func bases(
        _ values: [Double], _ reference: Reference, _ scale: CovariateFacts.Scale, _ place: StepLayout.Place
    ) -> [Double] {
        let all = reference.first..<max(reference.first, steps.upperBound), shape = reference.shape
        func value(_ t: Int) -> Double { values.indices.contains(t) ? values[t] : .nan }
        guard var state = reference.smoothing else {
            return all.map { value($0 - shape.baseDistance($0 + reference.offset)) }
        }
        var trail = SmoothingTrail()
        let bases = all.map { t in
            if shape.isDirect { trail.note(state) }
            defer { state.append(CollectionOfOne(value(t))) }
            return state.knows(0) ? state.expected(0) : .nan
        }
        if shape.isDirect {
            comparisons.append(
                Comparison(
                    covariate: reference.covariate, column: place.columns.lowerBound + 1, scale: scale, values: values,
                    trail: trail, first: reference.first))
        }
        return bases
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

    /// Writes the inputs of a step by its place among those that are here; all is seen.
    func write(row: Int, into target: UnsafeMutablePointer<Float>) {
        write(steps.lowerBound + row, Blinds(pastEnd: .max), into: target)
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
