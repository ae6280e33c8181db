package import HTTPTypes

/// What a handler answers.
package struct Response: Sendable {
    /// The status code with its reason.
    package var status: HTTPResponse.Status
    /// The server adds Date, framing, Connection, X-Request-Id and X-Content-Type-Options. `Connection: close`
    /// given here closes the connection after the response.
    package var headers: HTTPFields
    /// The content.
    package var body: ResponseBody

    /// An answer; its framing fields (Content-Length, Transfer-Encoding) are the server's business.
    package init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: ResponseBody = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The content of a response.
package enum ResponseBody: Sendable {
    /// None; sent with `Content-Length: 0` where the status allows content.
    case empty
    /// Sent with Content-Length, in one write with the head.
    case bytes([UInt8])
    /// Sent chunked (HTTP/1.1) or until the connection closes (HTTP/1.0). The closure runs in the request's task once
    /// the head is on its way, and not at all for HEAD. Its return ends the body; its error cuts the connection, so
    /// that the client can tell an incomplete body from a complete one.
    case stream(@Sendable (BodyWriter) async throws -> Void)
}
