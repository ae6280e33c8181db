import RecurrentLayers

/// What the numbers that a network reads and answers mean, in words: for those who run it elsewhere.
package struct NetworkMeaning: Sendable, Equatable {
    /// Of each number of a step, I texts; of a network over tokens one text, of their indices.
    package var inputs: [String]
    /// Of each output, O texts.
    package var outputs: [String]
    /// How a sequence is read.
    package var reading: String
    /// How outputs become an answer.
    package var answer: String
}

extension ModelDescription {
    /// What its network reads and answers; nil where a task has more than one network, which no other program runs.
    package var meaning: NetworkMeaning? { settings.task.task.meaning(of: self) }

    /// Of the inputs of a supervised task, or of tokens.
    var inputMeaning: [String] {
        guard vocabulary == nil else { return ["index of the token in the vocabulary"] }
        let count = channels ?? 0
        let values = (0..<count).map {
            "(x - mean[\($0)]) / deviation[\($0)] of channel \($0), within ±30; 0 where it is missing"
        }
        let gaps = (0..<count).map { "1 where channel \($0) is missing, else 0" }
        return values + (channelScaling?.indicators == true ? gaps : [])
    }

    /// Of a task that answers once to a sequence: nothing before its last steps is read.
    var windowMeaning: String { "from zero states, the last \(settings.training.window) steps of a sequence at most" }
}

extension LabellingTask {
    func meaning(of description: ModelDescription) -> NetworkMeaning? {
        NetworkMeaning(
            inputs: description.inputMeaning,
            outputs: (description.labels ?? []).map { "logit of the label \"\($0)\"" },
            reading: kind == .tagging ? "from zero states, all steps of a sequence" : description.windowMeaning,
            answer: "softmax over the outputs gives the probabilities of the labels"
                + (kind == .tagging ? ", of each step" : ""))
    }
}

extension Regression {
    func meaning(of description: ModelDescription) -> NetworkMeaning? {
        NetworkMeaning(
            inputs: description.inputMeaning,
            outputs: (description.targetScaling?.mean ?? []).indices.map { "target \($0), scaled" },
            reading: description.windowMeaning, answer: "output · deviation + mean of target_scaling is the value")
    }
}

extension LanguageModeling {
    func meaning(of description: ModelDescription) -> NetworkMeaning? {
        NetworkMeaning(
            inputs: description.inputMeaning, outputs: ["logit of the token of this index, as the next one"],
            reading: "from zero states, the token end_token first where there is one; states go on from step to step",
            answer: "softmax over the outputs gives the probabilities of the next token; unknown_token is never written"
        )
    }
}

extension Forecasting {
    func meaning(of description: ModelDescription) -> NetworkMeaning? {
        guard let facts = description.forecast, let channels = description.channels,
            let forecast = description.settings.forecast
        else { return nil }
        let names = ForecastHead(forecast).outputNames
        return NetworkMeaning(
            inputs: SeriesPath.featureNames(facts, channels: channels),
            outputs: (0..<channels).flatMap { channel in names.map { "channel \(channel): \($0)" } },
            reading:
                "from zero states, steps max(1, T - \(description.context ?? facts.context)) to T - 1 of a history "
                + "of T steps; then "
                + (facts.decodes
                    ? "each step reads what was to be expected in place of the values behind the history"
                    : "each step reads what the step before it predicted"),
            answer: "docs/onnx.md: z is the value, its logarithm with the scaling log; scale and drift are measured on "
                + "the history, base is what exponential smoothing expects (facts.smoothing; without it z one season "
                + "before plus drift, or the last z); the value of step t is "
                + "base[t] + output · scale")
    }
}

