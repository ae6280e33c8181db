/// JSON Pointers (RFC 6901), with which faults name their place: `/sequences/3/17`.
package enum JSONPointer {
    /// `~` becomes `~0`, `/` becomes `~1`.
    package static func escape(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
        var escaped = ""
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The pointer of a member of what `base` points to.
    package static func appending(_ token: String, to base: String) -> String { base + "/" + escape(token) }
    /// The pointer of an element of what `base` points to.
    package static func appending(_ index: Int, to base: String) -> String { base + "/\(index)" }

    /// The raw tokens of a pointer, nil when it is malformed (no leading `/`, or `~` before something else than 0 or
    /// 1).
    package static func tokens(_ pointer: String) -> [String]? {
        if pointer.isEmpty { return [] }
        var parts = pointer.split(separator: "/", omittingEmptySubsequences: false).makeIterator()
        guard let first = parts.next(), first.isEmpty else { return nil }
        var tokens: [String] = []
        while let part = parts.next() {
            guard let token = unescape(part) else { return nil }
            tokens.append(token)
        }
        return tokens
    }

    private static func unescape(_ part: Substring) -> String? {
        var token = String.UnicodeScalarView()
        var scalars = part.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                token.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": token.append("~")
            case "1": token.append("/")
            default: return nil
            }
        }
        return String(token)
    }
}

extension JSONValue {
    /// The value a pointer names, nil when there is none or the pointer is malformed.
    package func value(at pointer: String) -> JSONValue? {
        guard let tokens = JSONPointer.tokens(pointer) else { return nil }
        var value = self
        for token in tokens {
            let next: JSONValue? =
                switch value {
                case .object(let object): object[token]
                case .array, .numbers: Self.index(token).flatMap { value[$0] }
                default: nil
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// RFC 6901 (4): digits without leading zeros.
    private static func index(_ token: String) -> Int? {
        guard
            token == "0" || (token.utf8.first != UInt8(ascii: "0") && token.utf8.allSatisfy { (48...57).contains($0) })
        else { return nil }
        return Int(token)
    }
}
