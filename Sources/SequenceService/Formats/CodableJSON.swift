#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
package import JSON
package import SequenceModels

/// Between `Codable` values (settings, descriptions: small) and `JSONValue`. Data never takes this way: it is slow.
package enum CodableJSON {
    /// Members come sorted by name, so equal values have equal bytes.
    package static func value<T: Encodable>(of value: T) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try JSONParser.parse(Array(encoder.encode(value)))
    }

    /// The same of options, without a text in between: a plan is asked for often.
    package static func value<Group, Stage>(of options: OptionGroupValues<Group, Stage>) throws -> JSONValue {
        try value(options.content)
    }

    private static func value(_ content: OptionContent) throws -> JSONValue {
        switch content {
        case .flag(let flag): return .bool(flag)
        case .whole(let whole): return .integer(whole)
        case .seed(let seed): return Int(exactly: seed).map { .integer($0) } ?? .number(Double(seed))
        case .number(let number): return try value(number)
        case .text(let text): return .string(text)
        case .list(let list):
            let values = try list.map { try value($0) }
            let numbers = values.compactMap(\.asDouble)
            return numbers.isEmpty || numbers.count < values.count ? .array(values) : .numbers(numbers)
        case .members(let members):
            var object = JSONObject()
            for (name, content) in members { object.append(name, try value(content)) }
            return .object(object)
        }
    }

    /// One without a fraction is written, and so read, as an integer.
    private static func value(_ number: Double) throws -> JSONValue {
        guard number.isFinite else {
            throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "\(number) is not finite"))
        }
        guard let whole = Int(exactly: number), number.description.hasSuffix(".0"), number.sign == .plus || whole != 0
        else { return .number(number) }
        return .integer(whole)
    }

    /// Reads a value of `type` from JSON.
    ///
    /// - Throws: a `DecodingError`.
    package static func decode<T: Decodable>(_ type: T.Type, from json: JSONValue) throws -> T {
        try JSONDecoder().decode(type, from: Data(json.bytes))
    }
}
