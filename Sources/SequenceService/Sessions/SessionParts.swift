package import Logging
package import Store
import System

/// What sessions share in one process: those in memory, what records their changes, the secrets of their states.
package final class SessionParts: Sendable {
    /// Sessions looked at in one transaction.
    private static let expiryMax = 500

    let store: any RecordStore
    let table: SessionTable
    let writer: SessionWriter
    let keys: StateKeys
    let room: SessionRoom
    private let reserve: DiskReserve

    /// - Parameters:
    ///   - reserve: room for deletions on a full disk.
    ///   - offload: for what asks the database.
    /// - Throws: `StoreError`.
    package init(
        store: any RecordStore, stateKeys: StateKeys, reserve: DiskReserve, limits: SessionLimits, offload: WorkQueue
    ) throws(StoreError) {
        self.store = store
        self.reserve = reserve
        table = SessionTable(store: store, sizeBytesMax: limits.cacheBytesMax, offload: offload)
        writer = SessionWriter(store: store, reserve: reserve, isDurable: limits.isDurable)
        keys = stateKeys
        // A database that no longer reads in full serves what it can.
        let totals = try store.fault == nil ? store.sessionTotals() : SessionTotals(count: 0, stateSizeBytes: 0)
        room = SessionRoom(totals, countMax: limits.countMax, sizeBytesMax: limits.diskBytesMax, reserve: reserve)
    }

    /// Forgets sessions that have expired.
    package func expire(nowMs: Int64, _ logger: Logger) {
        do {
            var count = 0
            while true {
                let gone = try reserve.freeing(in: store) {
                    try store.deleteExpiredSessions(nowMs: nowMs, limit: Self.expiryMax)
                }
                guard !gone.isEmpty else { break }
                let ids = Set(gone.map(\.id))
                table.forget { ids.contains($0.id) }
                for session in gone { room.giveBack(session.stateSizeBytes) }
                count += gone.count
            }
            if count > 0 { logger.info("sessions expired", metadata: ["sessions": .number(count)]) }
        } catch {
            logger.warning("expiry of sessions", metadata: ["error": "\(error)"])
        }
    }

    /// Sessions were deleted with their versions.
    func forget(model: String, version: Int?) {
        table.forget { session in session.model == model && version.map { $0 == session.version } ?? true }
        if let totals = try? store.sessionTotals() { room.set(totals) }
    }
}
