import HTTPTypes

/// What the fields of a head say about framing, persistence and expectations, gathered field by field.
struct FramingFacts {
    private var host: String?
    private var contentLength: Int?
    private var codings: [String] = []
    private var hasTransferEncoding = false
    private var close = false
    private var keepAlive = false
    private var expectsContinue = false
    private var unknownExpectation = false
    private var hasContentType = false
    private var hasAuthorization = false

    /// - Returns: whether the field belongs in the head's fields; Host becomes the request's authority.
    mutating func observe(_ name: HTTPField.Name, _ value: UnsafeRawBufferPointer) throws(ProtocolFault) -> Bool {
        switch name.canonicalName {
        case "host":
            // RFC 9112 3.2: more than one Host, or an invalid one, is answered by 400.
            guard host == nil else { throw .bad("more than one Host field") }
            try HostField.validate(value)
            host = Octets.string(value)
            return false
        case "content-length":
            // RFC 9112 6.3 allows equal duplicates to be merged; refusing is the safe choice it offers.
            guard contentLength == nil else { throw .bad("more than one Content-Length field") }
            contentLength = try Self.length(value)
        case "transfer-encoding":
            hasTransferEncoding = true
            for coding in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                let token = Octets.trimmed(.init(rebasing: coding))
                guard !token.isEmpty, Octets.all(token, Octets.token) else { throw .bad("a malformed transfer coding") }
                guard codings.count < 8 else { throw .bad("too many transfer codings") }
                codings.append(Octets.string(token).lowercased())
            }
        case "connection":
            for option in value.split(separator: UInt8(ascii: ",")) {
                let token = Octets.trimmed(.init(rebasing: option))
                if Octets.equal(token, "close") { close = true }
                if Octets.equal(token, "keep-alive") { keepAlive = true }
            }
        case "expect":
            if Octets.equal(value, "100-continue") { expectsContinue = true } else { unknownExpectation = true }
        // RFC 9110 5.3: fields that are not lists come once. Two of these would be read in two ways.
        case "content-type":
            guard !hasContentType else { throw .bad("more than one Content-Type field") }
            hasContentType = true
        case "authorization":
            guard !hasAuthorization else { throw .bad("more than one Authorization field") }
            hasAuthorization = true
        default: break
        }
        return true
    }

    /// RFC 9110 8.6: one or more digits, and nothing else.
    private static func length(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) -> Int {
        guard !bytes.isEmpty, bytes.count <= 19 else { throw .bad("the Content-Length is not a length") }
        var length = 0
        for byte in bytes {
            guard Octets.isDigit(byte) else { throw .bad("the Content-Length is not a number") }
            let (product, first) = length.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(Int(byte &- 0x30))
            guard !first, !second else { throw .bad("the Content-Length is too large") }
            length = sum
        }
        return length
    }

    /// Decides the framing once all fields are known.
    func head(line: RequestLine, fields: HTTPFields) throws(ProtocolFault) -> RequestHead {
        // RFC 9112 3.2: an HTTP/1.1 request without Host is answered by 400.
        guard host != nil || line.minorVersion == 0 else { throw .bad("no Host field") }
        let framing = try framing(minorVersion: line.minorVersion)
        let isLengthKnown = hasTransferEncoding || contentLength != nil
        // RFC 1945 8.3: HTTP/1.0 delimits a POST's content by Content-Length and nothing else.
        guard isLengthKnown || line.minorVersion > 0 || !(line.method == .post || line.method == .put) else {
            throw ProtocolFault(.lengthRequired, "HTTP/1.0 content needs a Content-Length")
        }
        // RFC 9110 10.1.1: other expectations may be answered by 417; HTTP/1.0 clients cannot have any.
        if unknownExpectation, line.minorVersion > 0 {
            throw ProtocolFault(.expectationFailed, "the expectation cannot be met")
        }
        return RequestHead(
            request: HTTPRequest(
                method: line.method, scheme: line.scheme, authority: line.authority ?? host, path: line.target,
                headerFields: fields),
            minorVersion: line.minorVersion,
            framing: framing,
            isLengthKnown: isLengthKnown,
            keepAlive: line.minorVersion > 0 ? !close : keepAlive && !close,  // RFC 9112 9.3
            expectsContinue: expectsContinue && line.minorVersion > 0 && framing != .length(0),
            target: line.decoded)
    }

    /// RFC 9112 6.3, and 6.1 for the refusals.
    private func framing(minorVersion: Int) throws(ProtocolFault) -> RequestHead.Framing {
        guard hasTransferEncoding else { return .length(contentLength ?? 0) }
        guard contentLength == nil else { throw .bad("Transfer-Encoding together with Content-Length") }
        guard minorVersion > 0 else { throw .bad("Transfer-Encoding in HTTP/1.0") }
        // 6.3 rule 4: without chunked as the final coding the length cannot be known.
        guard codings.last == "chunked" else { throw .bad("chunked is not the final transfer coding") }
        guard codings.filter({ $0 == "chunked" }).count == 1 else { throw .bad("chunked is applied twice") }
        guard codings.count == 1 else {
            throw ProtocolFault(.notImplemented, "transfer codings other than chunked are not implemented")
        }
        return .chunked
    }
}
