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

    /// What the head says of the content.
    package let framing: ResponseEncoder.Framing
    /// Whether another request may follow.
    package let keepAlive: Bool
    /// The client's, of HTTP/1.x.
    package let minorVersion: Int
    /// What is sent behind the head.
    package let sends: Content
}
