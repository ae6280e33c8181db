import SeriesTime

/// What is said of one forecast beside the values of its history: whose it is, when its steps are, and what is known of
/// them.
struct ForecastSubject: Sendable {
    /// What the answer calls it.
    var names = ForecastNames()
    /// Of the steps that are read and of those to come; nil where the network reads the values alone.
    var inputs: StepInputs?
    /// The network's inputs beside the values; nil without any.
    var layout: StepLayout?
    /// T: past covariates end there.
    var pastEnd = 0
    /// The step of `inputs` behind the past, where that is not `pastEnd`.
    var inputsEnd: Int?
    /// Steps of the path that stand in for a history that there is not; the forecast begins behind them.
    var coldSteps = 0
    /// Its static categories, by their indices.
    var kind: [Int] = []
    /// When the steps are; nil where that is not known.
    var clock: SeriesClock?

    /// The timestamps of the first steps of the forecast; nil where they are not known.
    func timestamps(count: Int) -> [TimestampValue]? {
        guard clock != nil else { return nil }
        return (0..<count).compactMap { timestamp(of: $0) }
    }

    /// When step `step` of the forecast is, from 0; those that are read were checked to be within the calendar.
    func timestamp(of step: Int) -> TimestampValue? {
        guard let clock, let stamp = try? clock.axis.stamp(pastEnd + step) else { return nil }
        return clock.style.value(stamp, clock.axis.zone)
    }

    /// Bytes of the inputs, and of the names and timestamps of an answer.
    func sizeBytes(horizon: Int) -> Int {
        (inputs?.sizeBytes ?? 0) + (clock != nil ? 2 * 64 * horizon : 0) + names.sizeBytes
    }

    /// Bytes of those of an event.
    var eventSizeBytes: Int { (clock != nil ? 64 : 0) + names.sizeBytes }
}

/// What an answer is called.
package struct ForecastNames: Sendable, Equatable {
    /// Whose series it is.
    package var id: String?
    /// Names of the channels, C of them.
    package var channels: [String]?
    /// Steps of the history without a row.
    package var gapSteps = 0
    /// Values of the history that the model cannot read, and took for missing.
    package var leftOut = 0

    /// Nothing has a name.
    package init() {}

    /// The members that stand first in an answer.
    var idMembers: [AnswerMember] { id.map { [AnswerMember("id", .text($0))] } ?? [] }
    var channelMembers: [AnswerMember] { channels.map { [AnswerMember("channels", .texts($0))] } ?? [] }

    /// Bytes as text.
    var sizeBytes: Int {
        (id?.utf8.count ?? 0) + (channels?.reduce(0) { $0 + $1.utf8.count + 4 } ?? 0)
    }
}
