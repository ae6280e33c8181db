package import HTTP1
package import HTTPTypes

/// Why a request was not served as asked. The error responder turns it into a response with `status`.
package enum HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No route has this path.
    case notFound(path: String)
    /// The path exists, the method does not; `allow` becomes the Allow field (RFC 9110 15.5.6).
    case methodNotAllowed(allow: [String])
    /// The method is unknown to this server (RFC 9110 15.6.2).
    case notImplemented(method: String)
    /// The route needs content and the request says nothing of any (RFC 9110 15.5.12).
    case lengthRequired
    /// The content is longer than the route takes.
    case bodyTooLarge(limitBytes: Int)
    /// The content expands to more than so many times its compressed size.
    case expandsTooMuch(ratioMax: Int)
    /// The content's coding is none that is read here (RFC 9110 15.5.16).
    case unsupportedCoding(String)
    /// The client takes neither gzip nor plain content (RFC 9110 12.5.3).
    case notAcceptable
    /// The request is wrong in a way a handler found.
    case badRequest(detail: String)
    /// The request's framing is wrong; the connection closes after the answer.
    case protocolFault(ProtocolFault)
    /// The client was too slow; `what` is "head" or "body".
    case timeout(what: String)
    /// The client has left; there is nobody to answer.
    case clientGone
    /// No key, or one that nobody holds (RFC 9110 15.5.2).
    case unauthorized(isKeyGiven: Bool)
    /// The key's role is less than the route asks for (RFC 9110 15.5.4).
    case forbidden(needed: AccessRole)
    /// The request is for another server than this one (RFC 9110 7.4 and 15.5.20).
    case misdirected(detail: String)
    /// A web page of another origin asks (RFC 9110 15.5.4).
    case crossOrigin
    /// The caller's share is used up (RFC 6585 4).
    case tooManyRequests(retryAfterSeconds: Int)
    /// More requests under way than the limit.
    case overloaded(retryAfterSeconds: Int)
    /// The server used its own interface wrongly, such as two readers of one body.
    case misuse(detail: String)

    /// The status to answer.
    package var status: HTTPResponse.Status {
        switch self {
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notImplemented: .notImplemented
        case .lengthRequired: .lengthRequired
        case .bodyTooLarge: .contentTooLarge
        case .expandsTooMuch: .contentTooLarge
        case .unsupportedCoding: .unsupportedMediaType
        case .notAcceptable: .notAcceptable
        case .badRequest: .badRequest
        case .protocolFault(let fault): fault.status
        case .timeout: .requestTimeout
        case .clientGone: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
        case .unauthorized: .unauthorized
        case .forbidden, .crossOrigin: .forbidden
        case .misdirected: .misdirectedRequest
        case .tooManyRequests: .tooManyRequests
        case .overloaded: .serviceUnavailable
        case .misuse: .internalServerError
        }
    }

    /// What to tell the client; for `misuse`, the log.
    package var description: String {
        switch self {
        case .notFound(let path): "there is nothing at \(path)"
        case .methodNotAllowed(let allow): "the method is not allowed here; allowed: \(allow.joined(separator: ", "))"
        case .notImplemented(let method): "the method \(method) is not implemented"
        case .lengthRequired: "content is needed here: send it with Content-Length or Transfer-Encoding: chunked"
        case .bodyTooLarge(let limit): "the content is longer than \(limit) bytes"
        case .expandsTooMuch(let ratio): "the content expands to more than \(ratio) times its size"
        case .unsupportedCoding(let name):
            "content is not read with the coding \"\(name)\"; send \(ContentCoding.acceptedText), or plain"
        case .notAcceptable: "the answer could be gzip or identity, and Accept-Encoding refuses both"
        case .badRequest(let detail): detail
        case .protocolFault(let fault): fault.detail
        case .timeout(let what): "the request's \(what) did not arrive in time"
        case .clientGone: "the client has left"
        case .unauthorized(let isGiven):
            isGiven ? "the key is not valid" : "a key is needed: send \"Authorization: Bearer KEY\""
        case .forbidden(let role): "this needs a key of the role \(role.rawValue)"
        case .misdirected(let detail): detail
        case .crossOrigin:
            "requests from web pages of other origins are refused; the setting cors_origins lists those that are "
                + "allowed"
        case .tooManyRequests(let seconds): "too many requests from this client; try again in \(seconds) s"
        case .overloaded: "too many requests under way"
        case .misuse(let detail): detail
        }
    }

    /// Fields the answer must or should have besides its content.
    package var headers: [(name: HTTPField.Name, value: String)] {
        switch self {
        case .methodNotAllowed(let allow): [(.allow, allow.joined(separator: ", "))]  // RFC 9110 15.5.6
        case .unauthorized(let isGiven):
            // RFC 9110 11.6.1, RFC 6750 3: no error code where no key was tried.
            [(.wwwAuthenticate, isGiven ? #"Bearer realm="rondo", error="invalid_token""# : #"Bearer realm="rondo""#)]
        case .forbidden: [(.wwwAuthenticate, #"Bearer realm="rondo", error="insufficient_scope""#)]
        case .unsupportedCoding: [(.acceptEncoding, ContentCoding.acceptedText)]  // RFC 9110 12.5.3
        case .tooManyRequests(let seconds), .overloaded(let seconds): [(.retryAfter, String(seconds))]
        default: []
        }
    }
}
