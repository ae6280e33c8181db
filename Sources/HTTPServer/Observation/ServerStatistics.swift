/// What a server counted since its start.
package struct ServerStatistics: Sendable, Equatable {
    /// Connections now open, including those that are closing.
    package var connectionsOpen: Int
    /// Connections in memory; as many as are open once nothing is happening.
    package var connectionObjects: Int
    /// Connections ever taken.
    package var connectionsAccepted: Int
    /// Connections answered 503 because of `connectionsMax`, or 429 because of `connectionsPerAddressMax`.
    package var connectionsRefused: Int
    /// How often accepting paused because the process was out of descriptors.
    package var acceptPauses: Int
    /// Addresses that are remembered.
    package var clients: Int
    /// Request heads parsed.
    package var requests: Int
    /// Requests of routes that need a key, now under way.
    package var requestsInFlight: Int
    /// Requests and connections that ended otherwise than they should.
    package var failures: [FailureReason: Int]
    /// By route, in the order of the table; the last is of requests without a route.
    package var routes: [RouteStatistics]
}
