package import SequenceModels
package import Store
import Synchronization
import System

/// Sessions in memory: those used last, with their states, and which of them are being stepped.
///
/// What it holds is what the store has: an entry changes when its change is recorded.
package final class SessionTable: Sendable {
    /// A session and where it stands.
    package struct Standing: Sendable {
        /// As it is stored.
        package var record: SessionRecord
        /// Its bytes are empty before anything was read.
        package var state: StreamState

        /// Bytes that it holds.
        fileprivate var sizeBytes: Int { state.sizeBytes + record.metadata.utf8.count + 512 }
    }

    /// A class, for it changes four times in a step, and a copy of it counts many references.
    fileprivate final class Entry {
        /// nil while it is being read.
        var standing: Standing?
        var isBusy = false
        var usedAt: UInt64 = 0

        init(_ standing: Standing? = nil) { self.standing = standing }
    }

    fileprivate struct State {
        var entries: [String: Entry] = [:]
        /// Uses in their order; those that were followed by another of the same session are skipped.
        var uses = Fifo<(id: String, usedAt: UInt64)>()
        var clock: UInt64 = 0
        var sizeBytes = 0
        var busyCount = 0
        var hits = 0
        var misses = 0
    }

    private let store: any SessionStore
    private let sizeBytesMax: Int
    private let offload: WorkQueue
    private let state = Mutex(State())

    /// - Parameters:
    ///   - sizeBytesMax: of the sessions held, beyond those being stepped.
    ///   - offload: for what asks the database.
    init(store: any SessionStore, sizeBytesMax: Int, offload: WorkQueue) {
        self.store = store
        self.sizeBytesMax = sizeBytesMax
        self.offload = offload
    }

    /// What is held now.
    struct Counts: Sendable {
        var held = 0
        var sizeBytes = 0
        var busy = 0
        var hits = 0
        var misses = 0
    }

    /// What is held now, and how often it was there when it was wanted.
    var counts: Counts {
        state.withLock {
            Counts(
                held: $0.entries.count, sizeBytes: $0.sizeBytes, busy: $0.busyCount, hits: $0.hits,
                misses: $0.misses)
        }
    }

    /// A session as it stands, whoever is stepping it.
    ///
    /// - Throws: `ServiceError.notFound` for an unknown or expired one, or one of another scope; `StoreError`.
    func standing(_ id: String, in scope: Scope) async throws -> Standing {
        let known = state.withLock { $0.entries[id]?.standing }
        return try Self.checked(try await found(known, id), id, scope)
    }

    /// The same, for the caller alone until it is given back.
    ///
    /// - Throws: also `ServiceError.conflict` while another has it.
    func take(_ id: String, in scope: Scope) async throws -> Standing {
        let known = try state.withLock { state throws(ServiceError) -> Standing? in
            let entry = state.entries[id] ?? Entry()
            guard !entry.isBusy else { throw .conflict("a step of session '\(id)' is under way: wait for its answer") }
            entry.isBusy = true
            state.busyCount += 1
            if entry.standing == nil {
                state.entries[id] = entry
                state.misses += 1
            } else {
                state.hits += 1
            }
            return entry.standing
        }
        do {
            return try Self.checked(try await found(known, id), id, scope)
        } catch {
            release(id, known)
            throw error
        }
    }

    private func found(_ known: Standing?, _ id: String) async throws -> Standing? {
        if let known { return known }
        return try await offload.run { [store] in
            try store.session(id).map { Standing(record: $0.record, state: StreamState(bytes: $0.state)) }
        }
    }

    private static func checked(_ standing: Standing?, _ id: String, _ scope: Scope) throws(ServiceError) -> Standing {
        guard let standing, scope.contains(standing.record.tenant),
            standing.record.expiresAtMs > Clock.wallMilliseconds()
        else { throw .gone(StoreError.unknownSession(id: id).description) }
        return standing
    }

    /// Ends the caller's turn; the session is as given from now on, and nil if it is gone.
    func release(_ id: String, _ standing: Standing?) {
        state.withLock { state in
            guard let entry = state.entries[id] else { return }
            if entry.isBusy { state.busyCount -= 1 }
            state.sizeBytes -= entry.standing?.sizeBytes ?? 0
            guard let standing else {
                state.entries[id] = nil
                return
            }
            entry.standing = standing
            entry.isBusy = false
            state.sizeBytes += standing.sizeBytes
            state.use(id, entry)
            state.evict(sizeBytesMax)
        }
    }

    /// Holds a session that was just created.
    func add(_ standing: Standing) {
        state.withLock { state in
            state.sizeBytes += standing.sizeBytes
            let entry = Entry(standing)
            state.entries[standing.record.id] = entry
            state.use(standing.record.id, entry)
            state.evict(sizeBytesMax)
        }
    }

    /// Forgets sessions that are no longer stored; those being stepped end by themselves.
    func forget(where isGone: (SessionRecord) -> Bool) {
        state.withLock { state in
            for (id, entry) in state.entries {
                guard !entry.isBusy, let standing = entry.standing, isGone(standing.record) else { continue }
                state.sizeBytes -= standing.sizeBytes
                state.entries[id] = nil
            }
        }
    }
}

extension SessionTable.State {
    fileprivate mutating func use(_ id: String, _ entry: SessionTable.Entry) {
        clock += 1
        entry.usedAt = clock
        uses.append((id, clock))
        // A few sessions used often would fill it.
        guard uses.count > 64 + 4 * entries.count else { return }
        var kept = Fifo<(id: String, usedAt: UInt64)>()
        while let use = uses.popFirst() {
            if entries[use.id]?.usedAt == use.usedAt { kept.append(use) }
        }
        uses = kept
    }

    fileprivate mutating func evict(_ sizeBytesMax: Int) {
        var looked = uses.count
        while sizeBytes > sizeBytesMax, looked > 0, let use = uses.popFirst() {
            looked -= 1
            guard let entry = entries[use.id], entry.usedAt == use.usedAt else { continue }
            if entry.isBusy {
                uses.append(use)
                continue
            }
            sizeBytes -= entry.standing?.sizeBytes ?? 0
            entries[use.id] = nil
        }
    }
}
