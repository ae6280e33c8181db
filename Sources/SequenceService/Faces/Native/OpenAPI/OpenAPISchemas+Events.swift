import JSON
import SequenceModels

/// The events of a streamed prediction. Those of tasks that step are their own; the others tell one event with the
/// members of the whole answer.
extension OpenAPISchemas {
    static let events: JSONObject = {
        var schemas: JSONObject = [
            "ForecastEvent": event(
                [
                    "id": described(string, "As it was sent."), "step": described(integer, "From 1."),
                    "timestamp": described(timestamp, "When the step is."),
                    "channels": described(strings, "Names of what is forecast."), "mean": numberOrNumbers,
                    "quantiles": ["type": "object", "additionalProperties": numberOrNumbers],
                    "explanation": ["type": "object", "additionalProperties": numberOrNumbers],
                ], required: ["step", "mean"]),
            "ForecastScoreEvent": event(
                [
                    "id": described(string, "As it was sent."), "step": described(integer, "From 1."),
                    "timestamp": described(timestamp, "When the step is."),
                    "channels": described(strings, "Names of what is scored."), "log_likelihood": scored,
                    "pit": scored, "surprise": scored, "limit": scored, "expected": scored, "anomaly": flagged,
                    "warm_up": described(integer, "This and what follows: with the last step, of all."),
                    "scored": integer, "anomalies": integer, "mean_log_likelihood": numberOrNull,
                    "false_alarm_rate": number, "threshold": number, "threshold_values": integer,
                ], required: ["step", "log_likelihood", "pit", "surprise", "limit", "expected", "anomaly"]),
            "LanguageModelEvent": event(
                ["index": fromZero, "token": string, "text": string, "logprob": numberOrNull],
                required: ["index", "token", "text", "logprob"]),
            "SequenceToSequenceEvent": event(
                [
                    "index": fromZero, "token": string,
                    "text": described(string, "Unless the targets are symbols."), "logprob": number,
                    "attention": attention,
                ], required: ["index", "token", "logprob"]),
            "PointerEvent": event(
                ["index": fromZero, "position": integer, "logprob": number, "attention": attention],
                required: ["index", "position", "logprob"]),
            "PredictEnd": described(
                object(
                    [
                        "done": ["type": "boolean", "const": true],
                        "reason": words(
                            ["horizon", "length", "stop", "timeout", "cancelled"],
                            "timeout: not within timeout_ms; cancelled: the server stops."),
                        "reasons": described(strings, "Of several sequences, in their order."), "steps": integer,
                        "error": described(reference("Problem"), "Only with the reason timeout."),
                        "timing": reference("Timing"),
                    ], required: ["done", "reason", "steps", "timing"]),
                "The last event. A stream that ends without it was cut."),
        ]
        var names = schemas.keys
        for (task, index) in wholeAnswers {
            let shape = task.answers[index], name = camelCase(task) + (index == 0 ? "Event" : "ScoreEvent")
            schemas.append(
                name,
                event(properties(of: shape.members), required: shape.members.filter(\.isRequired).map(\.name)))
            names.append(name)
        }
        schemas.append(
            "PredictEvent",
            [
                "description": "An event of a streamed prediction, by task, and one last.",
                "anyOf": .array(names.map { reference($0) }),
            ])
        return schemas
    }()

    /// Answers that are told in one event.
    private static let wholeAnswers: [(TaskKind, Int)] = [
        (.languageModel, 1), (.classification, 0), (.regression, 0), (.tagging, 0),
    ]

    private static func event(_ members: JSONObject, required: [String]) -> JSONValue {
        var all: JSONObject = ["sequence": described(integer, "Index of the sequence in the request, from 0.")]
        all.merge(members)
        return object(all, required: ["sequence"] + required)
    }

    private static let fromZero = described(integer, "From 0.")
    private static let attention = described(list(of: number), "How much of each input position it took.")
    private static let numberOrNumbers: JSONValue = ["oneOf": [number, list(of: number)]]
    private static let scored: JSONValue = ["oneOf": [numberOrNull, list(of: numberOrNull)]]
    private static let flagOrNull: JSONValue = ["type": ["boolean", "null"]]
    private static let flagged: JSONValue = ["oneOf": [flagOrNull, list(of: flagOrNull)]]
}
