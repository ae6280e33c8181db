package import SeriesTime

/// How likely the values of a series were, each told by those before it.
package struct ForecastScore: Prediction {
    /// `[T][C]` in the unit of the data, NaN where a value is missing or was not scored: natural logarithm of the
    /// density, of counts of the probability.
    package var logLikelihood: ForecastValues
    /// The same shape: the distribution function at the value.
    package var pit: ForecastValues
    /// −log of the two-sided tail probability.
    package var surprise: ForecastValues
    /// The surprise beyond which it would have been an anomaly (`RecentSurprise`).
    package var limit: ForecastValues
    /// The median that was predicted, of counts the mean; NaN before the first step that is scored.
    package var expected: ForecastValues
    /// 1 where the surprise is beyond the limit, else 0; NaN as above.
    package var anomaly: ForecastValues
    /// Of all of it.
    package var totals: Totals
    /// Whose series it is.
    package var names = ForecastNames()
    /// When its steps are, `[T]`; nil where that is not known.
    package var timestamps: [TimestampValue]?

    /// What is known when all is scored.
    package struct Totals: Sendable, Equatable {
        /// Steps of the beginning that were read, and not scored.
        package var warmUp: Int
        /// Values scored.
        package var scored = 0
        /// Those beyond their limits.
        package var anomalies = 0
        /// Sum of the log-likelihoods of those scored.
        var sum = 0.0
        /// Share of usual values that are taken for anomalies.
        package var falseAlarmRate: Double
        /// The limit at least.
        package var threshold: Double
        /// Values on which the threshold was found; 0 where it is what the distributions say.
        package var thresholdValues: Int

        /// NaN where nothing was scored.
        package var meanLogLikelihood: Double { scored > 0 ? sum / Double(scored) : .nan }

        var members: [AnswerMember] {
            [
                AnswerMember("warm_up", .whole(warmUp)), AnswerMember("scored", .whole(scored)),
                AnswerMember("anomalies", .whole(anomalies)),
                AnswerMember("mean_log_likelihood", .number(meanLogLikelihood)),
                AnswerMember("false_alarm_rate", .number(falseAlarmRate)),
                AnswerMember("threshold", .number(threshold)),
                AnswerMember("threshold_values", .whole(thresholdValues)),
            ]
        }
    }

    init(channels: Int, totals: Totals) {
        let none = ForecastValues(channels: channels)
        (logLikelihood, pit, surprise, limit, expected, anomaly) = (none, none, none, none, none, none)
        self.totals = totals
    }
}

extension ForecastScore {
    package var members: [AnswerMember] {
        var members = names.idMembers + names.channelMembers
        if let timestamps { members.append(AnswerMember("timestamps", .timestamps(timestamps))) }
        if names.gapSteps > 0 { members.append(AnswerMember("gaps", .whole(names.gapSteps))) }
        if names.leftOut > 0 { members.append(AnswerMember("left_out", .whole(names.leftOut))) }
        return members + [
            AnswerMember("log_likelihood", .path(logLikelihood)), AnswerMember("pit", .path(pit)),
            AnswerMember("surprise", .path(surprise)), AnswerMember("limit", .path(limit)),
            AnswerMember("expected", .path(expected)), AnswerMember("anomaly", .flags(anomaly)),
        ] + totals.members
    }

    /// The shape of the members, for readers of the OpenAPI document.
    static let shape = AnswerShape(
        MemberShape("id", .text, isRequired: false, help: "As it was sent."),
        MemberShape("channels", .texts, isRequired: false, help: "Names of what is scored."),
        MemberShape(
            "timestamps", .timestamps, isRequired: false,
            help: "When the steps of the sequence are, written as those of the request."),
        MemberShape("gaps", .whole, isRequired: false, help: "Steps without a row."),
        MemberShape(
            "left_out", .whole, isRequired: false,
            help: "Values without a logarithm, taken for missing by a model that found logarithms better."),
        MemberShape(
            "log_likelihood", .pathOrUnknown,
            help: "Natural logarithm of the density of each value, by those before it; of counts, their probability."),
        MemberShape("pit", .pathOrUnknown, help: "The distribution function at the value, 0 to 1."),
        MemberShape("surprise", .pathOrUnknown, help: "−log of the two-sided tail probability."),
        MemberShape("limit", .pathOrUnknown, help: "The surprise beyond which the value would be an anomaly."),
        MemberShape("expected", .pathOrUnknown, help: "The median that was predicted; of counts the mean."),
        MemberShape("anomaly", .flags, help: "Whether the surprise is beyond the limit."),
        MemberShape("warm_up", .whole, help: "Steps of the beginning that were read, and not scored."),
        MemberShape("scored", .whole, help: "Values scored: missing ones are not."),
        MemberShape("anomalies", .whole, help: "Of them, those beyond their limits."),
        MemberShape("mean_log_likelihood", .numberOrUnknown), MemberShape("false_alarm_rate", .number),
        MemberShape("threshold", .number, help: "The limit at least: higher where values were wilder of late."),
        MemberShape(
            "threshold_values", .whole,
            help: "Values not learned, by which the threshold was found; 0: it is what the distributions say."
        ))
}

/// What a stream tells of one step of a series that is scored; NaN as in `ForecastScore`.
package struct ForecastScoreEvent: PredictionEvent {
    /// 1-based.
    package let step: Int
    /// `[C]`.
    package var logLikelihood: [Double] = []
    /// `[C]`.
    package var pit: [Double] = []
    /// `[C]`.
    package var surprise: [Double] = []
    /// `[C]`.
    package var limit: [Double] = []
    /// `[C]`.
    package var expected: [Double] = []
    /// `[C]`.
    package var anomaly: [Double] = []
    /// Whose series it is.
    package var names = ForecastNames()
    /// When the step is; nil where that is not known.
    package var timestamp: TimestampValue?
    /// Of all steps, with the last of them.
    package var totals: ForecastScore.Totals?

    init(step: Int) { self.step = step }

    package var members: [AnswerMember] {
        var members = names.idMembers
        members.append(AnswerMember("step", .whole(step)))
        if let timestamp { members.append(AnswerMember("timestamp", .timestamp(timestamp))) }
        members += names.channelMembers
        members += [
            AnswerMember("log_likelihood", .step(logLikelihood)), AnswerMember("pit", .step(pit)),
            AnswerMember("surprise", .step(surprise)), AnswerMember("limit", .step(limit)),
            AnswerMember("expected", .step(expected)), AnswerMember("anomaly", .stepFlags(anomaly)),
        ]
        return members + (totals?.members ?? [])
    }
}
