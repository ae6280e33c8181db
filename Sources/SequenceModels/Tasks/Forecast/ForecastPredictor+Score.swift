import SeriesTime

extension ForecastPredictor {
    /// Begins to score a series: how likely each value was, told by those before it.
    func startScore(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        try checkScore(request)
        guard case .numeric(let given)? = request.sequence else {
            throw Faults("/sequence", "a numeric series to score is needed")
        }
        let series = try aligned(given, request, horizon: 0), steps = series.targets.steps
        guard steps > 1 else {
            throw Faults("/sequence", "\(steps) steps: a value is scored by those before it, so two are needed")
        }
        let warmUp = request.warmUp ?? Self.warmUpSteps(of: steps, season: facts.seasonality)
        guard warmUp < steps else {
            throw Faults("/warm_up", "\(warmUp) of \(steps) steps: at most \(steps - 1), or nothing is left to score")
        }
        var subject = try subject(of: series, horizon: 0)
        subject.pastEnd = 0
        let transform = SeriesTransform(facts: facts)
        let path = SeriesPath(
            series.targets.values.map { transform.forward($0) }, facts: facts, channels: channels, end: warmUp,
            phase: subject.clock?.phase(season: facts.seasonality))
        subject.inputs = try scoredInputs(series, path, from: max(0, warmUp - contextSteps))
        let rate = request.falseAlarmRate ?? SurpriseFacts.falseAlarmRateDefault
        let scorer = ValueScorer(facts, head: head, falseAlarmRate: rate)
        let totals = ForecastScore.Totals(
            warmUp: warmUp, falseAlarmRate: rate, threshold: scorer.threshold,
            thresholdValues: facts.surprise?.count ?? 0)
        return ForecastScoreStream(
            network: network, scorer: scorer, path: path, subject: subject, context: contextSteps,
            keepsAnswer: request.keeping != .nothing, totals: totals)
    }

    /// Steps from which scale, smoothing and phase are taken: three seasons or 64, at most half of the series.
    static func warmUpSteps(of steps: Int, season: Int) -> Int { min(steps / 2, max(64, 3 * season)) }

    private func scoredInputs(
        _ series: AlignedSeries, _ path: SeriesPath, from first: Int
    ) throws(Faults) -> StepInputs? {
        guard let layout, let inputs = facts.inputs else { return nil }
        do throws(TimeError) {
            return try StepInputs(inputs, layout, series, path: path, steps: first..<series.targets.steps)
        } catch {
            throw Faults("/sequence", error.description)
        }
    }

    private func checkScore(_ request: PredictionRequest) throws(Faults) {
        var checks = SettingsChecks()
        checks.fields(of: request, for: .forecast)
        for (isGiven, name) in [
            (request.horizon != nil, "horizon"), (request.quantiles != nil, "quantiles"),
            (request.samples != nil, "samples"), (request.seed != nil, "seed"), (request.explain != nil, "explain"),
            (request.state != nil, "state"),
        ] where isGiven { checks.fault("/\(name)", "a score forecasts nothing behind the sequence: leave it out") }
        if !head.isDistribution && facts.surprise?.errors == nil {
            checks.fault(
                "/score",
                "this model predicts single values, and how far others lie from them was not measured: train it with a "
                    + "distribution, or with data to hold back")
        }
        try checks.finish()
    }
}
