package import Store
import System

/// A job's events in order, history first and then as they come, until the last one.
///
/// Ends after the events of a job with a final status, when the task is cancelled, or when the service stops. Every end
/// but that of the task is one that the reader can tell its client.
package struct JobEventFeed: Sendable {
    private static let pageRows = 500
    /// Events of a job that another process runs are found by looking.
    private static let pollSeconds = 1.0

    /// Why there are no more events.
    package enum End: Sendable, Equatable {
        /// The job's last event was among them, or only the history was asked for.
        case complete
        /// The server stops; another one has the rest, after the event with this id.
        case stopping(after: Int64)
    }

    let services: JobServices
    let offload: WorkQueue
    let isStopping: @Sendable () -> Bool

    /// - Parameters:
    ///   - offload: reads the store.
    ///   - isStopping: whether the service stops; asked when there is nothing new.
    package init(services: JobServices, offload: WorkQueue, isStopping: @escaping @Sendable () -> Bool) {
        self.services = services
        self.offload = offload
        self.isStopping = isStopping
    }

    /// Whether a reader that has the event with the id `after` has all there will be. Blocks.
    ///
    /// - Parameter follows: it would wait for events to come; without, it has all if there is nothing new.
    package func isOver(_ jobID: String, after: Int64, follows: Bool) throws -> Bool {
        // The status first, as below.
        let isFinal = try services.store.job(jobID)?.status.isFinal ?? true
        return try (isFinal || !follows) && services.store.events(jobID, after: after, limit: 1).isEmpty
    }

    /// - Parameters:
    ///   - after: id of the last event the reader has.
    ///   - follows: wait for events to come.
    ///   - quietSeconds: silence after which `body` is called with no events.
    ///   - body: takes a page of events, in order.
    package func read(
        _ jobID: String, after: Int64, follows: Bool, quietSeconds: Double, _ body: ([EventRecord]) async throws -> Void
    ) async throws -> End {
        var last = after
        var calledAt = Clock.monotonicSeconds()
        while true {
            let ticket = services.signal.ticket
            let (isFinal, page) = try await offload.run { [services, last] in
                // The status first: an event that comes with the final status is then surely in the page.
                let job = try services.store.job(jobID)
                return (
                    job?.status.isFinal ?? true, try services.store.events(jobID, after: last, limit: Self.pageRows)
                )
            }
            if let newest = page.last {
                last = newest.id
                try await body(page)
                calledAt = Clock.monotonicSeconds()
            } else if isFinal {
                return .complete
            } else if isStopping() {
                return .stopping(after: last)
            } else if Clock.monotonicSeconds() - calledAt >= quietSeconds {
                try await body([])
                calledAt = Clock.monotonicSeconds()
            }
            // A page that is not full ends the history; what comes later is not of it.
            if !follows, page.count < Self.pageRows { return .complete }
            try Task.checkCancellation()
            if page.count < Self.pageRows, !isFinal {
                await services.signal.wait(after: ticket, timeoutSeconds: Self.pollSeconds)
            }
        }
    }
}
