import JSON
import ModelFiles
import RecurrentLayers
import SequenceModels

/// The schemas of requests and answers.
enum OpenAPISchemas {
    static let json: JSONObject = [
        "TrainRequest": closed(
            extended(
                [
                    "model": name, "sequences": ["type": "array", "minItems": 1, "items": reference("Example")],
                    "text": string,
                    "from": [
                        "type": "string",
                        "description": "Continue a version: name (label stable), name@version or name@label.",
                    ],
                    "promote": words(JobRequest.Promotion.allCases.map(\.rawValue)), "metadata": metadata,
                ], SettingsOptions.members), required: ["model"]),
        "Example": [
            "description": "A sequence, a pair of input and target, or a DeepAR record.",
            "oneOf": [
                reference("Sequence"),
                closed(["input": reference("Sequence"), "target": target], required: ["input", "target"]),
                closed(
                    ["start": string, "target": ["type": "array", "items": ["type": ["number", "null"]]]],
                    required: ["target"]),
            ],
        ],
        "Sequence": [
            "description": "A numeric series (null is missing), several channels by step, a text, or symbols.",
            "oneOf": [
                ["type": "array", "items": ["type": ["number", "null"]]],
                ["type": "array", "items": ["type": "array", "items": ["type": ["number", "null"]]]],
                string, ["type": "array", "items": string],
            ],
        ],
        "PredictRequest": predictRequest, "PredictAnswer": predictAnswer, "Prediction": prediction,
        "Job": [
            "type": "object",
            "required": ["id", "object", "status", "model", "task", "created_at", "attempt", "settings"],
            "properties": ["owner": owner],
        ],
        "JobList": ["type": "object", "required": ["jobs", "has_more", "next_after"]],
        "JobEvent": ["type": "object", "required": ["id", "at", "type"]],
        "Gradients": [
            "type": "object", "required": ["job", "pictures"],
            "properties": [
                "job": string,
                "pictures": [
                    "type": "array",
                    "items": [
                        "type": "object", "required": ["step", "epoch", "lags", "layers", "warning"],
                        "properties": [
                            "step": integer, "epoch": integer, "lags": ["type": "array", "items": integer],
                            "layers": [
                                "type": "array", "items": ["type": "array", "items": ["type": ["number", "null"]]],
                            ],
                            "warning": ["type": ["string", "null"]],
                        ],
                    ],
                ],
            ],
        ],
        "ImportSettings": importSettings, "ModelVersion": modelVersion,
        "Model": [
            "type": "object", "required": ["name", "labels", "versions"],
            "properties": [
                "versions": ["type": "array", "items": ["type": "object", "properties": ["stream": stream]]],
                "owner": owner,
            ],
        ],
        "ModelList": ["type": "object", "required": ["models"]],
        "Labels": [
            "type": "object", "additionalProperties": ["type": ["integer", "null"]], "minProperties": 1,
            "propertyNames": ["pattern": .string("^" + ModelName.pattern + "$"), "maxLength": 64],
            "maxProperties": .integer(ServiceLimits().labelsPerModelMax),
            "description": "At most labels_per_model_max, whose default is told here; a name is not a number.",
        ],
        "Index": [
            "type": "object", "required": ["name", "version", "description", "links"],
            "properties": [
                "name": string, "version": string, "description": string,
                "links": ["type": "object", "additionalProperties": string],
            ],
        ],
        "Status": ["type": "object", "required": ["status"]],
        "Version": ["type": "object", "required": ["name", "version"]],
        "Any": ["type": "object"],
        "Problem": [
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": [
                "type": string, "title": string, "status": integer, "detail": string, "id": string,
                "errors": [
                    "type": "array",
                    "items": [
                        "type": "object", "required": ["pointer", "detail"],
                        "properties": ["pointer": string, "detail": string],
                    ],
                ],
            ],
        ],
    ]

    private static let modelVersion: JSONValue = [
        "type": "object",
        "required": ["name", "version", "created_at", "labels", "task", "inputs", "settings", "weights_sha256"],
        "properties": ["stream": stream],
    ]

    /// What a stream of a model keeps, and what a step costs.
    private static let stream: JSONValue = [
        "type": ["object", "null"],
        "required": [
            "state_bytes", "state_bytes_per_step", "multiply_adds", "multiply_adds_per_context_step", "context",
        ],
        "description": .string(
            "What a stream keeps and what a step of it costs; null where answers are not made step by step from one "
                + "state."),
        "properties": [
            "state_bytes": [
                "type": "integer",
                "description": .string(
                    "Of one stream (text or sample path): states, or keys, values and inputs of a transformer with its "
                        + "context full."),
            ],
            "state_bytes_per_step": [
                "type": "integer", "description": "What each step adds; 0 for states, whose size is fixed.",
            ],
            "multiply_adds": [
                "type": "integer", "description": "Of one step, head included; of a transformer with its context full.",
            ],
            "multiply_adds_per_context_step": [
                "type": "integer",
                "description": "What each step in the context adds to it; at position t there are t of them.",
            ],
            "context": [
                "type": ["integer", "null"],
                "description": "The most steps that a transformer attends to; null for states.",
            ],
        ],
    ]

    static func reference(_ schema: String) -> JSONValue { OpenAPIDocument.reference(schema) }

    /// A label, a number or several, or a label for each step; null is missing.
    private static let target: JSONValue = [
        "anyOf": [
            string, number, ["type": "array", "minItems": 1, "items": ["type": ["number", "null"]]],
            ["type": "array", "minItems": 1, "items": ["type": ["string", "null"]]],
        ]
    ]

    private static let owner: JSONValue = [
        "description": "Whose it is; null for the unnamed tenant.", "type": ["string", "null"],
    ]
    private static let string: JSONValue = ["type": "string"]
    private static let integer: JSONValue = ["type": "integer"]
    private static let number: JSONValue = ["type": "number"]
    private static let name: JSONValue = ["type": "string", "pattern": .string("^" + ModelName.pattern + "$")]
}
