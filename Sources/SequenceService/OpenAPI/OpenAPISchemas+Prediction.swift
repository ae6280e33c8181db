import JSON
import RecurrentLayers
import SequenceModels

/// Questions to a model and its answers.
extension OpenAPISchemas {
    static let predictRequest = closed(
        extended(
            [
                "model": ["type": "string", "description": "name (label stable), name@version or name@label"],
                "sequence": reference("Sequence"),
                "sequences": ["type": "array", "minItems": 1, "items": reference("Sequence")],
                "prompt": ["type": "string", "description": "sequence under another name, for a language model."],
                "stream": ["type": "boolean", "description": "Events as they are computed in place of one answer."],
                "weights": words(
                    WeightPrecision.allCases.map(\.rawValue),
                    "In which the weights of products are held; default float32. float16 takes half the memory, and "
                        + "is less exact."
                ),
            ], PredictionOptions.members), required: ["model"])

    static let predictAnswer: JSONValue = [
        "type": "object", "required": ["model", "task", "predictions", "timing"],
        "properties": [
            "model": ["type": "string", "description": "name@version that answered."],
            "task": words(TaskKind.allCases.map(\.rawValue)),
            "predictions": [
                "type": "array", "description": "One for each sequence, in their order.",
                "items": reference("Prediction"),
            ],
            "timing": [
                "type": "object", "properties": ["queue_ms": ["type": "number"], "compute_ms": ["type": "number"]],
            ],
        ],
    ]

    /// Numbers by step, or by step and channel.
    private static let path: JSONValue = ["type": "array", "items": ["oneOf": [["type": "number"], numbers]]]
    private static let numbers: JSONValue = ["type": "array", "items": ["type": "number"]]
    private static let texts: JSONValue = ["type": "array", "items": ["type": "string"]]
    private static let logprobs: JSONValue = [
        "type": "array", "items": ["type": ["number", "null"]],
        "description": "Natural logarithms; null for a first token.",
    ]

    private static let positions: JSONValue = ["type": "array", "items": ["type": "integer", "minimum": 0]]

    /// An answer with its score; the best of `candidates` where those were asked for.
    private static func sequenceAnswer(_ head: JSONObject) -> JSONObject {
        var members = head
        members.append("score", ["type": "number", "description": "logprob / length^length_penalty."])
        members.append("logprob", ["type": "number"])
        members.append("finish_reason", words(["stop", "length"]))
        let candidate = closed(members)
        members.append(
            "attention",
            [
                "type": "array", "items": numbers,
                "description":
                    "By step of the answer: how much of each input position it took. A pointer's rows lack the probability of the end.",
            ])
        members.append(
            "input_tokens",
            ["type": "array", "items": ["type": "string"], "description": "What the columns of attention are."])
        members.append("candidates", ["type": "array", "items": candidate, "description": "Best first; with n_best."])
        return members
    }

    static let prediction: JSONValue = [
        "description": "By task.",
        "oneOf": [
            closed(
                [
                    "mean": path, "quantiles": ["type": "object", "additionalProperties": path],
                    "samples": ["type": "array", "items": path],
                ], required: ["mean"]),
            closed(
                [
                    "text": ["type": "string"], "tokens": texts, "logprobs": logprobs,
                    "finish_reason": words(["length", "stop"]),
                ], required: ["text", "tokens", "finish_reason"]),
            closed(
                [
                    "tokens": texts, "logprobs": logprobs, "perplexity": ["type": ["number", "null"]],
                    "bits_per_token": ["type": ["number", "null"]],
                ], required: ["logprobs", "perplexity", "bits_per_token"]),
            closed(
                [
                    "label": ["type": "string"],
                    "probabilities": ["type": "object", "additionalProperties": ["type": "number"]],
                ], required: ["label", "probabilities"]),
            closed(["value": ["oneOf": [["type": "number"], numbers]]], required: ["value"]),
            closed(
                sequenceAnswer(["output": ["oneOf": [["type": "string"], texts]], "tokens": texts]),
                required: ["output", "tokens", "score", "logprob", "finish_reason"]),
            closed(sequenceAnswer(["indices": positions]), required: ["indices", "score", "logprob", "finish_reason"]),
            closed(["labels": texts, "probabilities": numbers], required: ["labels", "probabilities"]),
        ],
    ]
}
