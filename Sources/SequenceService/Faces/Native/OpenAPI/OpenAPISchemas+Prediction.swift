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
        case .whole: ["type": "integer", "minimum": 0]
        case .wholes: list(of: Self.form(.whole))
        case .path: list(of: Self.form(.numberOrNumbers))
        case .list(let element): list(of: Self.form(element))
        case .named(let value): ["type": "object", "additionalProperties": .object(Self.form(value))]
        case .members(let shapes): closed(members(shapes)).object ?? [:]
        }
    }

    private static func list(of element: JSONObject) -> JSONObject { ["type": "array", "items": .object(element)] }
}
