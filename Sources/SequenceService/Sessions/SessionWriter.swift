import Dispatch
import Store
import Synchronization
import System

/// Records changes of sessions in groups: while one transaction is on its way to the disk, those that come meanwhile
/// become the next, so one sync serves as many sessions as step at once.
final class SessionWriter: Sendable {
    /// Changes of one transaction: others want the database, too.
    private static let groupMax = 1024

    /// Hears what became of a change, on the writer's thread, which must not wait.
    typealias Done = @Sendable (Result<SessionRecord, any Error>) -> Void

    private struct Waiting {
        let change: SessionChange
        let done: Done
    }

    private struct State {
        var waiting: [Waiting] = []
        var isStopped = false
        var groups = 0
        var changes = 0
    }

    private let store: any RecordStore
    private let reserve: DiskReserve
    private let isDurable: Bool
    private let work = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    /// - Parameters:
    ///   - reserve: room for deletions on a full disk.
    ///   - isDurable: a change is synced to the disk before it counts; otherwise it outlives the process, but not
    ///     surely a power cut.
    init(store: any RecordStore, reserve: DiskReserve, isDurable: Bool) {
        self.store = store
        self.reserve = reserve
        self.isDurable = isDurable
        _ = WorkerThread(name: "sessions", isPrompt: true) { [weak self, work] in
            while true {
                work.wait()
                guard let self, self.recordAll() else { return }
            }
        }
    }

    deinit { work.signal() }

    /// Returns when the change is recorded.
    ///
    /// - Throws: `StoreError` when it was not, and nothing has changed.
    func record(_ change: SessionChange) async throws -> SessionRecord {
        try await withCheckedThrowingContinuation { continuation in
            record(change) { continuation.resume(with: $0) }
        }
    }

    /// Calls `done` once the change is recorded, or was not: then with a `StoreError`, and nothing has changed.
    func record(_ change: SessionChange, done: @escaping Done) {
        state.withLock { $0.waiting.append(Waiting(change: change, done: done)) }
        work.signal()
    }

    /// Transactions and changes so far.
    var counts: (groups: Int, changes: Int) { state.withLock { ($0.groups, $0.changes) } }

    /// Ends the thread once all that waits is recorded.
    func stop() {
        state.withLock { $0.isStopped = true }
        work.signal()
    }

    private func recordAll() -> Bool {
        while true {
            let group = state.withLock { state -> [Waiting] in
                let group = Array(state.waiting.prefix(Self.groupMax))
                state.waiting.removeFirst(group.count)
                if !group.isEmpty { (state.groups, state.changes) = (state.groups + 1, state.changes + group.count) }
                return group
            }
            if group.isEmpty { return !state.withLock { $0.isStopped } }
            record(group)
        }
    }

    private func record(_ group: [Waiting]) {
        do throws(StoreError) {
            tell(group, try store.change(group.map(\.change), durable: isDurable))
        } catch {
            // On a full disk deletions go on, which make room.
            let deletions = error.isDiskFull ? group.filter(\.change.isDeletion) : []
            for waiting in group where deletions.isEmpty || !waiting.change.isDeletion {
                waiting.done(.failure(error))
            }
            if !deletions.isEmpty { recordWithReserve(deletions) }
        }
    }

    private func recordWithReserve(_ group: [Waiting]) {
        do {
            let results = try reserve.freeing(in: store) { try store.change(group.map(\.change), durable: isDurable) }
            tell(group, results)
        } catch {
            for waiting in group { waiting.done(.failure(error)) }
        }
    }

    private func tell(_ group: [Waiting], _ results: [Result<SessionRecord, StoreError>]) {
        for (waiting, result) in zip(group, results) { waiting.done(result.mapError { $0 as any Error }) }
    }
}
