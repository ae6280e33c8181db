/// The request target (RFC 9112 3.2), decoded.
package struct RequestTarget: Sendable, Equatable {
    /// Decoded path with dot segments removed (RFC 3986 5.2.4), starting with "/", or "*" (OPTIONS only).
    package var path: String
    /// `path` split at "/", without the leading empty segment. `/` is `[""]`.
    package var segments: [String]
    /// `name=value` pairs of the query, decoded as a form ("+" is a space).
    package var query: [QueryItem]

    /// One pair of a query.
    package struct QueryItem: Sendable, Equatable {
        /// Decoded.
        package var name: String
        /// Decoded; empty where there is no `=`.
        package var value: String

        /// A pair whose texts are decoded already.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Decodes an absolute path with an optional query, such as `/models/a%20b?x=1`.
    ///
    /// Refused with 400: bytes outside RFC 3986, bad percent triples, decoded text that is not UTF-8 or
    /// holds NUL, and an encoded "/" in the path, which could be read in two ways.
    package init(originForm text: String) throws(ProtocolFault) {
        var text = text
        let result: Result<RequestTarget, ProtocolFault> = text.withUTF8 { bytes in
            do throws(ProtocolFault) {
                return .success(try RequestTarget(originForm: UnsafeRawBufferPointer(bytes)))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// `OPTIONS *`
    static let asterisk = RequestTarget(path: "*", segments: ["*"], query: [])

    private init(path: String, segments: [String], query: [QueryItem]) {
        self.path = path
        self.segments = segments
        self.query = query
    }

    init(originForm bytes: UnsafeRawBufferPointer) throws(ProtocolFault) {
        let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
        let path = UnsafeRawBufferPointer(rebasing: bytes[0..<end])
        guard path.first == UInt8(ascii: "/") else { throw .bad("the target's path does not start with /") }
        var segments: [String] = []
        var isPlain = true
        var start = 1
        for index in 1...path.count where index == path.count || path[index] == UInt8(ascii: "/") {
            let raw = UnsafeRawBufferPointer(rebasing: path[start..<index])
            start = index + 1
            let segment = try Self.decode(raw, Octets.path, plusIsSpace: false)
            if segment.utf8.count != raw.count { isPlain = false }
            guard !segment.utf8.contains(UInt8(ascii: "/")) else { throw .bad("an encoded / in the path") }
            switch segment {
            case ".":
                isPlain = false
                if index == path.count { segments.append("") }
            case "..":
                isPlain = false
                if !segments.isEmpty { segments.removeLast() }
                if index == path.count { segments.append("") }
            default: segments.append(segment)
            }
        }
        self.segments = segments
        self.path = isPlain ? Octets.string(path) : "/" + segments.joined(separator: "/")
        self.query = []
        guard end < bytes.count else { return }
        for pair in bytes[(end + 1)...].split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = UnsafeRawBufferPointer(rebasing: pair[pair.startIndex..<equals])
            let value = UnsafeRawBufferPointer(rebasing: pair[min(equals + 1, pair.endIndex)..<pair.endIndex])
            query.append(
                QueryItem(
                    name: try Self.decode(name, Octets.query, plusIsSpace: true),
                    value: try Self.decode(value, Octets.query, plusIsSpace: true)))
        }
    }

    /// Percent-decodes (RFC 3986 2.1) bytes of the given class.
    private static func decode(
        _ bytes: UnsafeRawBufferPointer, _ allowed: UInt8, plusIsSpace: Bool
    ) throws(ProtocolFault) -> String {
        if Octets.all(bytes, allowed), !plusIsSpace || !bytes.contains(UInt8(ascii: "+")) {
            return Octets.string(bytes)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, let high = Octets.hexValue(bytes[index + 1]),
                    let low = Octets.hexValue(bytes[index + 2])
                else { throw .bad("a percent sign without two hexadecimal digits in the target") }
                let value = high << 4 | low
                guard value != 0 else { throw .bad("an encoded NUL in the target") }
                decoded.append(value)
                index += 3
                continue
            }
            guard Octets.table[Int(byte)] & allowed != 0 else { throw .bad("a character not allowed in the target") }
            decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            index += 1
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .bad("the target is not UTF-8") }
        return text
    }
}
