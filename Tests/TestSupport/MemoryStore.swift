package import Store
import Synchronization

/// A store without a disk, for tests of what stands above it. It passes the tests of every store (`StoreTests`).
package final class MemoryStore: RecordStore {
    private let database: MemoryDatabase
    /// Lives as long as this object: what dies with a process dies with it.
    package let lease: any RunnerLease

    fileprivate init(_ database: MemoryDatabase, lease: any RunnerLease) {
        self.database = database
        self.lease = lease
    }

    /// A copy of all rows, put back when `body` succeeds.
    package func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        if !durable { database.beforeReport() }
        return try database.tables.withLock { tables throws(StoreError) in
            let transaction = MemoryTransaction(tables)
            let result = try body(transaction)
            try database.refuseIfAsked(tables.changes(to: transaction.tables))
            tables = transaction.tables
            return result
        }
    }

    /// The rows as they are; what `body` writes to them is lost.
    package func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let tables = database.tables.withLock { $0 }
        return try body(MemoryTransaction(tables))
    }

    /// Nothing.
    package var fault: StoreError? { nil }
    /// Nothing.
    package var findings: [String] { [] }
    /// There is no file.
    package func tidy() {}

    /// Invariants of jobs, and references between rows.
    package func check() -> [String] { database.tables.withLock { $0.faults() } }
}

/// What the stores of several "processes" share, as they would a file.
package final class MemoryDatabase: Sendable {
    fileprivate let tables = Mutex(MemoryTables())
    fileprivate let runners = Mutex(Runners())
    private let refusal = Mutex<Refusal?>(nil)
    private let reportHook = Mutex<(@Sendable () -> Void)?>(nil)

    /// Says why a transaction fails that would change jobs to these; nil: it succeeds.
    package typealias Refusal = @Sendable ([JobRecord]) -> StoreError?

    fileprivate struct Runners {
        var made = 0
        var living: Set<String> = []
        var notes: [String: String] = [:]
    }

    /// Empty.
    package init() {}

    /// A store on these rows, as another process would open it.
    package func open() -> MemoryStore { open(lease: MemoryLease(self)) }

    /// The same with a lease of another kind.
    package func open(lease: any RunnerLease) -> MemoryStore { MemoryStore(self, lease: lease) }

    /// Calls `body` before each transaction that need not be durable, which are the reports of a training, on the
    /// training's thread and outside of all locks; nil ends it.
    package func beforeReports(_ body: (@Sendable () -> Void)?) { reportHook.withLock { $0 = body } }

    fileprivate func beforeReport() { reportHook.withLock { $0 }?() }

    /// Makes transactions fail as those of a database do; nil ends it.
    package func refuse(_ refusal: Refusal?) { self.refusal.withLock { $0 = refusal } }

    fileprivate func refuseIfAsked(_ changed: [JobRecord]) throws(StoreError) {
        let refusal = refusal.withLock { $0 }
        if let error = refusal?(changed) { throw error }
    }
}

/// A lease that lasts as long as its object.
private final class MemoryLease: RunnerLease {
    let instance: String
    private let database: MemoryDatabase

    init(_ database: MemoryDatabase) {
        self.database = database
        instance = database.runners.withLock { runners in
            runners.made += 1
            let instance = "runner-\(runners.made)"
            runners.living.insert(instance)
            return instance
        }
    }

    deinit { _ = database.runners.withLock { $0.living.remove(instance) } }

    func isAlive(_ instance: String) -> Bool { database.runners.withLock { $0.living.contains(instance) } }

    func note(_ text: String) {
        database.runners.withLock { $0.notes[instance] = text.isEmpty ? nil : text }
    }

    func takeNotes() -> [(instance: String, note: String)] {
        database.runners.withLock { runners in
            let dead = runners.notes.filter { !runners.living.contains($0.key) }
            for instance in dead.keys { runners.notes[instance] = nil }
            return dead.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    func removeDead(keeping runners: Set<String>) {}
}
