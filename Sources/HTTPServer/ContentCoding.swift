import HTTPTypes

/// What a client says about codings of content, in both directions (RFC 9110 8.4 and 12.5.3).
enum ContentCoding: Sendable, Equatable {
    case identity
    case gzip
    /// zlib's format, by HTTP's name.
    case deflate

    /// What requests may be coded with, for 415.
    static let acceptedText = "gzip, deflate"

    private init?(_ name: Substring) {
        switch name.lowercased() {
        case "identity": self = .identity
        case "gzip", "x-gzip": self = .gzip  // RFC 9110 8.4.1.3
        case "deflate": self = .deflate
        default: return nil
        }
    }

    /// The coding of a request's content.
    ///
    /// - Throws: `.unsupportedCoding` for another, or for two one over the other, which nobody needs but a bomb.
    static func ofRequest(_ fields: HTTPFields) throws(HTTPServerError) -> ContentCoding {
        guard let field = fields[.contentEncoding] else { return .identity }
        var found = ContentCoding.identity
        for part in field.split(separator: ",") {
            let name = part.trimmed
            guard let coding = ContentCoding(name), found == .identity || coding == .identity else {
                throw .unsupportedCoding(String(field.prefix(100)))
            }
            if coding != .identity { found = coding }
        }
        return found
    }

    /// The coding of the response: gzip if the client takes it as gladly as plain content, and whether plain content
    /// is acceptable to it, too. Elements that do not parse are passed over.
    ///
    /// - Throws: `.notAcceptable` if it takes neither.
    static func ofResponse(_ fields: HTTPFields) throws(HTTPServerError) -> AcceptedCoding {
        // Without the field everything is acceptable; plain is what the client surely reads.
        guard let field = fields[.acceptEncoding] else { return .plain }
        var gzip: Int?
        var identity: Int?
        var any: Int?
        for element in field.split(separator: ",") {
            let parts = element.split(separator: ";", omittingEmptySubsequences: false)
            guard let name = parts.first?.trimmed, !name.isEmpty, let weight = weight(parts.dropFirst()) else {
                continue
            }
            switch name.lowercased() {
            case "gzip", "x-gzip": gzip = max(gzip ?? 0, weight)
            case "identity": identity = weight
            case "*": any = weight
            default: break
            }
        }
        let gzipWeight = gzip ?? any ?? 0
        let isPlainAcceptable = (identity ?? any ?? 1) > 0
        guard gzipWeight > 0 || isPlainAcceptable else { throw .notAcceptable }
        return AcceptedCoding(
            coding: gzipWeight > 0 && gzipWeight >= identity ?? 0 ? .gzip : .identity,
            isPlainAcceptable: isPlainAcceptable)
    }

    /// `q=0.5` in thousandths (RFC 9110 12.4.2); nil if it is none.
    private static func weight(_ parameters: ArraySlice<Substring>) -> Int? {
        guard let parameter = parameters.first?.trimmed else { return 1000 }
        guard parameters.count == 1, parameter.count > 2, parameter.lowercased().hasPrefix("q=") else { return nil }
        let digits = Array(parameter.utf8.dropFirst(2))
        guard digits[0] == 0x30 || digits[0] == 0x31, digits.count <= 5, digits.count == 1 || digits[1] == 0x2E else {
            return nil
        }
        var value = Int(digits[0] - 0x30) * 1000
        var unit = 100
        for digit in digits.dropFirst(2) {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            value += Int(digit - 0x30) * unit
            unit /= 10
        }
        return value <= 1000 ? value : nil
    }
}

/// What the content of a response may be coded with.
struct AcceptedCoding: Sendable {
    /// The client's choice.
    let coding: ContentCoding
    /// False: the client has refused plain content, so everything is compressed.
    let isPlainAcceptable: Bool

    static let plain = AcceptedCoding(coding: .identity, isPlainAcceptable: true)
}

extension Substring {
    /// Without optional white space (RFC 9110 5.6.3) at its ends.
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text = text.dropFirst() }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return text
    }
}
