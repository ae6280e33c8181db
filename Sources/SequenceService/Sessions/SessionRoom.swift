import Store
import Synchronization

/// How many sessions there are, and what their states take on disk: both are bounded.
package final class SessionRoom: Sendable {
    private static let retrySeconds = 60

    private let countMax: Int
    private let sizeBytesMax: Int
    private let reserve: DiskReserve
    private let state: Mutex<SessionTotals>

    /// - Parameters:
    ///   - totals: of what is stored.
    ///   - countMax: sessions at most.
    ///   - sizeBytesMax: of their states.
    ///   - reserve: what it has given up is not for new sessions.
    init(_ totals: SessionTotals, countMax: Int, sizeBytesMax: Int, reserve: DiskReserve) {
        self.reserve = reserve
        state = Mutex(totals)
        self.countMax = countMax
        self.sizeBytesMax = sizeBytesMax
    }

    /// What is there now.
    var totals: SessionTotals { state.withLock { $0 } }

    /// Asks whether `take` would be refused now.
    func check() throws(ServiceError) {
        if let refusal = state.withLock({ refusal($0, adding: 0) }) { throw refusal }
    }

    /// Counts a new session.
    ///
    /// - Throws: `ServiceError.busy` when there are as many as allowed, `diskFull`.
    func take(_ sizeBytes: Int) throws(ServiceError) {
        try reserve.checkRoom()
        let refusal = state.withLock { totals -> ServiceError? in
            if let refusal = self.refusal(totals, adding: sizeBytes) { return refusal }
            totals.count += 1
            totals.stateSizeBytes += sizeBytes
            return nil
        }
        if let refusal { throw refusal }
    }

    private func refusal(_ totals: SessionTotals, adding sizeBytes: Int) -> ServiceError? {
        if totals.count >= countMax {
            return .busy(
                "there are \(totals.count) sessions, as many as sessions_max allows: delete some, or let them expire",
                retryAfterSeconds: Self.retrySeconds)
        }
        guard totals.stateSizeBytes + sizeBytes > sizeBytesMax else { return nil }
        return .busy(
            "the states of \(totals.count) sessions take \(totals.stateSizeBytes) bytes, as many as "
                + "session_disk_bytes_max allows: delete some, or let them expire",
            retryAfterSeconds: Self.retrySeconds)
    }

    /// A session is gone.
    func giveBack(_ sizeBytes: Int) {
        state.withLock { totals in
            totals.count -= 1
            totals.stateSizeBytes -= sizeBytes
        }
    }

    /// What is stored was counted again.
    func set(_ totals: SessionTotals) { state.withLock { $0 = totals } }

    /// A state has another size than before.
    func change(by sizeBytes: Int) { state.withLock { $0.stateSizeBytes += sizeBytes } }
}
