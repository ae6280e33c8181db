package import HTTPTypes
package import Sockets

/// A routed request.
package struct Request: Sendable {
    /// Method, authority, raw target and fields (names in lower case).
    package let head: HTTPRequest
    /// Decoded, dot segments removed.
    package let path: String
    /// The query's pairs in order, decoded.
    package let query: [(name: String, value: String)]
    /// The captures of the route's pattern.
    package let parameters: [String: String]
    /// The content.
    package let body: RequestBody
    /// X-Request-Id of the client if it is sane, else made here. Echoed in the response.
    package let id: String
    /// The client's address; nil for Unix domain sockets and for requests made in tests.
    package let peer: SocketAddress?
    /// Who asks.
    package let caller: Caller

    /// For the server, and for tests that call a handler directly.
    package init(
        head: HTTPRequest, path: String, query: [(name: String, value: String)] = [],
        parameters: [String: String] = [:], body: RequestBody = .empty, id: String = "-", peer: SocketAddress? = nil,
        caller: Caller = .anybody
    ) {
        self.head = head
        self.path = path
        self.query = query
        self.parameters = parameters
        self.body = body
        self.id = id
        self.peer = peer
        self.caller = caller
    }

    /// Who shares what is shared fairly: the holders of a key, or where there is none those at an address.
    package var client: String { caller.name.isEmpty ? peer?.host ?? "" : "key " + caller.name }

    /// The first value of a query name.
    package func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }
}
