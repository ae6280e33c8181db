import CDecimal

// Building answers: literals, and conversions of what the service holds. An absent optional becomes `null`.

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }

    /// Elements stay as they are: a literal array is `.array` even when it holds only numbers.
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Members in the order of the literal.
    ///
    /// - Precondition: (debug builds) no key twice.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
    }
}

extension JSONValue {
    /// `null` for nil.
    package init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }
    /// `null` for nil.
    package init(_ value: Bool?) { self = value.map(JSONValue.bool) ?? .null }
    /// `null` for nil.
    package init(_ value: Int?) { self = value.map(JSONValue.integer) ?? .null }
    /// `null` for nil.
    package init(_ value: Int64?) { self = value.map { .integer(Int($0)) } ?? .null }

    /// A non-finite value is written as `null`.
    package init(_ value: Double?) { self = value.map(JSONValue.number) ?? .null }

    /// The `Double` nearest to the shortest decimal of the `Float`: 0.1 stays 0.1 and not 0.10000000149011612.
    package init(_ value: Float?) { self = value.map { .number(JSONValue.shortest($0)) } ?? .null }

    /// An array of numbers, held flat.
    package init(_ values: [Double]) { self = .numbers(values) }
    /// An array of the shortest decimals of the numbers.
    package init(_ values: [Float]) { self = .numbers(values.map(JSONValue.shortest)) }
    /// An array of integers.
    package init(_ values: [Int]) { self = .array(values.map(JSONValue.integer)) }
    /// An array of texts.
    package init(_ values: [String]) { self = .array(values.map(JSONValue.string)) }
    /// An array of arrays of numbers.
    package init(_ rows: [[Double]]) { self = .array(rows.map(JSONValue.numbers)) }
    /// An array of any elements.
    package init(_ values: [JSONValue]) { self = .array(values) }
    /// The object as a value.
    package init(_ object: JSONObject) { self = .object(object) }

    /// An object of numbers with sorted keys, so that the same content has the same bytes.
    package init(_ values: [String: Double]) {
        self.init(values.mapValues(JSONValue.number))
    }

    /// An object of strings with sorted keys.
    package init(_ values: [String: String]) {
        self.init(values.mapValues(JSONValue.string))
    }

    /// An object with sorted keys.
    package init(_ values: [String: JSONValue]) {
        let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        self = .object(JSONObject(distinct: sorted.map { (key: $0.key, value: $0.value) }))
    }

    /// The shortest decimal that names this `Float`, read as a `Double`. Whole numbers of 32 bits stay what they are.
    package static func shortest(_ value: Float) -> Double {
        value.isFinite ? cd_shortest(value, DecimalTables.pointer) : Double(value)
    }
}
