import Synchronization

/// What all requests of the process may hold at once: bodies, the values read from them, predictions and their answers.
/// Bytes are counted before they are used, and who comes too late is told to come again.
///
/// One client may have half of it, and the last eighth is for small requests: whoever holds the rest with large bodies
/// keeps nobody from a prediction.
package final class MemoryBudget: Sendable {
    /// Shares of the budget.
    private static let clientShare = 2, smallReserve = 8
    /// The most that a request takes from the reserve.
    private static let smallSizeBytesMax = 1 << 20
    private static let retrySeconds = 2

    private struct State {
        var usedBytes = 0
        var bytesByClient: [String: Int] = [:]
    }

    /// What all leases hold together at most.
    package let sizeBytesMax: Int
    private let state = Mutex(State())
    private let onGivenBack: @Sendable (_ sizeBytes: Int) -> Void

    /// - Parameters:
    ///   - sizeBytesMax: of all requests together.
    ///   - onGivenBack: hears of every lease's end; called on any thread, so it must be quick.
    package init(sizeBytesMax: Int, onGivenBack: @escaping @Sendable (_ sizeBytes: Int) -> Void = { _ in }) {
        self.sizeBytesMax = sizeBytesMax
        self.onGivenBack = onGivenBack
    }

    /// What all leases hold now.
    package var usedBytes: Int { state.withLock { $0.usedBytes } }

    /// The most that one client, so also one request, may have.
    package var clientSizeBytesMax: Int { sizeBytesMax / Self.clientShare }

    /// An empty lease, that grows as its request does and ends with it.
    package func lease(for client: String) -> MemoryLease { MemoryLease(self, client) }

    /// - Parameter held: what the lease has already.
    /// - Returns: nil when the bytes are the lease's.
    fileprivate func take(_ sizeBytes: Int, _ client: String, held: Int) -> ServiceError? {
        let (total, overflows) = held.addingReportingOverflow(sizeBytes)
        guard !overflows, total <= clientSizeBytesMax else { return .tooMuchMemory(limitBytes: clientSizeBytesMax) }
        let limit = total <= Self.smallSizeBytesMax ? sizeBytesMax : sizeBytesMax - sizeBytesMax / Self.smallReserve
        return state.withLock { state in
            let own = state.bytesByClient[client, default: 0]
            guard state.usedBytes + sizeBytes <= limit, own + sizeBytes <= clientSizeBytesMax else {
                let detail =
                    own + sizeBytes > clientSizeBytesMax
                    ? "your requests under way hold as much memory as one client may have"
                    : "the requests under way hold as much memory as they may"
                return .busy(detail, retryAfterSeconds: Self.retrySeconds)
            }
            state.usedBytes += sizeBytes
            state.bytesByClient[client] = own + sizeBytes
            return nil
        }
    }

    /// As `take`, but nothing is taken.
    fileprivate func refusal(of sizeBytes: Int, _ client: String, held: Int) -> ServiceError? {
        if let refusal = take(sizeBytes, client, held: held) { return refusal }
        giveBack(sizeBytes, client)
        return nil
    }

    fileprivate func giveBack(_ sizeBytes: Int, _ client: String) {
        guard sizeBytes > 0 else { return }
        state.withLock { state in
            state.usedBytes -= sizeBytes
            let own = state.bytesByClient[client, default: 0] - sizeBytes
            state.bytesByClient[client] = own > 0 ? own : nil
        }
    }

    fileprivate func end(_ sizeBytes: Int, _ client: String) {
        giveBack(sizeBytes, client)
        onGivenBack(sizeBytes)
    }
}

/// A request's part of the budget. It goes back when the last reference goes: once, whatever became of the request.
package final class MemoryLease: Sendable {
    private let budget: MemoryBudget
    private let client: String
    private let held = Mutex(0)

    fileprivate init(_ budget: MemoryBudget, _ client: String) {
        self.budget = budget
        self.client = client
    }

    deinit { budget.end(held.withLock { $0 }, client) }

    /// What this lease holds now.
    package var heldBytes: Int { held.withLock { $0 } }

    /// Counts bytes that are about to be used.
    ///
    /// - Throws: `ServiceError.busy` while others have them; `.tooMuchMemory` if the lease would be more than one
    ///   client may have.
    package func take(_ sizeBytes: Int) throws(ServiceError) {
        let refusal = held.withLock { held -> ServiceError? in
            if let refusal = budget.take(sizeBytes, client, held: held) { return refusal }
            held += sizeBytes
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Asks whether `take` would be refused now.
    package func check(_ sizeBytes: Int) throws(ServiceError) {
        if let refusal = held.withLock({ budget.refusal(of: sizeBytes, client, held: $0) }) { throw refusal }
    }

    /// Some of it is no longer used.
    package func giveBack(_ sizeBytes: Int) {
        held.withLock { held in
            let sizeBytes = min(sizeBytes, held)
            budget.giveBack(sizeBytes, client)
            held -= sizeBytes
        }
    }
}
