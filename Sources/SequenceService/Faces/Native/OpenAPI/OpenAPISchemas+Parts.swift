import JSON
import ModelFiles
import SequenceModels

/// What schemas are made of.
extension OpenAPISchemas {
    static let string: JSONValue = ["type": "string"]
    static let integer: JSONValue = ["type": "integer"]
    static let number: JSONValue = ["type": "number"]
    static let boolean: JSONValue = ["type": "boolean"]
    static let strings: JSONValue = ["type": "array", "items": string]
    /// A number of a request, or null for a missing one.
    static let value: JSONValue = [
        "type": ["number", "null"], "minimum": .number(-ModelLimits.valueMax), "maximum": .number(ModelLimits.valueMax),
    ]
    /// Numbers of a request.
    static let series = list(of: value)
    static let stringOrNull: JSONValue = ["type": ["string", "null"]]
    static let integerOrNull: JSONValue = ["type": ["integer", "null"]]
    static let numberOrNull: JSONValue = ["type": ["number", "null"]]
    /// A number by name; null where it is not finite.
    static let measures: JSONValue = ["type": "object", "additionalProperties": numberOrNull]

    /// Of a model or a label.
    static let name: JSONValue = ["type": "string", "pattern": .string("^" + ModelName.pattern + "$")]
    /// A name that is not a number.
    static let label: JSONValue = ["pattern": .string("^(?![0-9]+$)" + ModelName.pattern + "$")]
    /// Names a version: `airline`, `airline@3`, `airline@stable`.
    static let reference: JSONValue = [
        "type": "string",
        "pattern": .string(
            "^" + ModelName.pattern + "(@([1-9][0-9]{0,17}|(?![0-9]+$)" + ModelName.pattern + "))?$"),
    ]
    static let jobID: JSONValue = ["type": "string", "minLength": 1]
    static let eventID: JSONValue = ["type": "integer", "minimum": 0, "maximum": .integer(Int(Int64.max))]

    static let tenant = described(stringOrNull, "Whose it is; null for the unnamed tenant.")
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let timeOrNull: JSONValue = ["type": ["string", "null"], "format": "date-time"]

    static func reference(_ schema: String) -> JSONValue { OpenAPIDocument.reference(schema) }

    /// A schema by its name, or null.
    static func nullable(_ schema: String, _ text: String) -> JSONValue {
        ["description": .string(text), "oneOf": [reference(schema), ["type": "null"]]]
    }

    static func list(of schema: JSONValue) -> JSONValue { ["type": "array", "items": schema] }

    static func whole(_ low: Int, _ high: Int, _ text: String? = nil) -> JSONValue {
        described(["type": "integer", "minimum": .integer(low), "maximum": .integer(high)], text)
    }

    static func words(_ words: [String], _ text: String? = nil) -> JSONValue {
        described(["type": "string", "enum": JSONValue(words)], text)
    }

    /// A schema with what it is for.
    static func described(_ schema: JSONValue, _ text: String?) -> JSONValue {
        guard let text else { return schema }
        return with(schema, ["description": .string(text)])
    }

    /// A schema with more members.
    static func with(_ schema: JSONValue, _ members: JSONObject) -> JSONValue {
        var result = schema.object ?? [:]
        result.merge(members)
        return .object(result)
    }

    /// An object that refuses what it does not name.
    static func closed(_ properties: JSONObject, required: [String] = []) -> JSONValue {
        var members: JSONObject = ["type": "object", "additionalProperties": false, "properties": .object(properties)]
        if !required.isEmpty { members.append("required", JSONValue(required)) }
        return .object(members)
    }

    /// An object that may have more than is named.
    static func object(_ properties: JSONObject, required: [String]) -> JSONValue {
        ["type": "object", "required": JSONValue(required), "properties": .object(properties)]
    }

    /// A client's own, of a training and of an import.
    static func metadata(_ limits: ServiceLimits) -> JSONValue {
        [
            "type": "object",
            "description": .string(
                "Comes back as it is; its JSON text has at most \(limits.metadataSizeBytesMax) bytes "
                    + "(metadata_bytes_max)."),
        ]
    }
}
