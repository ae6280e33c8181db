/// How a response goes out.
package struct ResponsePlan: Sendable, Equatable {
    /// What follows the head.
    package enum Content: Sendable, Equatable {
        /// Nothing: the status has no content, or the request was HEAD.
        case nothing
        /// All of the content.
        case whole
        /// Pieces, until `endResponse`.
        case stream
    }

    /// RFC 9110 6.4.1: responses with some codes have none.
    package static func hasContent(status: Int) -> Bool { status >= 200 && status != 204 && status != 304 }

    /// What the head says of the content.
    package let framing: ResponseEncoder.Framing
    /// Whether another request may follow.
    package let keepAlive: Bool
    /// The client's, of HTTP/1.x.
    package let minorVersion: Int
    /// What is sent behind the head.
    package let sends: Content
}
