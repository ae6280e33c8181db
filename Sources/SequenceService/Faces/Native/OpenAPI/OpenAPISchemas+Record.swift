import JSON
import SequenceModels

/// The record of a series to forecast: its values with names, times and covariates.
extension OpenAPISchemas {
    /// A text, or seconds or milliseconds since 1970.
    static let timestamp: JSONValue = ["type": ["string", "number"]]

    static let record = described(
        closed(
            [
                "id": identifier("Whose series it is; the answer has it, too."),
                "item_id": identifier("id by the name that GluonTS has for it."),
                "start": described(
                    timestamp, "When the first step is; the others follow at the frequency. ISO 8601 or epoch."),
                "timestamps": described(
                    list(of: timestamp),
                    "In place of start: when each step is, at prediction also of the steps that future is known for. "
                        + "ISO 8601 with or without an offset, dates, or seconds or milliseconds since 1970."),
                "target": target,
                "future": covariates(
                    "Known ahead: a value for each step of the target, at prediction followed by one for each step to "
                        + "forecast. Texts are categories; null is unknown."),
                "past": covariates("Known up to now: a value for each step of the target."),
                "static": [
                    "type": "object", "maxProperties": .integer(ModelLimits.covariatesMax),
                    "additionalProperties": covariate, "description": "One value for all steps.",
                ],
                "cat": described(list(of: category), "DeepAR's: static categories cat_0, cat_1 …"),
                "feat_static_cat": described(list(of: category), "GluonTS's name for cat."),
                "feat_static_real": described(list(of: value), "GluonTS's: static numbers static_real_0 …"),
                "dynamic_feat": described(
                    list(of: series), "DeepAR's: a list for each number known ahead, dynamic_feat_0 …"),
                "feat_dynamic_real": described(list(of: series), "GluonTS's name for dynamic_feat."),
                "feat_dynamic_cat": described(
                    list(of: list(of: category)), "GluonTS's: categories known ahead, dynamic_cat_0 …"),
                "past_feat_dynamic_real": described(
                    list(of: series), "GluonTS's: numbers known up to now, past_feat_0 …"),
            ], required: ["target"]),
        "A series with its names, times and what is known beside it. Of two names for one thing one may be sent.")

    private static let target: JSONValue = [
        "description": "What is to be forecast: numbers, several by step, or lists by the names of channels.",
        "anyOf": [
            series, list(of: channels),
            [
                "type": "object", "minProperties": 1, "maxProperties": .integer(ModelLimits.channelsMax),
                "additionalProperties": series,
            ],
        ],
    ]

    /// A number, a category, or a flag as 1 or 0.
    private static let covariate = with(value, ["type": ["number", "string", "boolean", "null"]])
    /// The name of a category, which may be a number.
    private static let category: JSONValue = ["type": ["integer", "string", "null"]]

    private static func covariates(_ text: String) -> JSONValue {
        [
            "type": "object", "maxProperties": .integer(ModelLimits.covariatesMax),
            "additionalProperties": list(of: covariate), "description": .string(text),
        ]
    }

    private static func identifier(_ text: String) -> JSONValue {
        described(
            ["type": ["string", "integer"], "minLength": 1, "maxLength": .integer(ModelLimits.nameSizeBytesMax)], text)
    }
}
