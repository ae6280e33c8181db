import JSON
import SequenceModels

/// Schemas of options, from their rows.
extension OpenAPISchemas {
    /// `network` of a training request and of an import.
    static let network = closed(properties(NetworkOptions.members))
    /// `forecast` of a training request and of an import.
    static let forecast = closed(properties(ForecastOptions.members))

    /// A member for each row.
    static func properties(_ members: [OptionMember]) -> JSONObject {
        var result = JSONObject()
        for member in members {
            switch member {
            case .option(let row): result.append(row.name, schema(row))
            case .group(let group): result.append(group.name, closed(properties(group.members)))
            }
        }
        return result
    }

    /// Members, and one for each row.
    static func extended(_ members: JSONObject, _ rows: [OptionMember]) -> JSONObject {
        var result = members
        for (key, value) in properties(rows).members { result.append(key, value) }
        return result
    }

    private static func schema(_ row: OptionRow) -> JSONValue {
        var members = form(row.form)
        if row.isAlsoObject {
            members = ["oneOf": [.object(members), validationSequences]]
        }
        // Not as `default`: generated clients send what that says, and an option that is sent is refused where it does
        // not belong, or changes a version that is continued.
        var text = row.description
        if let value = row.fixedDefault, let json = try? CodableJSON.value(of: value) {
            text += " Default: \(json.asString ?? json.text)."
        }
        members.append("description", .string(text))
        return .object(members)
    }

    /// The other form of `validation`.
    private static let validationSequences = closed(
        ["sequences": ["type": "array", "items": reference("Example")]], required: ["sequences"])

    private static func form(_ form: OptionForm) -> JSONObject {
        switch form {
        case .flag: ["type": "boolean"]
        case .whole(let range):
            [
                "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            ]
        case .number(let range): number(range)
        case .word(let words): ["type": "string", "enum": JSONValue(words)]
        case .levels(let countMin): levels(countMin: countMin)
        case .seed: ["type": "integer", "minimum": 0, "maximum": .integer(Int.max)]
        case .classWeights:
            [
                "oneOf": [
                    ["type": "string", "enum": ["balanced"]],
                    [
                        "type": "object",
                        "additionalProperties": [
                            "type": "number", "exclusiveMinimum": 0, "maximum": .number(ModelLimits.classWeightMax),
                            "description": "Weight of a label; 1 for those not named.",
                        ],
                    ],
                ]
            ]
        case .texts(let countMax, let sizeBytesMax):
            // JSON Schema counts characters, the limit bytes: no text that is longer has fewer bytes.
            [
                "oneOf": [
                    ["type": "string", "minLength": 1, "maxLength": .integer(sizeBytesMax)],
                    [
                        "type": "array", "maxItems": .integer(countMax),
                        "items": ["type": "string", "minLength": 1, "maxLength": .integer(sizeBytesMax)],
                    ],
                ]
            ]
        case .text(let sizeBytesMax): ["type": "string", "minLength": 1, "maxLength": .integer(sizeBytesMax)]
        case .wholes(let range, let countMax):
            [
                "type": "array", "maxItems": .integer(countMax), "uniqueItems": true,
                "items": [
                    "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
                ],
            ]
        }
    }

    private static func number(_ range: NumberRange) -> JSONObject {
        [
            "type": "number",
            range.includesLower ? "minimum" : "exclusiveMinimum": .number(range.lower),
            range.includesUpper ? "maximum" : "exclusiveMaximum": .number(range.upper),
        ]
    }

    private static func levels(countMin: Int) -> JSONObject {
        var members: JSONObject = ["type": "array"]
        if countMin > 0 { members.append("minItems", .integer(countMin)) }
        members.append("maxItems", .integer(ModelLimits.quantilesMax))
        members.append("uniqueItems", true)
        members.append("items", ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1])
        return members
    }
}
