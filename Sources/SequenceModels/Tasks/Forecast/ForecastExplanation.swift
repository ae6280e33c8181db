/// What the mean of a forecast is made of, by step and channel, in data units: the parts add up to the mean.
///
/// Of a model of logarithms a part is what it changes when it comes on top of those before it.
package struct ForecastExplanation: Sendable, Equatable {
    /// A part, as the answer calls it.
    package struct Part: Sendable, Equatable {
        /// `level`, `season_S`, `covariates`, `network` or `combination`.
        package let name: String
        /// `[horizon][C]`.
        package internal(set) var values: ForecastValues
    }

    /// In the order in which they come on top of each other.
    package private(set) var parts: [Part]

    /// Before the first step.
    init(names: [String], channels: Int) {
        parts = names.map { Part(name: $0, values: ForecastValues(channels: channels)) }
    }

    /// Adds a step.
    /// - Parameter values: `[part][C]`.
    mutating func append(_ values: [[Double]]) {
        for index in parts.indices { parts[index].values.append(values[index]) }
    }

    /// As a member of a whole answer.
    var member: AnswerMember {
        AnswerMember("explanation", .members(parts.map { AnswerMember($0.name, .path($0.values)) }))
    }

    /// As a member of the event of the last step.
    var eventMember: AnswerMember {
        AnswerMember(
            "explanation",
            .members(parts.map { part in AnswerMember(part.name, .step(part.values.last ?? [])) }))
    }
}

/// Takes the mean of a forecast apart, step by step.
struct ForecastExplainer: Sendable {
    /// What level and seasons let expect: a path that goes on as expected.
    private var path: SeriesPath
    private let transform: SeriesTransform
    /// The inputs of the network with covariates as they were to be expected; nil where their part is not told: the
    /// network reads none of the steps to come, or goes on from what it drew.
    let expectedInputs: StepInputs?
    private(set) var explanation: ForecastExplanation

    /// - Parameters:
    ///   - history: all that is known.
    ///   - expectedInputs: where all paths share one row.
    init(_ history: SeriesPath, _ transform: SeriesTransform, expectedInputs: StepInputs?) {
        path = history.known(before: history.steps)
        self.transform = transform
        self.expectedInputs = expectedInputs
        let seasons = path.smoothing?.seasons.map { "season_\($0)" } ?? []
        let names = ["level"] + seasons + (expectedInputs == nil ? [] : ["covariates"]) + ["network", "combination"]
        explanation = ForecastExplanation(names: names, channels: history.channels)
    }

    /// Takes one step apart.
    /// - Parameters: `[C]`, data units.
    ///   - mean: that is answered.
    ///   - network: what the network says.
    ///   - plain: what it says of covariates as expected; nil where that is not asked.
    mutating func append(mean: [Double], network: [Double], plain: [Double]?) {
        var values: [[Double]] = []
        var before = [Double](repeating: 0, count: path.channels)
        func add(_ totals: [Double]) {
            values.append(zip(totals, before).map { $0 - $1 })
            before = totals
        }
        let channels = 0..<path.channels, t = path.steps
        let parts = channels.map { path.smoothing?.parts($0) }
        add(channels.map { transform.inverse(parts[$0]?.level ?? path.base(t, $0)) })
        for season in path.smoothing?.seasons.indices ?? 0..<0 {
            add(
                channels.map { channel in
                    guard let part = parts[channel] else { return before[channel] }
                    return transform.inverse(part.level + part.seasons[...season].reduce(0, +))
                })
        }
        // What covariates change is told before what the network knows without them.
        let covariates = expectedInputs == nil ? nil : plain.map { plain in zip(network, plain).map { $0 - $1 } }
        if let covariates { values.append(covariates) }
        values.append(channels.map { network[$0] - before[$0] - (covariates?[$0] ?? 0) })
        values.append(zip(mean, network).map { $0 - $1 })
        explanation.append(values)
        path.appendExpected()
    }
}
