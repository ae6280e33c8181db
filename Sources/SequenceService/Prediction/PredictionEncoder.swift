package import JSON
package import SequenceModels

/// Writes predictions and their events as JSON (api.md, 3).
package struct PredictionEncoder: Sendable {
    /// The answer lists sample paths.
    package var wantsSamples = false

    package init(wantsSamples: Bool = false) { self.wantsSamples = wantsSamples }

    // MARK: Whole answers

    /// Without sample paths, which `PredictionAnswer` writes one by one.
    package func json(_ prediction: Prediction) -> JSONValue {
        switch prediction {
        case .forecast(let forecast): json(forecast)
        case .text(let text): json(text)
        case .label(let label): json(label.label, label.probabilities.map { ($0.label, $0.probability) })
        case .value(let value): ["value": atStep(value.values)]
        case .tags(let tags): ["labels": JSONValue(tags.labels), "probabilities": Self.array(tags.probabilities)]
        case .score(let score): json(score)
        case .sequence(let sequence): json(sequence)
        case .positions(let positions): json(positions)
        }
    }

    private func json(_ forecast: ForecastPrediction) -> JSONValue {
        var members: JSONObject = ["mean": json(forecast.mean)]
        if !forecast.quantiles.isEmpty {
            members.append(
                "quantiles",
                .object(JSONObject(forecast.quantiles.map { (Self.key($0.level), json($0.values)) }))
            )
        }
        return .object(members)
    }

    private func json(_ text: TextPrediction) -> JSONValue {
        var members: JSONObject = ["text": .string(text.text), "tokens": JSONValue(text.tokens)]
        if let logprobs = text.logprobs { members.append("logprobs", .numbers(logprobs)) }
        members.append("finish_reason", .string(text.finishReason))
        return .object(members)
    }

    private func json(_ label: String, _ probabilities: [(String, Double)]) -> JSONValue {
        [
            "label": .string(label),
            "probabilities": .object(JSONObject(probabilities.map { (key: $0.0, value: .number($0.1)) })),
        ]
    }

    private func json(_ score: TextScore) -> JSONValue {
        [
            "tokens": JSONValue(score.tokens), "logprobs": Self.array(score.logprobs),
            "perplexity": .number(score.perplexity),
            "bits_per_token": .number(score.bitsPerToken),
        ]
    }

    /// An array of numbers may not be empty (`JSONValue.numbers`).
    private static func array(_ values: [Double]) -> JSONValue { values.isEmpty ? .array([]) : .numbers(values) }

    /// `[horizon][C]`, or `[horizon]` for one channel.
    func json(_ values: ForecastValues) -> JSONValue {
        values.channels == 1 ? Self.array(values.flat) : .array(values.map { .numbers($0) })
    }

    // MARK: Events

    package func json(_ event: PredictionEvent, sequence: Int) -> JSONValue {
        var members: JSONObject = ["sequence": .integer(sequence)]
        switch event {
        case .forecast(let step, let mean, let quantiles):
            members.append("step", .integer(step))
            members.append("mean", atStep(mean))
            if !quantiles.isEmpty {
                members.append("quantiles", .object(JSONObject(quantiles.map { (Self.key($0.0), atStep($0.1)) })))
            }
        case .token(let index, let token, let text, let logprob):
            members.append("index", .integer(index))
            members.append("token", .string(token))
            members.append("text", .string(text))
            members.append("logprob", .number(logprob))
        case .value(let values): members.append("value", atStep(values))
        case .tags(let labels, let probabilities):
            members.append("labels", JSONValue(labels))
            members.append("probabilities", Self.array(probabilities))
        case .score(let score):
            if let object = json(score).object { members.merge(object) }
        case .symbol(let index, let token, let text, let logprob, let attention):
            members.append("index", .integer(index))
            members.append("token", .string(token))
            if let text { members.append("text", .string(text)) }
            members.append("logprob", .number(logprob))
            if let attention { members.append("attention", Self.array(attention.map { Double($0) })) }
        case .position(let index, let position, let logprob, let attention):
            members.append("index", .integer(index))
            members.append("position", .integer(position))
            members.append("logprob", .number(logprob))
            if let attention { members.append("attention", Self.array(attention.map { Double($0) })) }
        case .label(let label, let probabilities):
            if let object = json(label, probabilities).object { members.merge(object) }
        }
        return .object(members)
    }

    /// One step's `[C]`, or the number for one channel.
    private func atStep(_ values: [Double]) -> JSONValue {
        if values.count == 1, let value = values.first { .number(value) } else { .numbers(values) }
    }

    package static func timing(_ timings: [ActivePrediction.Timing]) -> JSONValue {
        let queue = timings.map(\.queueMilliseconds).max() ?? 0
        let compute = timings.map(\.computeMilliseconds).max() ?? 0
        return [
            "queue_ms": .number((queue * 1000).rounded() / 1000),
            "compute_ms": .number((compute * 1000).rounded() / 1000),
        ]
    }

    private static func key(_ level: Double) -> String { level.description }
}
