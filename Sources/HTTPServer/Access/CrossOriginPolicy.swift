import HTTPTypes

/// Which web pages may ask, and read answers (the CORS protocol of the Fetch standard, section 3.2).
///
/// A browser sends what a page of any origin asks for; CORS only keeps the answer from the page. By then a training may
/// run. So requests of other origins are refused before they are routed, whatever the method. Keys travel in
/// `Authorization`, never in cookies, so credentials mode is never allowed and `*` is safe.
package struct CrossOriginPolicy: Sendable, Equatable {
    /// How long a browser may keep the answer to a preflight.
    private static let maxAgeSeconds = 600
    private static let requestFields = [
        "Authorization", "Content-Type", "Content-Encoding", "Idempotency-Key", "Last-Event-ID", "X-Request-Id",
        "traceparent",
    ].joined(separator: ", ")
    private static let responseFields = "Location, Retry-After, X-Request-Id, traceparent, WWW-Authenticate"

    /// Origins as browsers write them, `https://example.org`, or `*`. None: no page of another origin may read.
    package let origins: [String]

    /// Pages of these origins may ask and read answers; by default none may.
    package init(origins: [String] = []) { self.origins = origins }

    /// Whether `text` is `*` or the serialisation of an origin (RFC 6454 6.2): scheme, host, port, and nothing behind
    /// it.
    package static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        guard let colon = text.firstRange(of: "://") else { return false }
        let host = text[colon.upperBound...]
        let isScheme =
            colon.lowerBound > text.startIndex
            && text[..<colon.lowerBound].utf8.allSatisfy { $0 &- 0x61 < 26 || $0 == 0x2B || $0 == 0x2D }
        return isScheme && !host.isEmpty
            && host.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x3F && $0 != 0x23 && $0 != 0x40 && $0 != 0x2C
                    && !($0 &- 0x41 < 26)
            }
    }

    /// Whether a request comes from a page of another origin that is not among ours. Requests of no page at all pass:
    /// programs do not send these fields, and pages cannot leave them out or forge them (Fetch calls them forbidden).
    ///
    /// `Sec-Fetch-Site` (Fetch Metadata 2.4) knows best, for it holds behind a proxy that rewrites Host, too; older
    /// browsers, and all of them at addresses that are not trustworthy, send `Origin` only, which is then compared with
    /// `authority`.
    /// - Parameters:
    ///   - authority: of the request; nil if it has none.
    ///   - isEncrypted: whether the client spoke TLS to this server.
    func refuses(_ request: HTTPRequest, authority: String?, isEncrypted: Bool) -> Bool {
        let origin = request.headerFields[.origin]
        if let origin, origins.contains(origin) { return false }
        if let name = Self.siteName, let site = request.headerFields[name] {
            return site != "same-origin" && site != "none" && !(origins.contains("*"))
        }
        guard let origin, !origins.contains("*") else { return false }
        // `null` is the origin of what has none: a sandboxed frame, a file, a redirect across origins.
        guard let authority, let colon = origin.firstRange(of: "://") else { return true }
        let scheme = origin[..<colon.lowerBound]
        if isEncrypted && scheme != "https" { return true }
        let port = scheme == "https" ? ":443" : scheme == "http" ? ":80" : ""
        return Self.trimmed(origin[colon.upperBound...], port) != Self.trimmed(authority[...], port)
    }

    private static let siteName = HTTPField.Name("Sec-Fetch-Site")

    /// In lower case and without the scheme's own port.
    private static func trimmed(_ authority: Substring, _ port: String) -> Substring {
        let text = authority.lowercased()
        return !port.isEmpty && text.hasSuffix(port) ? text.dropLast(port.count) : text[...]
    }

    /// What the answer to `request` says about its origin; nil for requests of no or of an unknown origin.
    private func allowed(_ request: HTTPRequest) -> String? {
        guard !origins.isEmpty, let origin = request.headerFields[.origin] else { return nil }
        if origins.contains("*") { return "*" }
        return origins.contains(origin) ? origin : nil
    }

    /// The fields every answer to this request carries, as lines.
    func fieldLines(for request: HTTPRequest) -> [UInt8] {
        guard !origins.isEmpty else { return [] }
        var lines = origins.contains("*") ? "" : "Vary: Origin\r\n"
        if let origin = allowed(request) {
            lines +=
                "Access-Control-Allow-Origin: \(origin)\r\nAccess-Control-Expose-Headers: \(Self.responseFields)\r\n"
        }
        return Array(lines.utf8)
    }

    /// The fields of the answer to a preflight; none if it is an ordinary OPTIONS or its origin is unknown.
    ///
    /// - Parameter allow: the methods of the resource.
    func preflightFields(for request: HTTPRequest, allow: [String]) -> HTTPFields {
        guard let method = HTTPField.Name("Access-Control-Request-Method"), request.headerFields[method] != nil,
            allowed(request) != nil
        else { return [:] }
        var fields = HTTPFields()
        for (name, value) in [
            ("Access-Control-Allow-Methods", allow.joined(separator: ", ")),
            ("Access-Control-Allow-Headers", Self.requestFields),
            ("Access-Control-Max-Age", String(Self.maxAgeSeconds)),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }
}
