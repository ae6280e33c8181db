import SequenceService
import Store
import Synchronization
import TestSupport
import Testing

@Suite struct NamedVersionsTests {
    private let reference = ModelReference("a")
    private static func version(_ number: Int) -> VersionRecord {
        VersionRecord(model: "a", version: number, jobID: nil, createdAtMs: 1, info: "{}")
    }

    /// Known until anything is recorded, by this process or another: then it is asked for again.
    @Test func aLabelThatMovesIsNotTakenFromMemory() throws {
        let place = try TemporaryDirectory(), reference = try #require(reference)
        let store = try SQLiteStore(path: place.path + "/rondo.sqlite")
        let other = try SQLiteStore(path: place.path + "/rondo.sqlite")
        try store.addVersion(Self.version(1), labels: ["stable"])
        try store.addVersion(Self.version(2))
        let named = NamedVersions(store)
        #expect(named.version(reference, in: .all) == nil, "nobody has asked")
        #expect(try named.find(reference, in: .all) == 1)
        #expect(named.version(reference, in: .all) == 1)
        for (mover, version) in [(other, 2), (store, 1), (other, 2)] {
            try mover.setLabel("a", "stable", version: version)
            #expect(named.version(reference, in: .all) == nil)
            #expect(try named.find(reference, in: .all) == version)
            #expect(named.version(reference, in: .all) == version)
        }
        try other.deleteVersion("a", 2)
        #expect(named.version(reference, in: .all) == nil)
        #expect(throws: ServiceError.self) { try named.find(reference, in: .all) }
        #expect(named.version(reference, in: .all) == nil)
    }

    /// What one tenant knows is not another's.
    @Test func scopesAreApart() throws {
        let place = try TemporaryDirectory(), reference = try #require(reference)
        let store = try SQLiteStore(path: place.path + "/rondo.sqlite")
        try store.addVersion(Self.version(1), labels: ["stable"], of: "north")
        let named = NamedVersions(store)
        #expect(try named.find(reference, in: .tenant("north")) == 1)
        #expect(named.version(reference, in: .tenant("south")) == nil)
        #expect(throws: ServiceError.self) { try named.find(reference, in: .tenant("south")) }
        #expect(named.version(reference, in: .tenant("north")) == 1)
    }

    /// However many references are asked for, few are kept.
    @Test func memoryIsBounded() throws {
        let place = try TemporaryDirectory()
        let store = try SQLiteStore(path: place.path + "/rondo.sqlite")
        let labels = (0..<6000).map { "label-\($0)" }
        try store.addVersion(Self.version(1), labels: labels)
        let named = NamedVersions(store)
        for label in labels {
            let reference = try #require(ModelReference("a@" + label))
            #expect(try named.find(reference, in: .all) == 1)
            #expect(named.version(reference, in: .all) == 1 && named.count <= 4096)
        }
    }

    /// A store whose disk may be gone.
    private final class WeakStore: VersionStore {
        let store: SQLiteStore
        let isUnreadable = Mutex(false)

        init(_ store: SQLiteStore) { self.store = store }

        func write<Result: Sendable>(
            durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
        ) throws(StoreError) -> Result { try store.write(durable: durable, body) }

        func read<Result: Sendable>(
            _ body: (any RecordTransaction) throws(StoreError) -> Result
        ) throws(StoreError) -> Result {
            if isUnreadable.withLock({ $0 }) {
                throw .database(operation: "read", path: store.path, fault: .unread, detail: "EIO")
            }
            return try store.read(body)
        }

        var commitMark: CommitMark? { store.commitMark }
        var namingChanges: Int { store.namingChanges }
    }

    /// A version in memory is predicted with while the disk does not read, unless its name may mean another by now.
    @Test func whatWasKnownHoldsWhileTheDiskIsGone() throws {
        let place = try TemporaryDirectory(), reference = try #require(reference)
        let weak = WeakStore(try SQLiteStore(path: place.path + "/rondo.sqlite"))
        try weak.addVersion(Self.version(1), labels: ["stable"])
        try weak.addVersion(Self.version(2))
        let named = NamedVersions(weak)
        #expect(try named.find(reference, in: .all) == 1)
        // Something else is recorded.
        try weak.markDamage("lost", of: "a", 2)
        weak.isUnreadable.withLock { $0 = true }
        #expect(named.version(reference, in: .all) == nil)
        #expect(try named.find(reference, in: .all) == 1)
        #expect(throws: StoreError.self) { try named.find(reference, in: .tenant("south")) }

        try weak.setLabel("a", "stable", version: 2)
        #expect(throws: StoreError.self, "it may be another") { try named.find(reference, in: .all) }
        weak.isUnreadable.withLock { $0 = false }
        #expect(try named.find(reference, in: .all) == 2)
    }
}
