import Kernels
import SeriesTime

/// Judges the values of a session as they come, each told by those before it.
struct SeriesWatch: Sendable {
    private let scorer: ValueScorer
    /// Nothing can be said of values: the model predicts single ones, and how far others lie was not measured.
    let isBlind: Bool
    private let falseAlarmRate: Double
    private let thresholdValues: Int
    private var events: [ForecastScoreEvent] = []
    private var anomalies = 0
    /// By channel; behind all steps that were scored.
    private(set) var recent: [RecentSurprise]
    private let capacity: Int
    /// When the steps are; nil where that is not known.
    private let clock: SeriesClock?
    /// Number of the first step that is judged.
    private let firstStep: Int

    /// - Parameters:
    ///   - rate: share of usual values that are taken for anomalies.
    ///   - recent: by channel, before these steps.
    ///   - steps: to score, numbered from the beginning of the session.
    init(
        _ facts: ForecastFacts, head: ForecastHead, rate: Double, recent: [RecentSurprise], steps: Range<Int>,
        clock: SeriesClock?
    ) {
        scorer = ValueScorer(facts, head: head, falseAlarmRate: rate)
        self.recent = recent
        isBlind = !head.isDistribution && facts.surprise?.errors == nil
        falseAlarmRate = rate
        thresholdValues = facts.surprise?.count ?? 0
        capacity = steps.count
        firstStep = steps.lowerBound
        self.clock = clock
    }

    /// Nothing was judged.
    var isEmpty: Bool { events.isEmpty }

    /// Bytes that it will hold.
    var sizeBytes: Int { capacity * 512 }

    /// - Parameter outputs: `[C · P]` of the step.
    mutating func add(_ step: SeriesReading.Watched, _ outputs: UnsafePointer<Float>) {
        var event = ForecastScoreEvent(unscored: firstStep + events.count + 1, channels: step.value.count)
        for channel in step.value.indices {
            let isAnomaly = scorer.score(
                outputs + channel * scorer.outputs, base: step.base[channel], unit: step.unit[channel],
                value: step.value[channel], channel, &recent[channel], &event)
            if isAnomaly == true { anomalies += 1 }
        }
        if let clock, let stamp = try? clock.axis.stamp(firstStep + events.count) {
            event.timestamp = clock.style.value(stamp, clock.axis.zone)
        }
        events.append(event)
    }

    /// What is told; nothing where nothing was judged.
    var members: [AnswerMember] {
        guard !events.isEmpty else { return [] }
        return [
            AnswerMember("observed", .list(events.map(\.members))), AnswerMember("anomalies", .whole(anomalies)),
            AnswerMember("false_alarm_rate", .number(falseAlarmRate)),
            AnswerMember("threshold", .number(scorer.threshold)),
            AnswerMember("threshold_values", .whole(thresholdValues)),
        ]
    }
}

/// How surprising the new values of a session were.
struct WatchedSteps: Prediction, PredictionEvent {
    /// Whose series it is.
    let names: ForecastNames
    let watch: SeriesWatch

    var members: [AnswerMember] { names.idMembers + names.channelMembers + watch.members }
}
