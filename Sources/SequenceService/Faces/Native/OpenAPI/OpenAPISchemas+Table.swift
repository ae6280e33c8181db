import JSON
import Tables

/// Tables as records, and the roles of their columns.
extension OpenAPISchemas {
    static let tables: JSONObject = [
        "RecordRow": [
            "type": "object", "minProperties": 1,
            "additionalProperties": ["type": ["number", "string", "boolean", "null"]],
            "description": "A row of a table: single values by the names of columns; what is absent is missing.",
        ],
        "Roles": object(
            [
                "account": described(string, "All in a line: time: date (daily), id: store, target: sales."),
                "time": strings, "id": strings, "target": strings, "future": strings, "past": strings,
                "static": strings, "label": strings,
                "left_out": list(of: object(["column": string, "reason": string], required: ["column", "reason"])),
            ], required: ["account"]),
        "Question": object(
            [
                "option": described(string, "The parameter or member that answers it: target, decimal."),
                "text": string, "answers": described(strings, "Values of the option."),
            ], required: ["option", "text", "answers"]),
    ]

    /// Members that a request has beside `records`.
    static let recordMembers: JSONObject = {
        var members: JSONObject = [
            RecordsBody.member: described(
                ["type": "array", "minItems": 1, "items": reference("RecordRow")],
                "A table in place of sequences: a record for each row, in any order. What its columns are is found out "
                    + "where the members time to layout do not say it, and told in `roles`.")
        ]
        for option in RecordsBody.options {
            let schema: JSONValue =
                option.words.map { words($0) }
                ?? ["oneOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]]
            members.append(option.rawValue, described(schema, "Of records: \(option.help)"))
        }
        return members
    }()

    /// The same in a prediction.
    static let predictionRecordMembers: JSONObject = {
        var members = recordMembers
        members.append(
            RecordsBody.futureMember,
            described(
                ["type": "array", "minItems": 1, "items": reference("RecordRow")],
                "Rows of the time to come, behind those of records: what is known of them."))
        return members
    }()

    /// One of the members is there, and no other.
    static func one(of members: [String]) -> JSONObject {
        guard let first = members.first, members.count > 1 else { return ["required": JSONValue(members)] }
        let others = members.dropFirst().map { JSONValue.object(["required": [.string($0)]]) }
        return [
            "if": ["required": [.string(first)]], "then": ["not": ["anyOf": .array(others)]],
            "else": .object(one(of: Array(members.dropFirst()))),
        ]
    }
}
