/// One JSON value, as read from a request or built for an answer.
///
/// Arrays of numbers are the main food of the server, so they have a case of their own: an array of only
/// numbers and `null`, with at least one number, is always read as `.numbers`, where `null` is NaN.
/// An empty array and one of only nulls is `.array`.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A number written without fraction or exponent that fits `Int`.
    case integer(Int)
    /// Any other number. Read values are finite; a non-finite one is written as `null`.
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// `null` is NaN. Integers beyond ±2^53 are rounded to the nearest `Double`.
    case numbers([Double])
    case object(JSONObject)
}

extension JSONValue: Equatable {
    /// Structural equality: numbers by kind and value, NaN in `.numbers` equals NaN, strings by their bytes
    /// (not by canonical equivalence), objects by members in order.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.numbers(let a), .numbers(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }
}

// MARK: - Reading

extension JSONValue {
    /// Whether it is `null`.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The text of a string; nil for every other kind.
    package var asString: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// An integer, also when written as `5.0` or `1e3`; nil for a fraction or a value beyond `Int`.
    package var asInt: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value of a number, an integer's rounded to the nearest; nil for every other kind.
    package var asDouble: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The value of `true` or `false`; nil for every other kind.
    package var asBool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The members of an object; nil for every other kind.
    package var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The elements of any array; those of `.numbers` come as `.number`, NaN as `.null`. Linear in the count.
    package var elements: [JSONValue]? {
        switch self {
        case .array(let values): values
        case .numbers(let values): values.map { $0.isNaN ? .null : .number($0) }
        default: nil
        }
    }

    /// The numbers of an array of numbers and nulls (NaN), also when it is empty or only nulls.
    package var asNumbers: [Double]? {
        switch self {
        case .numbers(let values): values
        case .array(let values) where values.allSatisfy(\.isNull): values.map { _ in .nan }
        default: nil
        }
    }

    /// The strings of an array of only strings; an empty array counts.
    package var asStrings: [String]? {
        guard case .array(let values) = self else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(values.count)
        for value in values {
            guard case .string(let string) = value else { return nil }
            strings.append(string)
        }
        return strings
    }

    /// The member of an object, nil when this is not an object or has no such member.
    package subscript(key: String) -> JSONValue? { object?[key] }

    /// The element of an array, nil when this is not an array or the index is out of range.
    package subscript(index: Int) -> JSONValue? {
        switch self {
        case .array(let values) where values.indices.contains(index): values[index]
        case .numbers(let values) where values.indices.contains(index):
            values[index].isNaN ? .null : .number(values[index])
        default: nil
        }
    }

    /// What kind of value this is, in the words of a fault: "a number", "an object" …
    package var kindDescription: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array, .numbers: "an array"
        case .object: "an object"
        }
    }
}
