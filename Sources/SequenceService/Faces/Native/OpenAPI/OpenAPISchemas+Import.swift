import JSON
import SequenceModels

/// What is said about weights from elsewhere.
extension OpenAPISchemas {
    static let importSettings = closed(
        [
            "task": words(TaskKind.allCases.filter { !$0.isPaired }.map(\.rawValue)), "network": network,
            "gate_order": words(
                ImportRequest.GateOrder.allCases.map(\.rawValue),
                "pytorch: i, f, g, o and r, z, n. keras: kernels [I, G·H] with i, f, c, o and z, r, h."),
            "names": [
                "type": "object", "additionalProperties": ["type": ["string", "null"]],
                "description": "Tensor names in the file → names of ours; null leaves one out.",
            ],
            "window": whole(1, ModelLimits.windowMax, "Longer sequences are read from their last steps."),
            "tokens": words(
                TokenUnit.allCases.map(\.rawValue), "Default characters when each token is one, else symbols."),
            "vocabulary": texts("Token texts by index."),
            "tokenizer": words(
                ImportRequest.VocabularyMaker.allCases.map(\.rawValue),
                "Who made the vocabulary, as an export says it: words of Rondo's own need no blank before them."),
            "end_token": ["type": "string", "description": "Begins and ends sequences."],
            "unknown_token": ["type": "string", "description": "Stands for unknown tokens."],
            "unknown": words(
                UnknownTokenChoice.allCases.map(\.rawValue),
                "skip leaves unknown tokens out; token, with unknown_token, lets it stand for them."),
            "labels": texts("Labels by output: classification, tagging."),
            "channels": whole(1, ModelLimits.channelsMax, "Numbers in a step."),
            "channel_scaling": scaling(
                "Of inputs: (x - mean) / deviation, within ±30; with indicators, each step is followed by its "
                    + "missing-value indicators."
            ),
            "target_scaling": scaling("Of a regression: output · deviation + mean."),
            "forecast": forecast,
            "facts": [
                "type": "object", "description": "How a series becomes inputs, as an export of a forecast carries it.",
            ],
            "metadata": reference("Metadata"),
        ], required: ["task"])

    private static func texts(_ text: String) -> JSONValue {
        ["type": "array", "items": ["type": "string"], "description": .string(text)]
    }

    private static func scaling(_ text: String) -> JSONValue {
        let numbers: JSONValue = ["type": "array", "items": ["type": "number"]]
        guard
            var members = closed(
                ["mean": numbers, "deviation": numbers, "indicators": ["type": "boolean"]],
                required: ["mean", "deviation", "indicators"]
            ).object
        else { return [:] }
        members.append("description", .string(text))
        return .object(members)
    }
}
