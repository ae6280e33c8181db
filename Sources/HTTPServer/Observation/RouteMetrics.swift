import Synchronization

/// What is counted of one route. One short lock per request; the number of series is bounded by the route table and by
/// the statuses the server has.
final class RouteMetrics: Sendable {
    /// Statuses of requests that got no answer.
    static let unanswered = 499

    let pattern: String
    private let state: Mutex<RouteStatistics>

    /// - Parameter pattern: never a path. Empty for requests without a route.
    init(method: String, pattern: String) {
        self.pattern = pattern
        state = Mutex(RouteStatistics(method: method, pattern: pattern))
    }

    func add(_ record: AccessRecord) {
        state.withLock { state in
            state.requests[record.status == 0 ? Self.unanswered : record.status, default: 0] += 1
            state.requestBytes += record.requestBytes
            state.responseBytes += record.responseBytes
            state.duration.add(record.seconds)
            if let seconds = record.firstEventSeconds { state.firstEvent.add(seconds) }
        }
    }

    var statistics: RouteStatistics { state.withLock { $0 } }
}

/// The counts of one route since the start.
package struct RouteStatistics: Sendable, Equatable {
    /// As in the request line.
    package let method: String
    /// As the route was registered: `/jobs/{id}`.
    package let pattern: String
    /// By status; 499 for clients that left before they were answered.
    package var requests: [Int: Int] = [:]
    /// Content received.
    package var requestBytes = 0
    /// Heads and content sent.
    package var responseBytes = 0
    /// From the end of a request's head to the end of its response.
    package var duration = Histogram()
    /// From the end of a request's head to the first bytes of its stream.
    package var firstEvent = Histogram()
}
