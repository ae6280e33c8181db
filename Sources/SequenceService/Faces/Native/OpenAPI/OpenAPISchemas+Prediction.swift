import JSON
import RecurrentLayers
import SequenceModels
import Tables

/// Questions to a model and its answers: whole ones, as the tasks tell them, and each task's in an answer of its own,
/// so that generated clients tell them apart by `task`.
extension OpenAPISchemas {
    static func predictRequest(_ limits: ServiceLimits) -> JSONValue {
        let inputs = ["sequence", "sequences", "prompt", RecordsBody.member]
        var members = extended(
            [
                "model": described(reference, "name (label stable), name@version or name@label"),
                "sequence": reference("Input"),
                "sequences": described(
                    [
                        "type": "array", "minItems": 1, "maxItems": .integer(limits.predictSequencesMax),
                        "items": reference("Input"),
                    ], "Several, answered in their order."),
                "prompt": described(string, "sequence under another name, for a language model."),
                "stream": described(
                    ["type": "boolean", "default": false],
                    "Events as they are computed in place of one answer."),
                "state": described(
                    string,
                    "Where a session or a prediction stood: sequence is what is new, and the answer tells the next."),
                "advance": described(
                    ["type": "boolean", "default": false], "With a state: what is predicted is part of the next."),
                "weights": words(
                    WeightPrecision.allCases.map(\.rawValue),
                    "In which the weights of products are held; default float32. float16 takes half the memory, "
                        + "and is less exact."),
            ], PredictionOptions.members)
        members.merge(predictionRecordMembers)
        let pairs = inputs.indices.flatMap { first in
            inputs.indices.dropFirst(first + 1).map { second -> JSONValue in
                ["required": JSONValue([inputs[first], inputs[second]])]
            }
        }
        return described(
            with(closed(members), ["not": ["anyOf": .array(pairs + [namesNothing])]]),
            "One of sequence, sequences, prompt and records; a language model may go on from nothing. Options belong "
                + "to tasks.")
    }

    /// Neither a model nor a state, which tells one.
    private static let namesNothing: JSONValue = [
        "not": ["anyOf": [["required": ["model"]], ["required": ["state"]]]]
    ]

    static let predictions: JSONObject = {
        var schemas: JSONObject = [
            "PredictAnswer": [
                "description": "One answer for all sequences; `task` says which.",
                "oneOf": .array(TaskKind.allCases.map { reference(answerName($0)) }),
                "discriminator": [
                    "propertyName": "task",
                    "mapping": .object(
                        JSONObject(
                            TaskKind.allCases.map {
                                (key: $0.rawValue, value: .string("#/components/schemas/" + answerName($0)))
                            })),
                ],
            ],
            "Timing": object(
                [
                    "queue_ms": described(number, "The longest wait of a sequence."),
                    "compute_ms": described(number, "The longest computation of a sequence."),
                    "batch_rows": described(
                        number,
                        "Mean rows of the batches in which a sequence was computed, those of other requests included; "
                            + "of several sequences the largest. 1: it was computed alone."),
                ], required: ["queue_ms", "compute_ms", "batch_rows"]),
        ]
        for task in TaskKind.allCases {
            schemas.append(answerName(task), answer(of: task))
            for (index, shape) in task.answers.enumerated() {
                let required = shape.members.filter(\.isRequired).map(\.name)
                schemas.append(
                    predictionName(task, index), object(properties(of: shape.members), required: required))
            }
        }
        return schemas
    }()

    private static func answer(of task: TaskKind) -> JSONValue {
        let shapes = task.answers.indices.map { reference(predictionName(task, $0)) }
        return object(
            [
                "model": described(string, "name@version that answered."), "task": words([task.rawValue]),
                "predictions": described(
                    list(of: shapes.count == 1 ? shapes[0] : ["anyOf": .array(shapes)]),
                    "One for each sequence, in their order."),
                "timing": reference("Timing"),
                "state": described(string, "Where it has come to; of a request that began with a state."),
            ], required: ["model", "task", "predictions", "timing"])
    }

    private static func answerName(_ task: TaskKind) -> String { camelCase(task) + "Answer" }

    /// The second kind of a task's answers is what `score` asks for.
    static func predictionName(_ task: TaskKind, _ index: Int) -> String {
        camelCase(task) + (index == 0 ? "Prediction" : "Score")
    }

    /// As schemas are named.
    static func camelCase(_ task: TaskKind) -> String {
        task.rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    // MARK: From shapes

    static func properties(of shapes: [MemberShape]) -> JSONObject {
        JSONObject(shapes.map { (key: $0.name, value: described(.object(form($0.form)), $0.help)) })
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
        case .pathOrUnknown:
            list(of: ["oneOf": [.object(Self.form(.numberOrUnknown)), .object(Self.form(.numbersOrUnknown))]])
        case .flags:
            list(of: ["oneOf": [flagOrUnknown, ["type": "array", "items": flagOrUnknown]]])
        case .timestamp: timestamp.object ?? [:]
        case .timestamps: list(of: Self.form(.timestamp))
        case .list(let element): list(of: Self.form(element))
        case .named(let value): ["type": "object", "additionalProperties": .object(Self.form(value))]
        case .members(let shapes):
            object(properties(of: shapes), required: shapes.filter(\.isRequired).map(\.name)).object ?? [:]
        }
    }

    private static let flagOrUnknown: JSONValue = ["type": ["boolean", "null"]]

    private static func list(of element: JSONObject) -> JSONObject { ["type": "array", "items": .object(element)] }
}
