/// What is known of a request once it has ended; a line of the access log.
package struct AccessRecord: Sendable {
    /// The request's id.
    package let id: String
    /// The client's address; nil for Unix domain sockets.
    package let peer: String?
    /// The name of the caller's key; empty without one.
    package let caller: String
    /// Empty, as the path, if the request's head did not read.
    package let method: String
    /// Decoded, without the query, which may hold data.
    package let path: String
    /// The pattern of the route; empty if there is none.
    package let route: String
    /// 0 if the client left before it was answered.
    package let status: Int
    /// Content received and decoded.
    package let requestBytes: Int
    /// Head and content given to the socket.
    package let responseBytes: Int
    /// From the end of the head to the end of the response.
    package let seconds: Double
    /// From the end of the head to the first bytes of a stream; nil for other responses.
    package let firstEventSeconds: Double?
    /// The trace the request belongs to.
    package let trace: TraceContext?
    /// Why it did not end well.
    package let failure: FailureReason?

    /// For the server, and for tests of what is made of a record.
    package init(
        id: String, peer: String?, caller: String, method: String, path: String, route: String, status: Int,
        requestBytes: Int,
        responseBytes: Int, seconds: Double, firstEventSeconds: Double?, trace: TraceContext?, failure: FailureReason?
    ) {
        self.id = id
        self.peer = peer
        self.caller = caller
        self.method = method
        self.path = path
        self.route = route
        self.status = status
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
        self.seconds = seconds
        self.firstEventSeconds = firstEventSeconds
        self.trace = trace
        self.failure = failure
    }
}
