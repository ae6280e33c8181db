import ModelFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where a session stands, as a text that clients keep and carry: sealed, so that only what a server has said is
/// believed, and bound to the weights that it is of.
///
///     base64url("RST1" · key id [4] · SHA-256 of the weights [32] · name · version · steps · state · HMAC [32])
///
/// Numbers are 8 bytes, little-endian; the name and the state have their length before them.
package struct StateToken: Sendable, Equatable {
    /// The model that can read it.
    package var model: String
    /// The number of that model's version, from 1.
    package var version: Int
    /// Of its weights, 64 hexadecimal digits.
    package var weightsSHA256: String
    /// Steps that were read.
    package var steps: Int
    /// As bytes.
    package var state: [UInt8]

    private static let magic = Array("RST1".utf8)

    /// The text.
    package func sealed(by key: StateKeys.Key) -> String {
        var bytes = Self.magic
        bytes += Self.bytes(ofHexadecimal: key.id)
        bytes += Self.bytes(ofHexadecimal: weightsSHA256)
        Self.append(Array(model.utf8), to: &bytes)
        Self.append(UInt64(version), to: &bytes)
        Self.append(UInt64(steps), to: &bytes)
        Self.append(state, to: &bytes)
        return Base64URL.text(bytes + MessageCode.code(bytes, key: key.secret))
    }

    /// Why a text is refused.
    package enum Refusal: Error, Equatable {
        /// It is not what `sealed` writes.
        case notAState
        /// Its key is not believed any more, or never was.
        case unknownKey
        /// It was changed.
        case changed
    }

    /// - Throws: `Refusal`; what `keys` throws.
    package init(_ text: String, keys: StateKeys) throws {
        guard let bytes = Base64URL.bytes(text), bytes.starts(with: Self.magic),
            bytes.count > Self.magic.count + 36 + MessageCode.sizeBytes
        else { throw Refusal.notAState }
        let content = Array(bytes.dropLast(MessageCode.sizeBytes))
        var rest = content[Self.magic.count...]
        let id = StateKeys.hexadecimal(Array(rest.prefix(4)))
        guard let key = try keys.key(id) else { throw Refusal.unknownKey }
        let code = Array(bytes.suffix(MessageCode.sizeBytes))
        guard MessageCode.areEqual(code, MessageCode.code(content, key: key.secret)) else { throw Refusal.changed }
        rest = rest.dropFirst(4)
        weightsSHA256 = StateKeys.hexadecimal(Array(rest.prefix(32)))
        rest = rest.dropFirst(32)
        model = String(decoding: try Self.part(&rest), as: UTF8.self)
        version = try Self.number(&rest)
        steps = try Self.number(&rest)
        state = try Self.part(&rest)
        guard rest.isEmpty else { throw Refusal.notAState }
    }

    /// Where a version stands.
    package init(model: String, version: Int, weightsSHA256: String, steps: Int, state: [UInt8]) {
        self.model = model
        self.version = version
        self.weightsSHA256 = weightsSHA256
        self.steps = steps
        self.state = state
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(shift)))) }
    }

    private static func append(_ part: [UInt8], to bytes: inout [UInt8]) {
        append(UInt64(part.count), to: &bytes)
        bytes += part
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) throws(Refusal) -> Int {
        guard rest.count >= 8 else { throw .notAState }
        let value = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(8)
        guard let number = Int(exactly: value) else { throw .notAState }
        return number
    }

    private static func part(_ rest: inout ArraySlice<UInt8>) throws(Refusal) -> [UInt8] {
        let count = try number(&rest)
        guard count <= rest.count else { throw .notAState }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private static func bytes(ofHexadecimal text: String) -> [UInt8] {
        let digits = text.utf8.map { $0 <= 0x39 ? $0 &- 0x30 : $0 &- 0x57 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// Base 64 with the alphabet for addresses and without padding (RFC 4648, 5).
package enum Base64URL {
    /// Bytes as a text.
    package static func text(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString().utf8.compactMap { character -> UInt8? in
            switch character {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: character
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for a text that `text` does not write.
    package static func bytes(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(where: { "+/=".utf8.contains($0) }) else { return nil }
        var padded = text.utf8.map { character in
            switch character {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: character
            }
        }
        while padded.count % 4 != 0 { padded.append(UInt8(ascii: "=")) }
        guard let bytes = Data(base64Encoded: String(decoding: padded, as: UTF8.self)).map({ [UInt8]($0) }),
            Self.text(bytes) == text
        else { return nil }
        return bytes
    }
}
