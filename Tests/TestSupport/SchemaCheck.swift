package import JSON

/// Checks values against schemas of an OpenAPI document: the words of JSON Schema that the document uses, and no
/// others; a word that is not known here is a fault, so that nothing is passed over.
package struct SchemaCheck: Sendable {
    private let document: JSONValue

    /// - Parameter document: where references lead.
    package init(_ document: JSONValue) { self.document = document }

    /// What is wrong with a value, each with its place; empty when it fits.
    package func faults(of value: JSONValue, _ schema: String) -> [String] {
        faults(of: value, ["$ref": .string("#/components/schemas/\(schema)")], at: "")
    }

    /// As above, by the schema itself.
    package func faults(of value: JSONValue, _ schema: JSONValue, at pointer: String) -> [String] {
        guard let members = schema.object?.members else { return ["\(pointer): no schema"] }
        return members.flatMap { word, rule -> [String] in
            switch word {
            case "$ref": return reference(rule, value, pointer)
            case "oneOf", "anyOf", "not": return combined(word, rule, value, pointer)
            case "if":
                let branch = faults(of: value, rule, at: pointer).isEmpty ? schema["then"] : schema["else"]
                return branch.map { faults(of: value, $0, at: pointer) } ?? []
            case "type", "enum", "const": return kind(word, rule, value, pointer)
            case "required", "properties", "additionalProperties", "propertyNames", "minProperties", "maxProperties":
                return object(word, rule, value, schema, pointer)
            case "items", "minItems", "maxItems", "uniqueItems": return array(word, rule, value, pointer)
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
                return number(word, rule, value, pointer)
            case "pattern", "minLength", "maxLength": return text(word, rule, value, pointer)
            case "description", "default", "then", "else", "format", "discriminator", "contentMediaType",
                "contentSchema", "example":
                return []
            default: return ["\(pointer): the check does not know the word \(word)"]
            }
        }
    }

    private func reference(_ rule: JSONValue, _ value: JSONValue, _ pointer: String) -> [String] {
        guard let target = document.value(at: String((rule.asString ?? "").dropFirst())) else {
            return ["\(pointer): \(rule.text) leads nowhere"]
        }
        return faults(of: value, target, at: pointer)
    }

    private func combined(_ word: String, _ rule: JSONValue, _ value: JSONValue, _ pointer: String) -> [String] {
        if word == "not" {
            return faults(of: value, rule, at: pointer).isEmpty ? ["\(pointer): is what it must not be"] : []
        }
        let all = (rule.elements ?? []).map { faults(of: value, $0, at: pointer) }
        let count = all.filter(\.isEmpty).count
        guard word == "oneOf" ? count == 1 : count > 0 else {
            return ["\(pointer): fits \(count) of \(word): \(all.map { $0.first ?? "" })"]
        }
        return []
    }

    private func kind(_ word: String, _ rule: JSONValue, _ value: JSONValue, _ pointer: String) -> [String] {
        let fits: Bool
        switch word {
        case "enum": fits = rule.elements?.contains(value) == true
        case "const": fits = rule == value
        default:
            let kinds = rule.asStrings ?? [rule.asString ?? ""]
            fits =
                kinds.contains(Self.kind(value)) || (kinds.contains("number") && value.asDouble != nil)
                || (kinds.contains("integer") && value.asInt != nil)
        }
        return fits ? [] : ["\(pointer): \(value.text.prefix(80)) is not \(word) \(rule.text)"]
    }

    private static func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array, .numbers: "array"
        case .object: "object"
        }
    }

    private func object(
        _ word: String, _ rule: JSONValue, _ value: JSONValue, _ schema: JSONValue, _ pointer: String
    ) -> [String] {
        guard let object = value.object else { return [] }
        let known = schema["properties"]?.object?.keys ?? []
        switch word {
        case "required":
            return (rule.asStrings ?? []).filter { object[$0] == nil }.map { "\(pointer): lacks \($0)" }
        case "properties":
            return object.members.flatMap { key, member in
                rule[key].map { faults(of: member, $0, at: "\(pointer)/\(key)") } ?? []
            }
        case "additionalProperties":
            let others = object.members.filter { !known.contains($0.key) }
            if rule.asBool == false { return others.map { "\(pointer): has \($0.key)" } }
            return others.flatMap { faults(of: $0.value, rule, at: "\(pointer)/\($0.key)") }
        case "propertyNames": return object.keys.flatMap { faults(of: .string($0), rule, at: pointer) }
        case "minProperties": return object.count < rule.asInt ?? .max ? ["\(pointer): too few members"] : []
        default: return object.count > rule.asInt ?? .min ? ["\(pointer): too many members"] : []
        }
    }

    private func array(_ word: String, _ rule: JSONValue, _ value: JSONValue, _ pointer: String) -> [String] {
        guard let elements = value.elements else { return [] }
        switch word {
        case "items": return elements.enumerated().flatMap { faults(of: $1, rule, at: "\(pointer)/\($0)") }
        case "minItems": return elements.count < rule.asInt ?? .max ? ["\(pointer): too few elements"] : []
        case "maxItems": return elements.count > rule.asInt ?? .min ? ["\(pointer): too many elements"] : []
        default: return Set(elements.map(\.text)).count < elements.count ? ["\(pointer): an element twice"] : []
        }
    }

    private func number(_ word: String, _ rule: JSONValue, _ value: JSONValue, _ pointer: String) -> [String] {
        guard let number = value.asDouble, let bound = rule.asDouble else { return [] }
        let fits =
            switch word {
            case "minimum": number >= bound
            case "maximum": number <= bound
            case "exclusiveMinimum": number > bound
            default: number < bound
            }
        return fits ? [] : ["\(pointer): \(number) is beyond the \(word) \(bound)"]
    }

    private func text(_ word: String, _ rule: JSONValue, _ value: JSONValue, _ pointer: String) -> [String] {
        guard let text = value.asString else { return [] }
        switch word {
        case "minLength": return text.unicodeScalars.count < rule.asInt ?? .max ? ["\(pointer): too short"] : []
        case "maxLength": return text.unicodeScalars.count > rule.asInt ?? .min ? ["\(pointer): too long"] : []
        default:
            guard let pattern = try? Regex(rule.asString ?? "") else { return ["\(pointer): no pattern: \(rule.text)"] }
            return text.contains(pattern) ? [] : ["\(pointer): \(text) does not match \(rule.text)"]
        }
    }
}
