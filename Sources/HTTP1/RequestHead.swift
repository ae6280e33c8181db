package import HTTPTypes

/// A request's head with everything its framing says, decided once (RFC 9112 6.3 and 9.3).
package struct RequestHead: Sendable, Equatable {
    /// How the content that follows is delimited.
    package enum Framing: Sendable, Equatable {
        /// Content-Length; 0 also when the head says nothing (RFC 9112 6.3, rule 7).
        case length(Int)
        /// Transfer-Encoding: chunked.
        case chunked
    }

    /// Method, scheme (of a target in absolute form, else nil), authority (of the target or of Host), target as
    /// received, and fields with lower-case names.
    package var request: HTTPRequest
    /// 0 or 1 of HTTP/1.x; higher minor versions are served as 1 (RFC 9110 2.5).
    package var minorVersion: Int
    /// The content's framing.
    package var framing: Framing
    /// The head has Content-Length or Transfer-Encoding; without both there is no content (RFC 9112 6.3, rule 7).
    package var isLengthKnown: Bool
    /// The client wants to go on after this exchange.
    package var keepAlive: Bool
    /// The client waits for 100 (Continue) before it sends the content (RFC 9110 10.1.1).
    package var expectsContinue: Bool
    /// The decoded target.
    package var target: RequestTarget
}
