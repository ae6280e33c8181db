import HTTP1
import HTTPTypes

/// Knows the keys. Called on event loops, so it must be quick; its answers may change at any time.
package protocol Authenticator: Sendable {
    /// Whether requests need a key at all.
    var isEnforced: Bool { get }
    /// The holder of a key, nil if there is none. Takes the same time for every wrong key.
    func caller(key: Substring) -> Caller?
}

extension ServerCore {
    /// Who asks, if it may call a route of `role` (nil: anybody may).
    ///
    /// The key comes as `Authorization: Bearer KEY` (RFC 6750 2.1); the scheme's name has no case (RFC 9110 11.1).
    /// - Throws: `.unauthorized` (RFC 9110 15.5.2), `.forbidden` (15.5.4).
    func caller(of request: HTTPRequest, role: AccessRole?) throws(HTTPServerError) -> Caller {
        guard let authenticator = configuration.authenticator, authenticator.isEnforced else { return .anybody }
        let value = request.headerFields[.authorization]
        let key = value.flatMap(Self.bearerKey)
        let found = key.flatMap(authenticator.caller)
        guard let role else { return found ?? .stranger }
        guard let found else { throw .unauthorized(isKeyGiven: value != nil) }
        guard let held = found.role, held >= role else { throw .forbidden(needed: role) }
        return found
    }

    private static func bearerKey(_ value: String) -> Substring? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1].drop { $0 == " " }
    }
}
