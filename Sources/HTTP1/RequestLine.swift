import HTTPTypes

/// `method SP request-target SP HTTP-version` (RFC 9112 3), parsed strictly: one space, no other white space.
struct RequestLine {
    enum Form { case origin, absolute, asterisk }

    var method: HTTPRequest.Method
    var form: Form
    /// The target without scheme and authority, as received.
    var target: String
    /// The scheme of an absolute-form target, `http` or `https`.
    var scheme: String?
    /// The authority of an absolute-form target.
    var authority: String?
    var decoded: RequestTarget
    var minorVersion: Int

    /// - Parameter line: without its CRLF, holding neither CR nor LF.
    init(_ line: UnsafeRawBufferPointer) throws(ProtocolFault) {
        guard let first = line.firstIndex(of: 0x20), first > 0 else { throw .bad("no method in the request line") }
        let methodBytes = UnsafeRawBufferPointer(rebasing: line[0..<first])
        guard Octets.all(methodBytes, Octets.token) else { throw .bad("the method is not a token") }
        guard let last = line.lastIndex(of: 0x20), last > first + 1 else {
            throw .bad("the request line does not have three parts")  // HTTP/0.9 ends here too
        }
        let target = UnsafeRawBufferPointer(rebasing: line[(first + 1)..<last])
        let version = UnsafeRawBufferPointer(rebasing: line[(last + 1)...])
        // RFC 9112 3.2: no white space is allowed in the target.
        guard !target.contains(0x20) else { throw .bad("white space in the target") }
        minorVersion = try Self.minorVersion(version)
        method = try Self.method(methodBytes)
        if target[0] == UInt8(ascii: "/") {  // RFC 9112 3.2.1
            form = .origin
            self.target = Octets.string(target)
            decoded = try RequestTarget(originForm: target)
            return
        }
        if target.count == 1, target[0] == UInt8(ascii: "*") {  // RFC 9112 3.2.4
            guard method == .options else { throw .bad("the target * belongs to OPTIONS") }
            form = .asterisk
            self.target = "*"
            decoded = .asterisk
            return
        }
        // RFC 9112 3.2.2: a server must accept the absolute form too.
        form = .absolute
        let scheme =
            Octets.equal(.init(rebasing: target.prefix(7)), "http://")
            ? "http" : Octets.equal(.init(rebasing: target.prefix(8)), "https://") ? "https" : nil
        guard let scheme else { throw .bad("the target has a form that this server does not know") }
        self.scheme = scheme
        let rest = UnsafeRawBufferPointer(rebasing: target[(scheme.utf8.count + "://".utf8.count)...])
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.count
        let authority = UnsafeRawBufferPointer(rebasing: rest[0..<end])
        try HostField.validate(authority)
        self.authority = Octets.string(authority)
        let tail = UnsafeRawBufferPointer(rebasing: rest[end...])
        if tail.isEmpty, method == .options {  // RFC 9112 3.2.4: what a proxy would turn into *
            self.target = "*"
            decoded = .asterisk
            return
        }
        if tail.first == UInt8(ascii: "/") {
            self.target = Octets.string(tail)
            decoded = try RequestTarget(originForm: tail)
        } else {
            self.target = "/" + Octets.string(tail)
            decoded = try RequestTarget(originForm: self.target)
        }
    }

    /// RFC 9112 2.3: `HTTP/` digit `.` digit, case-sensitive.
    private static func minorVersion(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) -> Int {
        let name: StaticString = "HTTP/"
        guard bytes.count == 8, (0..<5).allSatisfy({ bytes[$0] == name.utf8Start[$0] }), Octets.isDigit(bytes[5]),
            bytes[6] == UInt8(ascii: "."), Octets.isDigit(bytes[7])
        else { throw .bad("the HTTP version is malformed") }
        guard bytes[5] == UInt8(ascii: "1") else {
            throw ProtocolFault(.httpVersionNotSupported, "only HTTP/1.1 and HTTP/1.0 are served")
        }
        return min(1, Int(bytes[7] &- 0x30))
    }

    private static func method(_ bytes: UnsafeRawBufferPointer) throws(ProtocolFault) -> HTTPRequest.Method {
        if bytes.count == 3, bytes[0] == UInt8(ascii: "G"), bytes[1] == UInt8(ascii: "E"), bytes[2] == UInt8(ascii: "T")
        {
            return .get
        }
        guard let method = HTTPRequest.Method(Octets.string(bytes)) else { throw .bad("the method is not a token") }
        // RFC 9110 9.3.6: an origin server may leave CONNECT out; its target would be an authority.
        guard method != .connect else { throw ProtocolFault(.notImplemented, "CONNECT is not implemented") }
        return method
    }
}
