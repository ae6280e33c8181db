import JSON
import RecurrentLayers
import SequenceModels

/// `training` and `forecast` of a training request, with their ranges.
extension OpenAPISchemas {
    static let training = closed([
        "epochs": whole(1, ModelLimits.epochsMax), "batch_size": whole(1, ModelLimits.batchMax),
        "window": whole(1, ModelLimits.windowMax, "Steps of gradient: truncated backpropagation through time."),
        "stride": whole(
            1, ModelLimits.windowMax,
            "Steps from window to window of a stateful training; default the window, less overlaps."),
        "stateful": ["type": "boolean", "description": "A language model carries its state from window to window."],
        "optimizer": optimizer, "schedule": schedule,
        "gradient_norm_max": positive(1e6, "Gradients are scaled down to this norm."),
        "gradient_value_max": positive(1e6, "Each component of the gradient is limited to ± this, before its norm is."),
        "loss": words(
            LossKind.allCases.map(\.rawValue),
            "By task: cross_entropy or hinge (classification), cross_entropy (language_model, tagging, sequence_to_sequence, pointer), mse, mae or huber (regression); a forecast has its distribution."
        ),
        "label_smoothing": [
            "type": "number", "minimum": 0, "exclusiveMaximum": 1,
            "description": "Share of the target spread over all labels; with cross_entropy.",
        ],
        "class_weights": [
            "description": "How much the examples of each label count; with cross_entropy.",
            "oneOf": [
                ["type": "string", "const": "balanced"],
                [
                    "type": "object",
                    "additionalProperties": positive(
                        ModelLimits.classWeightMax, "Weight of a label; 1 for those not named."),
                ],
            ],
        ],
        "scheduled_sampling": [
            "type": "number", "minimum": 0, "maximum": 1, "default": 0,
            "description":
                "sequence_to_sequence: share of target steps that read the model's own answer at the end of the training, rising from 0 (Bengio et al. 2015).",
        ],
        "early_stopping": closed([
            "patience": whole(
                1, ModelLimits.patienceMax, "Epochs without a better validation loss after which training ends.")
        ]),
        "seed": ["type": "integer", "minimum": 0, "maximum": .integer(Int.max)],
        "max_seconds": positive(ModelLimits.secondsMax, "Training ends with the best weights found until then."),
        "checkpoint_seconds": positive(ModelLimits.secondsMax, "Between two checkpoints."),
    ])

    private static let optimizer = closed([
        "name": words(OptimizerKind.allCases.map(\.rawValue), "Default adam."),
        "learning_rate": positive(ModelLimits.learningRateMax, nil),
        "momentum": [
            "type": "number", "minimum": 0, "exclusiveMaximum": 1, "description": "Of sgd and nesterov; default 0.9.",
        ],
        "weight_decay": [
            "type": "number", "minimum": 0, "maximum": 1, "description": "Default 0.01 for adamw, else 0.",
        ],
    ])

    private static let schedule = closed([
        "name": words(
            ScheduleKind.allCases.map(\.rawValue), "Default cosine. The other fields belong to one kind each."),
        "warmup": [
            "type": "number", "minimum": 0, "exclusiveMaximum": 1,
            "description": "cosine: share of the steps in which the rate rises.",
        ],
        "factor": [
            "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1,
            "description": "step, plateau: what the rate is multiplied by.",
        ],
        "every": whole(1, ModelLimits.epochsMax, "step: epochs between two cuts."),
        "decay": [
            "type": "number", "exclusiveMinimum": 0, "maximum": 1,
            "description": "exponential: what the rate is multiplied by after each epoch.",
        ],
        "patience": whole(1, ModelLimits.patienceMax, "plateau: epochs without a better validation loss before a cut."),
        "hold": whole(1, ModelLimits.epochsMax, "hold_then_divide: epochs at the full rate."),
        "divisor": [
            "type": "number", "exclusiveMinimum": 1, "maximum": 1e6,
            "description": "hold_then_divide: what the rate is divided by before each further epoch.",
        ],
    ])

    static let forecast = closed([
        "horizon": whole(1, ModelLimits.horizonMax, "Steps to forecast."),
        "seasonality": whole(1, ModelLimits.seasonalityMax, "Steps of a season; 1 means none; found when absent."),
        "distribution": words(ForecastDistribution.allCases.map(\.rawValue), "Default student_t."),
        "quantiles": [
            "type": "array", "minItems": 2, "maxItems": .integer(ModelLimits.quantilesMax), "uniqueItems": true,
            "items": ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1],
            "description": "Levels that the distribution quantile learns; default 0.1 … 0.9.",
        ],
        "scaling": words(SeriesScalingKind.allCases.map(\.rawValue)),
    ])

    static let pointer = closed([
        "once": [
            "type": "boolean",
            "description": "Whether an item can be pointed at once only; default: whether the targets do.",
        ]
    ])

    // MARK: Parts

    static func whole(_ low: Int, _ high: Int, _ text: String? = nil) -> JSONValue {
        described(["type": "integer", "minimum": .integer(low), "maximum": .integer(high)], text)
    }

    /// Above 0.
    private static func positive(_ high: Double, _ text: String?) -> JSONValue {
        described(["type": "number", "exclusiveMinimum": 0, "maximum": .number(high)], text)
    }

    static func words(_ words: [String], _ text: String? = nil) -> JSONValue {
        described(["type": "string", "enum": JSONValue(words)], text)
    }

    private static func described(_ members: JSONObject, _ text: String?) -> JSONValue {
        var members = members
        if let text { members.append("description", .string(text)) }
        return .object(members)
    }

    /// An object that refuses what it does not name.
    static func closed(_ properties: JSONObject, required: [String] = []) -> JSONValue {
        var members: JSONObject = ["type": "object", "additionalProperties": false, "properties": .object(properties)]
        if !required.isEmpty { members.append("required", JSONValue(required)) }
        return .object(members)
    }
}