extension ForecastHead {
    /// Of the outputs of one channel, in their order.
    var outputNames: [String] {
        switch self {
        case .residual(.studentT):
            [
                "location, in units of scale", "a of the spread softplus(a) + 0.0001, in units of scale",
                "b of the degrees of freedom 2 + softplus(b)",
            ]
        case .residual(.gaussian):
            ["location, in units of scale", "a of the deviation softplus(a) + 0.0001, in units of scale"]
        case .residual(.mse), .residual(.mae), .residual(.huber): ["distance from base, in units of scale"]
        case .quantiles(let function):
            function.levels.map { "quantile \($0) of the distance from base, in units of scale" }
        case .counts:
            [
                "a of the mean scale · (softplus(a) + 0.000001) of a negative binomial distribution",
                "b of its shape softplus(b) / √scale + 0.000001",
            ]
        }
    }
}

extension SeriesPath {
    /// Of the inputs that `writeFeatures` writes for step t, in their order. z are values in the model's space,
    /// `[T, C]` with gaps filled by base.
    static func featureNames(_ facts: ForecastFacts, channels: Int) -> [String] {
        let season = facts.seasonality
        var names: [String] = []
        for channel in 0..<channels {
            func add(_ text: String) { names.append("channel \(channel): \(text)") }
            add("(z[t-1] - base[t-1]) / scale, 0 without \(max(1, season)) steps before t-1")
            let lag = max(2, season)
            add("the same of step t-\(lag)")
            add("(z[t-1] - mean of the last \(max(8, season)) z before t) / scale / 2")
            if season > 1 { add("(base[t] - z[t-1]) / scale / 2") }
            if facts.isCount == true {
                add("z[t-1] / scale")
                add("mean of the last \(max(8, season)) z before t / scale")
                if season > 1 { add("base[t] / scale") }
            }
            if facts.smoothing != nil, season > 1 {
                add("(z[t-\(season)] - base[t]) / scale / 2, 0 without \(season) steps before t")
            }
            if facts.indicators { add("1 where the value of step t-1 is missing, else 0") }
            for lag in facts.inputs?.lags ?? [] {
                add("(z[t-\(lag)] - base[t]) / scale / 2, 0 without \(lag) steps before t")
            }
        }
        if season > 1 {
            let turn = "2π (t + phase) / \(season)"
            names += ["cos \(turn)", "sin \(turn)"]
            if season > 3 { names += ["cos 2 · \(turn)", "sin 2 · \(turn)"] }
        }
        if facts.direct != nil {
            names += [
                "1 where step t-1 lies behind the history or at its end and values are no longer read, else 0",
                "log(1 + steps behind the history, from 1) / log(\(1 + DirectDecoding.stepsMax)), else 0",
            ]
        }
        return names + (facts.inputs.map { $0.featureNames(season: season, isSmoothed: facts.smoothing != nil) } ?? [])
    }
}

extension ForecastInputs {
    /// Of the inputs that `StepInputs` has for step t, in their order.
    fileprivate func featureNames(season: Int, isSmoothed: Bool) -> [String] {
        var names: [String] = []
        for feature in calendar {
            for harmonic in 1...feature.harmonics {
                let turn = "\(harmonic == 1 ? "" : "\(harmonic) · ")2π times how far the \(feature.text) has come"
                names += ["cos \(turn)", "sin \(turn)"]
            }
        }
        if let ageSteps { names.append("log(t + 1) / log(\(max(2, ageSteps)))") }
        let expected = isSmoothed ? "what smoothing expects of it" : nil
        let before = season > 1 ? "t-\(season) (t-1 before a season has gone)" : "t-1"
        func missing(_ name: String) -> String { "1 where \(name) is missing, else 0" }
        for facts in future where facts.scale != nil {
            names += [
                "\(facts.name)[t], scaled", "its change since \(expected ?? before), scaled", missing(facts.name),
            ]
        }
        for facts in past where facts.scale != nil { names += ["\(facts.name)[t-1], scaled", missing(facts.name)] }
        for facts in fixed where facts.scale != nil { names += ["\(facts.name), scaled", missing(facts.name)] }
        for facts in future where facts.categories != nil {
            names += ["index of \(facts.name)[t] in its categories, from 1, 0 unknown", "the same at \(before)"]
        }
        for facts in past where facts.categories != nil { names.append("index of \(facts.name)[t-1], likewise") }
        for facts in fixed where facts.categories != nil { names.append("index of \(facts.name), likewise") }
        return names
    }
}
