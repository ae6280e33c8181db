package import SeriesTime

/// Forecast of C channels over `horizon` steps; every number is finite.
package struct ForecastPrediction: Prediction {
    /// C of the model.
    package var channels: Int
    /// `[horizon][C]`.
    package var mean: ForecastValues
    /// By level: `[horizon][C]`; empty for a point head.
    package var quantiles: [(level: Double, values: ForecastValues)]
    /// `[path][horizon][C]`; empty for a point head, and where they were not to be kept.
    package var samples: [ForecastValues]
    /// Whose forecast it is.
    package var names = ForecastNames()
    /// When its steps are, `[horizon]`, as the client wrote those of the history; nil where that is not known.
    package var timestamps: [TimestampValue]?
    /// What the mean is made of; nil unless that was asked.
    package var explanation: ForecastExplanation?
    /// How surprising what a session has read was; nil of any other forecast.
    var watch: SeriesWatch?

    /// A whole forecast; all parts have the same horizon and channels.
    package init(
        channels: Int, mean: ForecastValues, quantiles: [(level: Double, values: ForecastValues)],
        samples: [ForecastValues]
    ) {
        self.channels = channels
        self.mean = mean
        self.quantiles = quantiles
        self.samples = samples
    }
}

extension ForecastPrediction {
    package var members: [AnswerMember] {
        var members = names.idMembers + names.channelMembers
        if let timestamps { members.append(AnswerMember("timestamps", .timestamps(timestamps))) }
        if names.gapSteps > 0 { members.append(AnswerMember("gaps", .whole(names.gapSteps))) }
        if names.leftOut > 0 { members.append(AnswerMember("left_out", .whole(names.leftOut))) }
        members.append(AnswerMember("mean", .path(mean)))
        if !quantiles.isEmpty {
            let levels = quantiles.map { AnswerMember($0.level.description, .path($0.values)) }
            members.append(AnswerMember("quantiles", .members(levels)))
        }
        if let explanation { members.append(explanation.member) }
        members += watch?.members ?? []
        return members
    }

    package var longMember: LongMember? {
        let samples = samples
        return samples.isEmpty ? nil : LongMember(name: "samples", count: samples.count) { .path(samples[$0]) }
    }
}

/// What a stream tells of one step.
package struct ForecastEvent: PredictionEvent {
    /// 1-based.
    package let step: Int
    /// `[C]`.
    package let mean: [Double]
    /// By level: `[C]`.
    package let quantiles: [(level: Double, values: [Double])]
    /// Whose forecast it is.
    package var names = ForecastNames()
    /// When the step is; nil where that is not known.
    package var timestamp: TimestampValue?
    /// What the mean is made of, up to this step; nil unless that was asked.
    var explanation: ForecastExplanation?

    package var members: [AnswerMember] {
        var members = names.idMembers
        members.append(AnswerMember("step", .whole(step)))
        if let timestamp { members.append(AnswerMember("timestamp", .timestamp(timestamp))) }
        members += names.channelMembers
        members.append(AnswerMember("mean", .step(mean)))
        if !quantiles.isEmpty {
            let levels = quantiles.map { AnswerMember($0.level.description, .step($0.values)) }
            members.append(AnswerMember("quantiles", .members(levels)))
        }
        if let explanation { members.append(explanation.eventMember) }
        return members
    }
}
