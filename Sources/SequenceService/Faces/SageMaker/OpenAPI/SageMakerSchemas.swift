import JSON
import ModelFiles
import SequenceModels

/// The schemas of SageMaker's container and of DeepAR's requests.
enum SageMakerSchemas {
    static func json(_ limits: ServiceLimits) -> JSONObject {
        [
            "DeepARRequest": OpenAPISchemas.closed(
                [
                    "instances": [
                        "type": "array", "minItems": 1, "maxItems": .integer(limits.predictSequencesMax),
                        "items": OpenAPISchemas.reference("DeepARInstance"),
                    ],
                    "configuration": OpenAPISchemas.reference("DeepARConfiguration"),
                ], required: ["instances"]),
            "DeepARInstance": instance, "DeepARConfiguration": configuration,
            "DeepARAnswer": OpenAPISchemas.object(
                ["predictions": OpenAPISchemas.list(of: OpenAPISchemas.reference("DeepARPrediction"))],
                required: ["predictions"]),
            "DeepARPrediction": OpenAPISchemas.object(
                [
                    "mean": path,
                    "quantiles": ["type": "object", "additionalProperties": path, "description": "By level."],
                    "samples": OpenAPISchemas.list(of: path),
                ], required: []),
            "SageMakerError": OpenAPISchemas.object(
                [
                    "code": OpenAPISchemas.described(OpenAPISchemas.integer, "The status of the answer."),
                    "type": OpenAPISchemas.string,
                    "message": OpenAPISchemas.described(OpenAPISchemas.string, "Each fault with its place."),
                ], required: ["code", "type", "message"]),
            "SageMakerExecutionParameters": OpenAPISchemas.object(
                [
                    "MaxConcurrentTransforms": OpenAPISchemas.integer,
                    "BatchStrategy": OpenAPISchemas.words(["SINGLE_RECORD"]),
                    "MaxPayloadInMB": OpenAPISchemas.integer,
                ], required: ["MaxConcurrentTransforms", "BatchStrategy", "MaxPayloadInMB"]),
        ]
    }

    /// By step; lists by channel where a model has several.
    private static let path: JSONValue = [
        "type": "array",
        "items": ["anyOf": [OpenAPISchemas.number, OpenAPISchemas.list(of: OpenAPISchemas.number)]],
    ]

    /// A number, or null or "NaN" for a missing one.
    private static let value: JSONValue = ["anyOf": [OpenAPISchemas.value, OpenAPISchemas.words(["NaN"])]]

    private static let values = OpenAPISchemas.list(of: value)

    /// A record of ours in which missing values may be texts.
    private static let instance: JSONValue = {
        let record = OpenAPISchemas.record
        guard var properties = record["properties"]?.object else { return record }
        properties["target"] = [
            "description": "By step.",
            "anyOf": [values, OpenAPISchemas.list(of: OpenAPISchemas.with(values, ["minItems": 1]))],
        ]
        properties["start"] = [
            "type": "string",
            "description": "Of the first value: 2026-01-31 00:00:00. Without effect where the model has no frequency.",
        ]
        properties["cat"] = [
            "description": "Categories by position.",
            "anyOf": [OpenAPISchemas.list(of: ["type": ["integer", "string", "null"]]), OpenAPISchemas.integer],
        ]
        properties["dynamic_feat"] = OpenAPISchemas.described(
            OpenAPISchemas.list(of: values),
            "A list for each feature: a value for each step of the target, and of the forecast.")
        return OpenAPISchemas.with(record, ["properties": .object(properties)])
    }()

    private static let configuration = OpenAPISchemas.closed([
        "num_samples": OpenAPISchemas.whole(1, ModelLimits.samplesMax, "Sample paths to answer. Default: 100."),
        "output_types": [
            "type": "array", "minItems": 1,
            "items": OpenAPISchemas.words(DeepARConfiguration.Output.allCases.map(\.rawValue)),
            "description": "Default: mean and quantiles.",
        ],
        "quantiles": [
            "type": "array", "maxItems": .integer(ModelLimits.quantilesMax),
            "items": [
                "anyOf": [
                    ["type": "string", "pattern": "^0?[0-9]*[.]?[0-9]+$"],
                    ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1],
                ]
            ], "description": "Levels. Default: 0.1 to 0.9, as far as the model has learned them.",
        ],
    ])

    static let examples: [String: JSONValue] = [
        "DeepARRequest": [
            "instances": [["start": "1959-01-01 00:00:00", "target": [340, 318, 362, 348]]],
            "configuration": ["num_samples": 50, "output_types": ["mean", "quantiles"], "quantiles": ["0.1", "0.9"]],
        ],
        "DeepARInstance": ["start": "1959-01-01 00:00:00", "target": [340, 318, 362, 348]],
        "DeepARAnswer": ["predictions": [prediction]], "DeepARPrediction": prediction,
        "SageMakerExecutionParameters": [
            "MaxConcurrentTransforms": 4, "BatchStrategy": "SINGLE_RECORD", "MaxPayloadInMB": 16,
        ],
    ]

    private static let prediction: JSONValue = [
        "mean": [357.5, 369.1], "quantiles": ["0.1": [329.5, 335.5], "0.9": [386.6, 403.2]],
    ]
}
