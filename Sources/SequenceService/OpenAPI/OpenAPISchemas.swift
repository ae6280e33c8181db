import JSON
import ModelFiles
import RecurrentLayers
import SequenceModels

/// The schemas of requests and answers.
enum OpenAPISchemas {
    static let json: JSONValue = [
        "TrainRequest": closed([
            "model": name, "task": words(TaskKind.allCases.map(\.rawValue)), "tokens": words(TokenUnit.allCases.map(\.rawValue)),
            "target_tokens": words(TokenUnit.allCases.map(\.rawValue), "Unit of the targets of a sequence_to_sequence; default: characters of short texts, words of long ones, symbols of lists."),
            "sequences": ["type": "array", "minItems": 1, "items": reference("Example")], "text": string,
            "validation": ["oneOf": [["type": "number", "minimum": 0], closed(["sequences": ["type": "array", "items": reference("Example")]], required: ["sequences"])]],
            "network": network, "training": training, "forecast": forecast, "pointer": pointer,
            "from": ["type": "string", "description": "Continue a version: name (label stable), name@version or name@label."],
            "promote": words(TrainRequest.Promotion.allCases.map(\.rawValue)), "metadata": ["type": "object"],
        ], required: ["model"]),
        "Example": [
            "description": "A sequence, a pair of input and target, or a DeepAR record.",
            "oneOf": [
                reference("Sequence"), closed(["input": reference("Sequence"), "target": target], required: ["input", "target"]),
                closed(["start": string, "target": ["type": "array", "items": ["type": ["number", "null"]]]], required: ["target"]),
            ],
        ],
        "Sequence": [
            "description": "A numeric series (null is missing), several channels by step, a text, or symbols.",
            "oneOf": [
                ["type": "array", "items": ["type": ["number", "null"]]], ["type": "array", "items": ["type": "array", "items": ["type": ["number", "null"]]]],
                string, ["type": "array", "items": string],
            ],
        ],
        "PredictRequest": predictRequest, "PredictAnswer": predictAnswer, "Prediction": prediction,
        "Job": ["type": "object", "required": ["id", "object", "status", "model", "task", "created_at", "attempt", "settings"]],
        "JobList": ["type": "object", "required": ["jobs", "has_more", "next_after"]],
        "JobEvent": ["type": "object", "required": ["id", "at", "type"]],
        "Gradients": [
            "type": "object", "required": ["job", "pictures"],
            "properties": [
                "job": string,
                "pictures": ["type": "array", "items": [
                    "type": "object", "required": ["step", "epoch", "lags", "layers", "warning"],
                    "properties": [
                        "step": integer, "epoch": integer, "lags": ["type": "array", "items": integer],
                        "layers": ["type": "array", "items": ["type": "array", "items": ["type": ["number", "null"]]]],
                        "warning": ["type": ["string", "null"]],
                    ],
                ]],
            ],
        ],
        "ImportSettings": importSettings, "ModelVersion": ["type": "object", "required": ["name", "version", "created_at", "labels", "task", "inputs", "settings", "weights_sha256"]],
        "Model": ["type": "object", "required": ["name", "labels", "versions"]],
        "ModelList": ["type": "object", "required": ["models"]],
        "Labels": ["type": "object", "additionalProperties": ["type": ["integer", "null"]], "minProperties": 1],
        "Status": ["type": "object", "required": ["status"]],
        "Version": ["type": "object", "required": ["name", "version"]],
        "Any": ["type": "object"],
        "Problem": [
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": [
                "type": string, "title": string, "status": integer, "detail": string, "id": string,
                "errors": ["type": "array", "items": ["type": "object", "required": ["pointer", "detail"], "properties": ["pointer": string, "detail": string]]],
            ],
        ],
    ]

    static func reference(_ schema: String) -> JSONValue { OpenAPIOperation.reference(schema) }

    /// A label, a number or several, or a label for each step; null is missing.
    private static let target: JSONValue = [
        "anyOf": [
            string, number, ["type": "array", "minItems": 1, "items": ["type": ["number", "null"]]],
            ["type": "array", "minItems": 1, "items": ["type": ["string", "null"]]],
        ],
    ]

    private static let string: JSONValue = ["type": "string"]
    private static let integer: JSONValue = ["type": "integer"]
    private static let number: JSONValue = ["type": "number"]
    static let boolean: JSONValue = ["type": "boolean"]
    private static let name: JSONValue = ["type": "string", "pattern": .string("^" + ModelName.pattern + "$")]
}
