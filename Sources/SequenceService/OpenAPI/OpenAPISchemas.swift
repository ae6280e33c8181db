import JSON
import ModelFiles
import RecurrentLayers
import SequenceModels

/// The schemas of requests and answers.
enum OpenAPISchemas {
    static let json: JSONValue = [
        "TrainRequest": closed([
            "model": name, "task": words(TaskKind.allCases.map(\.rawValue)), "tokens": words(TokenUnit.allCases.map(\.rawValue)),
            "sequences": ["type": "array", "minItems": 1, "items": OpenAPIOperation.reference("Example")], "text": string,
            "validation": ["oneOf": [["type": "number", "minimum": 0], closed(["sequences": ["type": "array", "items": OpenAPIOperation.reference("Example")]], required: ["sequences"])]],
            "network": network, "training": training, "forecast": forecast,
            "from": ["type": "string", "description": "Continue a version: name (label stable), name@version or name@label."],
            "promote": words(TrainRequest.Promotion.allCases.map(\.rawValue)), "metadata": ["type": "object"],
        ], required: ["model"]),
        "Example": [
            "description": "A sequence, a pair of input and target, or a DeepAR record.",
            "oneOf": [
                OpenAPIOperation.reference("Sequence"), closed(["input": OpenAPIOperation.reference("Sequence"), "target": target], required: ["input", "target"]),
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
        "PredictRequest": closed([
            "model": ["type": "string", "description": "name (label stable), name@version or name@label"],
            "sequence": OpenAPIOperation.reference("Sequence"), "sequences": ["type": "array", "items": OpenAPIOperation.reference("Sequence")], "prompt": string,
            "stream": boolean, "horizon": integer, "quantiles": ["type": "array", "items": number, "uniqueItems": true], "samples": integer, "seed": integer,
            "max_tokens": integer, "temperature": number, "top_k": integer, "top_p": number,
            "stop": ["oneOf": [string, ["type": "array", "items": string]]], "logprobs": boolean, "echo": boolean, "score": boolean, "top": integer,
        ], required: ["model"]),
        "PredictAnswer": ["type": "object", "required": ["model", "task", "predictions", "timing"]],
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

    private static let training = closed([
        "epochs": integer, "batch_size": integer, "window": integer, "stride": integer, "stateful": boolean,
        "optimizer": closed(["name": words(OptimizerKind.allCases.map(\.rawValue)), "learning_rate": number, "momentum": number, "weight_decay": number]),
        "schedule": closed(["name": words(ScheduleKind.allCases.map(\.rawValue))]), "gradient_norm_max": number,
        "early_stopping": closed(["patience": integer]), "seed": integer, "max_seconds": number, "checkpoint_seconds": number,
    ])
    private static let forecast = closed([
        "horizon": integer, "seasonality": integer, "distribution": words(ForecastDistribution.allCases.map(\.rawValue)),
        "quantiles": ["type": "array", "minItems": 2, "items": number],
        "scaling": words(SeriesScalingKind.allCases.map(\.rawValue)),
    ])

    static func words(_ words: [String]) -> JSONValue { ["type": "string", "enum": JSONValue(words)] }

    /// An object that refuses what it does not name.
    static func closed(_ properties: JSONObject, required: [String] = []) -> JSONValue {
        var members: JSONObject = ["type": "object", "additionalProperties": false, "properties": .object(properties)]
        if !required.isEmpty { members.append("required", JSONValue(required)) }
        return .object(members)
    }
}
