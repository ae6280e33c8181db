import JSON
import RecurrentLayers
import SequenceModels

/// Questions to a model and its answers.
extension OpenAPISchemas {
    static let predictRequest = closed(
        [
            "model": ["type": "string", "description": "name (label stable), name@version or name@label"],
            "sequence": reference("Sequence"),
            "sequences": ["type": "array", "minItems": 1, "items": reference("Sequence")],
            "prompt": ["type": "string", "description": "sequence under another name, for a language model."],
            "stream": ["type": "boolean", "description": "Events as they are computed in place of one answer."],
            "weights": words(
                WeightPrecision.allCases.map(\.rawValue),
                "In which the weights of products are held; default float32. float16 takes half the memory, and is less exact."
            ),
            "horizon": whole(1, ModelLimits.horizonMax, "forecast: steps; default as trained."),
            "quantiles": [
                "type": "array", "uniqueItems": true, "maxItems": .integer(ModelLimits.quantilesMax),
                "items": ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1],
                "description": "forecast: levels; default 0.1, 0.5, 0.9.",
            ],
            "samples": whole(1, ModelLimits.samplesMax, "forecast: sample paths, then also answered."),
            "seed": [
                "type": "integer", "minimum": 0, "maximum": .integer(Int.max),
                "description": "Default 0: the same request has the same answer.",
            ],
            "max_tokens": whole(0, ModelLimits.tokensMax, "language_model: tokens to write."),
            "temperature": [
                "type": "number", "minimum": 0, "maximum": 100,
                "description": "language_model: 0 takes the most probable token; default 1.",
            ],
            "top_k": whole(1, ModelLimits.vocabularyMax, "language_model: draw among the k most probable tokens."),
            "top_p": [
                "type": "number", "exclusiveMinimum": 0, "maximum": 1,
                "description": "language_model: draw among the most probable tokens of this share.",
            ],
            "stop": [
                "oneOf": [
                    ["type": "string"],
                    ["type": "array", "maxItems": .integer(ModelLimits.stopsMax), "items": ["type": "string"]],
                ], "description": "language_model: texts that end the answer.",
            ],
            "logprobs": [
                "type": "boolean", "description": "language_model: answer the log-probability of each token.",
            ],
            "echo": ["type": "boolean", "description": "language_model: put the prompt before the text."],
            "score": [
                "type": "boolean",
                "description": "language_model: answer the log-probabilities of the sequence, write nothing.",
            ],
            "top": whole(1, ModelLimits.classesMax, "classification: how many labels to list."),
            "beam_width": whole(
                1, ModelLimits.beamWidthMax,
                "sequence_to_sequence, pointer: answers followed at once; default 1, greedy."),
            "n_best": whole(
                1, ModelLimits.beamWidthMax,
                "sequence_to_sequence, pointer: answers to list, at most beam_width, whose default it is."),
            "max_length": whole(
                1, ModelLimits.pairStepsMax, "sequence_to_sequence, pointer: steps after which an answer is cut off."),
            "length_penalty": [
                "type": "number", "minimum": 0, "maximum": 10,
                "description":
                    "sequence_to_sequence, pointer: answers of a beam search are ranked by log p / length^length_penalty; default 1.",
            ],
            "attention": [
                "type": "boolean",
                "description": "sequence_to_sequence, pointer: answer how much of each input position each step took.",
            ],
        ], required: ["model"])

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

    /// The answers of every task, as the tasks tell them.
    static let prediction: JSONValue = [
        "description": "By task.",
        "oneOf": .array(
            TaskKind.allCases.flatMap(\.answers).map { shape in
                let required = shape.members.filter(\.isRequired).map(\.name)
                return closed(members(shape.members), required: required)
            }),
    ]

    private static func members(_ shapes: [MemberShape]) -> JSONObject {
        JSONObject(
            shapes.map { shape in
                var schema = form(shape.form)
                if let help = shape.help { schema.append("description", .string(help)) }
                return (key: shape.name, value: .object(schema))
            })
    }

    private static func form(_ form: MemberShape.Form) -> JSONObject {
        switch form {
        case .text: ["type": "string"]
        case .texts: list(of: Self.form(.text))
        case .words(let words): Self.words(words).object ?? [:]
        case .textOrTexts: ["oneOf": [.object(Self.form(.text)), .object(Self.form(.texts))]]
        case .number: ["type": "number"]
        case .numberOrUnknown: ["type": ["number", "null"]]
        case .numbers: list(of: Self.form(.number))
        case .numbersOrUnknown: list(of: Self.form(.numberOrUnknown))
        case .numberOrNumbers: ["oneOf": [.object(Self.form(.number)), .object(Self.form(.numbers))]]
        case .wholes: list(of: ["type": "integer", "minimum": 0])
        case .path: list(of: Self.form(.numberOrNumbers))
        case .list(let element): list(of: Self.form(element))
        case .named(let value): ["type": "object", "additionalProperties": .object(Self.form(value))]
        case .members(let shapes): closed(members(shapes)).object ?? [:]
        }
    }

    private static func list(of element: JSONObject) -> JSONObject { ["type": "array", "items": .object(element)] }
}
