import SeriesTime

/// What the network of a forecast reads beside the values of its series: what was sent, and what a practitioner adds.
struct InputsChoice {
    /// nil where there is nothing.
    let facts: ForecastInputs?
    /// In words.
    let notes: [String]

    /// Series from which on their age tells something.
    private static let agedSeriesMin = 10

    /// - Parameters:
    ///   - longest: steps of the longest series.
    ///   - parent: what it reads is kept.
    /// - Throws: when the series lack what the parent reads, or an option cannot be.
    init(
        _ learned: ForecastSeries, _ seasons: SeasonChoice, longest: Int, _ request: ForecastRequest,
        parent: ModelDescription?
    ) throws(Faults) {
        guard let first = learned.series.first else { throw Faults("/sequences", "numeric series are needed") }
        if request.calendar == true, learned.frequency == nil {
            throw Faults("/forecast/calendar", "times are not known: send \"timestamps\", or \"start\" and a frequency")
        }
        if let lag = request.lags?.firstIndex(where: { $0 >= longest }) {
            throw Faults(
                "/forecast/lags/\(lag)", "the longest series has \(longest) steps, and nothing lies that far behind")
        }
        if let parent {
            facts = parent.forecast?.inputs
            try Self.check(facts ?? ForecastInputs(), like: first, learned.frequency)
            notes = facts == nil ? [] : ["inputs beside the values: those of the version that is continued"]
            return
        }
        var inputs = ForecastInputs()
        inputs.frequency = learned.frequency?.description
        inputs.zone = learned.frequency == nil ? nil : learned.zone?.name
        inputs.targets = first.channels
        inputs.channels = learned.channels
        let all = learned.series + (learned.validation ?? [])
        inputs.future = first.future.indices.map { index in
            CovariateFacts(name: first.future[index].name, all.map { $0.future[index].values })
        }
        inputs.past = first.past.indices.map { index in
            CovariateFacts(name: first.past[index].name, all.map { $0.past[index].values })
        }
        inputs.fixed = first.fixed.indices.map { index in
            CovariateFacts(name: first.fixed[index].name, [Self.values(all.map { $0.fixed[index] })])
        }
        inputs.lags = request.lags?.sorted() ?? seasons.others
        if let frequency = learned.frequency {
            let points = learned.series.reduce(0) { $0 + $1.targets.steps }
            if request.calendar ?? true {
                inputs.calendar = Self.calendar(
                    frequency, season: seasons.season, longest: longest, points: points,
                    isAsked: request.calendar == true)
            }
            if request.age ?? (learned.series.count >= Self.agedSeriesMin) { inputs.ageSteps = longest }
        } else if request.age == true {
            inputs.ageSteps = longest
        }
        facts = inputs.isEmpty ? nil : inputs
        notes = Self.notes(inputs)
        let steps = all.reduce(0) { $0 + $1.targets.steps }, width = StepLayout(inputs).width
        if steps > ModelLimits.inputValuesMax / max(1, width) {
            throw Faults(
                "/sequences",
                "\(steps) steps of \(width) inputs beside the values, at most \(ModelLimits.inputValuesMax) together: "
                    + "send fewer covariates, or calendar false")
        }
    }

    private static func values(_ fixed: [StaticCovariate]) -> CovariateValues {
        let isCategory = fixed.contains { if case .category = $0.value { true } else { false } }
        guard isCategory else {
            return .numbers(fixed.map { if case .number(let number) = $0.value { number } else { .nan } })
        }
        return .categories(fixed.map { if case .category(let name) = $0.value { name } else { nil } })
    }

    /// Points of all series from which on the calendar is worth its inputs, and from which on those are that the phase
    /// within the season tells in part: of few points the network learns their noise.
    private static let pointsMin = 500, pointsOfPhaseMin = 3_000

    /// Features whose cycle the series have seen twice, as far as there is enough to learn them from.
    private static func calendar(
        _ frequency: Frequency, season: Int, longest: Int, points: Int, isAsked: Bool
    ) -> [CalendarFeature] {
        let step = frequency.meanSeconds
        if !isAsked, points < pointsMin { return [] }
        return CalendarFeature.varying(with: frequency).filter { feature in
            let steps = feature.cycleSeconds / step
            if isAsked { return steps >= 2 }
            // Within a cycle of a few steps there is nothing that longer cycles do not tell.
            guard steps >= (feature == .minuteOfHour ? 12 : 2), Double(longest) >= 2 * steps else { return false }
            let isPhase = abs(steps - Double(season)) <= 0.01 * steps
            // A season of months is the same every year, and its phase tells all of it.
            return !isPhase || feature != .monthOfYear && season > 4 && points >= pointsOfPhaseMin
        }
    }

    /// The parent's inputs are there, and no others.
    private static func check(
        _ inputs: ForecastInputs, like series: AlignedSeries, _ frequency: Frequency?
    ) throws(Faults) {
        let pairs = [
            ("future", inputs.future.map(\.name), series.future.map(\.name)),
            ("past", inputs.past.map(\.name), series.past.map(\.name)),
            ("static", inputs.fixed.map(\.name), series.fixed.map(\.name)),
        ]
        for (kind, wanted, found) in pairs where wanted != found {
            let missing = wanted.filter { !found.contains($0) }, more = found.filter { !wanted.contains($0) }
            let reason =
                missing.isEmpty
                ? more.isEmpty ? "their order is another one" : "it does not know \(more.joined(separator: ", "))"
                : "it needs \(missing.joined(separator: ", "))"
            throw Faults("/sequences/0/\(kind)", "the version that is continued has other covariates: \(reason)")
        }
        if inputs.needsTimes, frequency == nil {
            throw Faults("/sequences/0", "the version that is continued reads the calendar: send times")
        }
    }

    private static func notes(_ inputs: ForecastInputs) -> [String] {
        var notes: [String] = []
        var own = inputs.calendar.map(\.text)
        if inputs.ageSteps != nil { own.append("age of the series") }
        if !own.isEmpty { notes.append("inputs from the times: \(own.joined(separator: ", "))") }
        for (facts, text) in [
            (inputs.future, "known ahead"), (inputs.past, "known up to now"), (inputs.fixed, "of whole series"),
        ] where !facts.isEmpty {
            notes.append("inputs \(text): \(facts.map(\.text).joined(separator: ", "))")
        }
        return notes
    }
}
