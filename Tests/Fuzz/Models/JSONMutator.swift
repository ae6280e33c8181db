import JSON

/// Spoils a JSON value here and there: numbers become extremes, members go, come twice or change their type, lists are
/// emptied, reversed, cut and grown.
enum JSONMutator {
    static let integers = [
        Int.min, Int.min + 1, -1_000_000, -2, -1, 0, 1, 2, 3, 7, 63, 64, 65, 99, 100, 255, 256, 1000, 4095, 4096, 4097,
        8192,
        10_000, 10_001, 65_535, 65_536, 65_537, 100_000, 100_001, 1 << 24, 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 53,
        1 << 61, 1 << 62, Int.max - 1, Int.max,
    ]
    static let numbers = [
        1e308, -1e308, 1.7976931348623157e308, 1e39, -1e39, 3.4028235e38, 1e30, 1e31, 9.3e18, -9.3e18, 1.8e19, 1e-50,
        -1e-50,
        1e-40, Double.leastNonzeroMagnitude, 1.2e-38, 0.0, -0.0, 0.5, 1.0, 1 - 1e-12, 0.99999999, 1 + 1e-12, 1.5, -1.0,
        -0.5, 0.1,
    ]
    private static let texts = [
        "", "a", "lstm", "gru", "rnn", "quantile", "negative_binomial", "log", "\u{0}", "é", "e\u{301}", "😀", "nan",
    ]

    /// - Parameter places: how many are spoiled.
    static func mutated(_ value: JSONValue, places: Int, _ random: inout RandomSource) -> JSONValue {
        var result = value
        for _ in 0..<places { result = spoiled(result, &random) }
        return result
    }

    /// Goes down to a place, the deeper the rarer to stop, and spoils it.
    private static func spoiled(_ value: JSONValue, _ random: inout RandomSource) -> JSONValue {
        if let object = value.object, !object.isEmpty, !random.oneIn(12) {
            var members = object.members
            let index = random.below(members.count)
            switch random.below(14) {
            case 0: members.remove(at: index)
            case 1: members[index].value = extreme(&random)
            case 2: members[index].value = members[random.below(members.count)].value
            case 3: members[index].key += random.oneIn(2) ? "x" : ""
            default: members[index].value = spoiled(members[index].value, &random)
            }
            return .object(JSONObject(members))
        }
        if let elements = value.elements, !elements.isEmpty, !random.oneIn(8) {
            return list(elements, &random)
        }
        return extreme(&random, near: value)
    }

    private static func list(_ elements: [JSONValue], _ random: inout RandomSource) -> JSONValue {
        var elements = elements
        let index = random.below(elements.count)
        switch random.below(12) {
        case 0: elements = []
        case 1: elements.reverse()
        case 2: elements = Array(elements.prefix(index))
        case 3: elements.append(elements[index])
        case 4: elements.append(extreme(&random))
        case 5: elements.remove(at: index)
        case 6: elements = [.array(elements)]
        case 7: elements = Array(repeating: elements[index], count: 1 + random.below(40))
        default: elements[index] = spoiled(elements[index], &random)
        }
        // As the parser would have read them.
        return (try? JSONParser.parse(JSONValue.array(elements).bytes)) ?? .null
    }

    static func extreme(_ random: inout RandomSource, near value: JSONValue = .null) -> JSONValue {
        if case .integer(let number) = value, random.oneIn(3) {
            return .integer(number &+ random.pick([-1, 1, 2, number, -2 &* number]))
        }
        switch value {
        case .integer where !random.oneIn(4): return .integer(random.pick(integers))
        case .number where !random.oneIn(4): return .number(random.pick(numbers))
        case .string where !random.oneIn(3): return .string(random.pick(texts))
        default: break
        }
        switch random.below(8) {
        case 0: return .null
        case 1: return .bool(random.oneIn(2))
        case 2: return .string(random.pick(texts))
        case 3: return .array([])
        case 4: return .object(JSONObject())
        case 5: return .number(random.pick(numbers))
        default: return .integer(random.pick(integers))
        }
    }
}
