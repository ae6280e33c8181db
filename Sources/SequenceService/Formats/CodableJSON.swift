#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
package import JSON

/// Between `Codable` values (settings, descriptions: small) and `JSONValue`. Data never takes this way: it is slow.
package enum CodableJSON {
    /// Members come sorted by name, so equal values have equal bytes.
    package static func value<T: Encodable>(of value: T) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try JSONParser.parse(Array(encoder.encode(value)))
    }

    /// Reads a value of `type` from JSON.
    ///
    /// - Throws: a `DecodingError`.
    package static func decode<T: Decodable>(_ type: T.Type, from json: JSONValue) throws -> T {
        try JSONDecoder().decode(type, from: Data(json.bytes))
    }
}
