import CSQLite
import Store
import System
import TestSupport
import Testing

/// A store that is only read: all that is recorded is there, and no byte of the directory changes. A medium that cannot
/// be written is not to be had in a test; that nothing is written shows it as well.
@Suite struct ReadOnlyStoreTests {
    /// Names and contents of a directory.
    private func contents(_ directory: String) -> [String: [UInt8]] {
        Dictionary(
            TemporaryDirectory.tree(directory).map { ($0, TemporaryDirectory.get(directory + "/" + $0)) },
            uniquingKeysWith: { first, _ in first })
    }

    private func filled(_ place: TemporaryStore, _ count: Int = 3) throws -> [String] {
        let store = try place.open()
        return try (0..<count).map { _ in try store.insertJob(newJob()).job.id }
    }

    private func isRefused(_ step: () throws -> Void) -> Bool {
        do {
            try step()
            return false
        } catch {
            guard case StoreError.servesOnly = error else { return false }
            return true
        }
    }

    @Test func itReadsAndLeavesNoTrace() throws {
        let place = try TemporaryStore(), ids = try filled(place)
        let before = contents(place.directory)
        do {
            let store = try ReadOnlyStore(path: place.path)
            #expect(store.isReadOnly && store.fault == nil && store.findings.isEmpty)
            #expect(try store.jobs(limit: 9).map(\.id) == ids.reversed())
            #expect(isRefused { _ = try store.insertJob(newJob()) } && isRefused { try store.checkTakesChanges() })
            #expect(isRefused { _ = try store.claimNext(nowMs: 1) })
            store.tidy()
            #expect(try store.check().isEmpty && store.takeNotes().isEmpty)
            #expect(contents(place.directory) == before)
        }
        #expect(contents(place.directory) == before, "nothing at its end, too")
    }

    /// What a killed server leaves, or a snapshot of a disk: the newest is in the log, and nobody has an index of it.
    @Test func aLogThatWasLeftIsRead() throws {
        let place = try TemporaryStore(), copy = try TemporaryDirectory()
        let store = try place.open()
        let id = try store.insertJob(newJob()).job.id
        for end in ["", "-wal"] { try Files.copy(place.path + end, to: copy.path + "/rondo.sqlite" + end) }
        let before = contents(copy.path)
        #expect(before["rondo.sqlite-wal"]?.isEmpty == false)
        do {
            let read = try ReadOnlyStore(path: copy.path + "/rondo.sqlite")
            #expect(try read.jobs(limit: 9).map(\.id) == [id])
            #expect(try read.check().isEmpty)
        }
        #expect(contents(copy.path) == before)
        extendLifetime(store)
    }

    @Test func whatAnotherProcessWritesIsSeen() throws {
        let place = try TemporaryStore()
        var ids = try filled(place, 1)
        // Before the other one comes, while it is at work, and after it has gone.
        let read = try ReadOnlyStore(path: place.path, lookSeconds: 0)
        #expect(try read.jobs(limit: 9).map(\.id) == ids.reversed())
        do {
            let store = try place.open()
            for _ in 0..<3 {
                ids.append(try store.insertJob(newJob()).job.id)
                #expect(try read.jobs(limit: 9).map(\.id) == ids.reversed())
            }
            let second = try ReadOnlyStore(path: place.path)
            ids.append(try store.insertJob(newJob()).job.id)
            #expect(try second.jobs(limit: 9).map(\.id) == ids.reversed(), "at once")
            try store.tidy()
            #expect(try read.jobs(limit: 9).map(\.id) == ids.reversed())
        }
        #expect(try read.jobs(limit: 9).map(\.id) == ids.reversed())
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let place = try TemporaryStore()
        #expect(throws: StoreError.file(.notFound(path: place.path))) { try ReadOnlyStore(path: place.path) }
        _ = try filled(place, 1)
        var database: OpaquePointer?
        // By the layer that gives pages their checksums, as a program of the other schema would.
        try #require(sqlite3_open_v2(place.path, &database, SQLITE_OPEN_READWRITE, "rondo-checked") == SQLITE_OK)
        try #require(sqlite3_exec(database, "PRAGMA user_version = 2", nil, nil, nil) == SQLITE_OK)
        sqlite3_close(database)
        do {
            _ = try ReadOnlyStore(path: place.path)
            Issue.record("opened")
        } catch {
            #expect(error.description.contains("has schema 2, this program reads "), "\(error)")
        }
        try TemporaryDirectory.put([UInt8](repeating: 0x41, count: 8192), place.path)
        do {
            _ = try ReadOnlyStore(path: place.path)
            Issue.record("opened")
        } catch {
            #expect(error.isDamage, "\(error)")
        }
    }
}
