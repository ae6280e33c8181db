import JSON
import ModelFiles
import SequenceModels

/// The schemas of requests and answers. Requests are closed: what they do not name is refused. Answers are open, as
/// later versions may tell more.
enum OpenAPISchemas {
    /// All of them by name.
    ///
    /// - Parameter limits: of the server, where a schema states one.
    static func json(_ limits: ServiceLimits) -> JSONObject {
        var schemas: JSONObject = [
            "TrainRequest": trainRequest(limits), "Example": example, "Pair": pair, "Record": record,
            "Sequence": sequence, "Input": input, "Task": words(TaskKind.allCases.map(\.rawValue)),
            "Metadata": metadata(limits),
            "Settings": described(["type": "object"], "Every setting in force, defaults included."),
            "PredictRequest": predictRequest(limits), "ImportSettings": importSettings,
            "Labels": [
                "type": "object",
                "additionalProperties": [
                    "type": ["integer", "null"], "minimum": 1, "maximum": .integer(Int.max),
                ],
                "minProperties": 1, "propertyNames": label, "maxProperties": .integer(limits.labelsPerModelMax),
                "description": "Label → number of the version that it is to name; null removes it.",
            ],
        ]
        for part in [tables, predictions, evaluations, events, jobs, models, usage, sessions(limits), system] {
            schemas.merge(part)
        }
        return schemas
    }

    private static func trainRequest(_ limits: ServiceLimits) -> JSONValue {
        var members = extended(
            [
                "model": name,
                "sequences": ["type": "array", "minItems": 1, "items": reference("Example")],
                "text": string,
                "from": described(
                    reference, "Continue a version: name (label stable), name@version or name@label."),
                "promote": words(
                    JobRequest.Promotion.allCases.map(\.rawValue),
                    "Whether the version takes the label stable. Default if_better: where its error is lower than that "
                        + "of the version that has it, on the same cases."),
                "metadata": reference("Metadata"),
                "roles": described(
                    reference("Roles"), "Of a table that the client has read itself: kept with job and version."),
            ], SettingsOptions.members)
        members.merge(recordMembers)
        // One of them. Generators make a union of an object with oneOf, and forget its members.
        return with(closed(members, required: ["model"]), one(of: ["text", "records", "sequences"]))
    }

    private static let example: JSONValue = [
        "description": "A sequence, a pair of input and target, or the record of a series.",
        "anyOf": [reference("Sequence"), reference("Pair"), reference("Record")],
    ]

    private static let pair = described(
        closed(["input": reference("Sequence"), "target": target], required: ["input", "target"]),
        "What a model reads, and what it is to answer.")

    /// A label, a number or several, or a label for each step; null is missing.
    private static let target: JSONValue = [
        "anyOf": [
            string, with(value, ["type": "number"]), with(series, ["minItems": 1]),
            ["type": "array", "minItems": 1, "items": ["type": ["string", "null"]]],
        ]
    ]

    /// The numbers of one step.
    static let channels = with(series, ["minItems": 1, "maxItems": .integer(ModelLimits.channelsMax)])

    private static let sequence: JSONValue = [
        "description": "A numeric series (null is missing), several channels by step, a text, or symbols.",
        "anyOf": [series, list(of: channels), string, strings],
    ]

    private static let input: JSONValue = [
        "description": "A sequence, or the record of a series.",
        "anyOf": [reference("Sequence"), reference("Record")],
    ]

    private static let system: JSONObject = [
        "Index": object(
            [
                "name": string, "version": string, "description": string,
                "links": ["type": "object", "additionalProperties": string],
            ], required: ["name", "version", "description", "links"]),
        "Status": object(
            [
                "status": words(["ok", "ready"]),
                "read_only": described(["type": "boolean"], "The server takes no changes. Absent where it does."),
            ], required: ["status"]),
        "ServerVersion": object(
            [
                "name": string, "version": string,
                "limits": described(["type": "object"], "Every limit by its configuration key."),
            ], required: ["name", "version"]),
        "Document": described(["type": "object"], "An OpenAPI document."),
        "Problem": object(
            [
                "type": string, "title": string, "status": integer, "detail": string,
                "id": described(string, "Names the line in the server's log."),
                "errors": ["type": "array", "items": reference("Fault")],
                "question": described(reference("Question"), "What a table leaves open."),
            ], required: ["type", "title", "status", "detail"]),
        "Fault": object(
            [
                "pointer": described(string, "JSON Pointer into the request; \"\" for a table as text."),
                "detail": string, "line": described(integer, "Of a table as text or JSON lines, from 1."),
                "column": described(string, "Of a table."), "cell": described(string, "What stands there."),
            ],
            required: ["pointer", "detail"]),
    ]
}
