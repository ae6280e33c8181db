import SeriesTime

/// Rules of what a forecaster reads beside the values of its series.
extension SettingsChecks {
    /// - Parameter channels: C, those that are forecast.
    mutating func inputs(_ inputs: ForecastInputs, channels: Int, season: Int, _ pointer: String) {
        do throws(TimeError) { _ = try inputs.names() } catch { fault(pointer + "/frequency", error.description) }
        range(.wholes(2...ModelLimits.lagMax, countMax: ModelLimits.lagsMax), inputs.lags, pointer + "/lags")
        if Set(inputs.calendar).count < inputs.calendar.count { fault(pointer + "/calendar", "one is there twice") }
        if inputs.needsTimes, inputs.frequency == nil { fault(pointer + "/calendar", "it needs a frequency") }
        whole(inputs.ageSteps, 1...ModelLimits.sequenceStepsMax, pointer + "/age_steps")
        if let targets = inputs.targets, targets.count != channels {
            fault(pointer + "/targets", "\(targets.count) names for \(channels) channels")
        }
        if (inputs.channels == nil) != (inputs.targets == nil) {
            fault(pointer + "/channels", "channels and targets have names, or neither has")
        }
        names(inputs, pointer)
        if let cold = inputs.cold {
            profiles(cold, inputs, channels: channels, season: season, pointer + "/cold_start")
        }
        for (facts, name) in [(inputs.future, "future"), (inputs.past, "past"), (inputs.fixed, "static")] {
            if facts.count > ModelLimits.covariatesMax {
                fault("\(pointer)/\(name)", "\(facts.count) covariates, at most \(ModelLimits.covariatesMax)")
            }
            for (index, facts) in facts.prefix(ModelLimits.covariatesMax).enumerated() {
                covariate(facts, "\(pointer)/\(name)/\(index)")
            }
        }
    }

    /// Where forecasts without a history begin: the profile of all series is among them.
    private mutating func profiles(
        _ profiles: [ColdProfile], _ inputs: ForecastInputs, channels: Int, season: Int, _ pointer: String
    ) {
        let rows = inputs.fixed.compactMap(\.tableRows)
        if !profiles.contains(where: { $0.kind == rows.map { _ in 0 } }) {
            fault(pointer, "the profile of all series is missing")
        }
        for (index, profile) in profiles.enumerated() {
            let isKind =
                profile.kind.count == rows.count && zip(profile.kind, rows).allSatisfy { (0..<$1).contains($0) }
            let isProfile =
                profile.values.count == season
                && profile.values.allSatisfy {
                    $0.count == channels && $0.allSatisfy { $0.magnitude <= ModelLimits.valueMax }
                }
            if !isKind { return fault("\(pointer)/\(index)/kind", "a category that the model does not have") }
            if !isProfile {
                return fault("\(pointer)/\(index)/values", "\(season) steps of \(channels) numbers needed")
            }
        }
    }

    /// No name says two things.
    private mutating func names(_ inputs: ForecastInputs, _ pointer: String) {
        let channels = inputs.channels ?? []
        let known = Set(channels)
        if known.count < channels.count { fault(pointer + "/channels", "a name is there twice") }
        if let unknown = inputs.targets?.first(where: { !known.contains($0) }) {
            fault(pointer + "/targets", "\"\(unknown.prefix(40))\" is not a channel")
        }
        let targets = inputs.targets ?? []
        var seen = Set(targets)
        if seen.count < targets.count { fault(pointer + "/targets", "a name is there twice") }
        for facts in inputs.covariates where !seen.insert(facts.name).inserted {
            fault(pointer, "\"\(facts.name.prefix(40))\" is there twice")
            return
        }
    }

    private mutating func covariate(_ facts: CovariateFacts, _ pointer: String) {
        range(.text(sizeBytesMax: ModelLimits.nameSizeBytesMax), facts.name, pointer + "/name")
        switch (facts.scale, facts.categories) {
        case (let scale?, nil):
            let (low, high) = (ModelLimits.scaleMin, ModelLimits.valueMax)
            if !(scale.mean.magnitude <= high) { fault(pointer + "/scale/mean", "outside −\(high) … \(high)") }
            if !(scale.deviation >= low && scale.deviation <= high) {
                fault(pointer + "/scale/deviation", "outside \(low) … \(high)")
            }
        case (nil, let categories?):
            if categories.count > CovariateFacts.categoriesMax {
                fault(
                    pointer + "/categories",
                    "\(categories.count) categories, at most \(CovariateFacts.categoriesMax)")
            } else if Set(categories).count < categories.count {
                fault(pointer + "/categories", "a category is there twice")
            }
        default: fault(pointer, "it has a scale, or categories")
        }
    }
}
