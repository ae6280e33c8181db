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
    /// More connections than the limit.
    case overloaded
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
        case .overloaded: "too many connections"
        case .misuse(let detail): detail
        }
    }
}
