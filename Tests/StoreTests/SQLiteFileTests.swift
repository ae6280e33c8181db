import CSQLite
import Dispatch
import Store
import System
import TestSupport
import Testing

/// What is of SQLite only: its files, their damage, locks and schemas.
@Suite struct SQLiteFileTests {
    private func write(_ bytes: [UInt8], _ path: String, at offset: Int = 0) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        pwrite(descriptor, bytes, bytes.count, off_t(offset))
        close(descriptor)
    }

    @Test func manyProcessesMayOpenANewStoreAtOnce() async throws {
        let place = try TemporaryStore()
        let path = place.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try SQLiteStore(path: path).insertJob(newJob()) } }
            try await group.waitForAll()
        }
        #expect(try place.open().queueLength() == 8)
    }

    /// Predictions ask which version a label names, and must not wait for the disk of others.
    @Test func whatIsReadWaitsForNoTransaction() async throws {
        let place = try TemporaryStore()
        let store = try place.open()
        _ = try store.insertJob(newJob())
        let (inside, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let writer = Task {
            try await offPool {
                try store.write(durable: true) { records throws(StoreError) in
                    _ = try records.queuedCount()
                    inside.signal()
                    done.wait()
                }
            }
        }
        let length = try await offPool {
            inside.wait()
            defer { done.signal() }
            return try store.queueLength()
        }
        try await writer.value
        #expect(length == 1)
        _ = try store.insertJob(newJob())
        #expect(try store.queueLength() == 2, "what is recorded is read")
    }

    @Test func whatIsNoDatabaseIsRefusedByName() throws {
        let place = try TemporaryStore()
        write(Array(repeating: 0x41, count: 8192), place.path)
        do {
            _ = try place.open()
            Issue.record("opened")
        } catch let error as StoreError {
            guard case .damaged(let path, _) = error else { throw error }
            #expect(path == place.path && error.isDamage)
        }
        #expect(throws: StoreError.self) { try SQLiteStore(path: place.directory + "/missing/x.sqlite") }
    }

    /// Flipped bytes anywhere: an error or an answer, never a trap.
    @Test func damageIsSurvived() throws {
        var random: UInt64 = 1
        for round in 0..<12 {
            let place = try TemporaryStore()
            do {
                let store = try place.open()
                for _ in 0..<20 { _ = try store.insertJob(newJob()) }
            }
            for _ in 0..<20 {
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                write(
                    [UInt8(truncatingIfNeeded: random >> 56)], place.path,
                    at: Int(random >> 33) % (round < 6 ? 4096 : 40_000))
            }
            do {
                let store = try place.open()
                _ = try store.check()
                _ = try store.jobs(limit: 100)
                _ = try store.claimNext(nowMs: 1)
            } catch is StoreError {}
        }
    }

    @Test func backupsAreWholeStores() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        let id = try store.insertJob(newJob()).job.id
        let copy = place.directory + "/copy.sqlite"
        try store.backup(to: copy)
        #expect(try SQLiteStore(path: copy).job(id) == store.job(id))
        #expect(throws: StoreError.self) { try store.backup(to: copy) }
    }

    /// What was acknowledged is there for an independent reader, with the log never checkpointed by a clean close.
    @Test func acknowledgedMeansVisibleAfterAKill() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        let ids = try (0..<5).map { _ in try store.insertJob(newJob()).job.id }
        // A copy of database and log as they are on disk now is what a kill -9 leaves.
        let crashed = try TemporaryStore()
        for suffix in ["", "-wal"] {
            let source = open(place.path + suffix, O_RDONLY)
            var bytes = [UInt8](repeating: 0, count: 4 << 20)
            let size = read(source, &bytes, bytes.count)
            close(source)
            write(Array(bytes.prefix(max(size, 0))), crashed.path + suffix)
        }
        #expect(try crashed.open().jobs(limit: 9).map(\.id) == ids.reversed())
    }

    /// A process that is killed leaves its lock file behind, unlocked: it counts as dead, and the file goes.
    @Test func abandonedLockFilesGo() throws {
        let place = try TemporaryStore()
        var dead: SQLiteStore? = try place.open()
        let runner = try #require(dead?.instance)
        _ = try dead?.insertJob(newJob())
        _ = try dead?.claimNext(nowMs: 1)
        dead = nil
        let descriptor = creat(place.path + ".runners/" + runner, 0o600)
        close(descriptor)
        let store = try place.open()
        #expect(try store.rescue(nowMs: 2).count == 1)
        #expect(TemporaryDirectory.names(in: place.path + ".runners") == [store.instance])
    }

    /// A database of schema 2, from before there were tenants: made by taking away what step 3 adds.
    @Test func olderDatabasesAreOfTheUnnamedTenant() throws {
        let place = try TemporaryStore()
        var before: JobRecord?
        do {
            let store = try place.open()
            before = try store.insertJob(newJob("x", key: "k")).job
            try store.addVersion(
                VersionRecord(
                    model: "old", version: try store.nextVersion("old"), jobID: nil, createdAtMs: 1, info: "{}"),
                labels: ["stable"])
        }
        var database: OpaquePointer?
        try #require(TemporaryStore.openRaw(place.path, &database) == SQLITE_OK)
        let script =
            "DROP TABLE session_answers; DROP TABLE session_states; DROP TABLE sessions; "
            + "ALTER TABLE versions DROP COLUMN damage; DROP TABLE leftovers; DROP TABLE model_tenants; "
            + "DROP INDEX jobs_by_tenant; DROP INDEX jobs_by_end; DROP INDEX jobs_by_data; "
            + "ALTER TABLE jobs DROP COLUMN tenant; PRAGMA user_version = 2"
        try #require(sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK)
        sqlite3_close(database)

        let store = try place.open()
        let id = try #require(before?.id)
        #expect(
            try store.job(id, in: .tenant("")) == before && store.job(id, in: .tenant("a")) == nil
                && store.job(idempotencyKey: "k") == before)
        #expect(
            try store.models(in: .tenant("")) == ["old"] && store.models(in: .tenant("a")).isEmpty
                && store.check().isEmpty)
        #expect(throws: StoreError.modelNameTaken(name: "old")) {
            try store.insertJob(
                JobRecord(
                    id: ids.make(nowMs: 1), model: "old", task: "forecast", createdAtMs: 1, settings: "{}",
                    data: "data",
                    tenant: "a"))
        }
    }

    /// A note has a longest size, and one that is cleared is none.
    @Test func notesAreBounded() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        let file = place.path + ".runners/" + store.instance
        func sizeBytes() throws -> Int {
            var facts = stat()
            try #require(stat(file, &facts) == 0)
            return Int(facts.st_size)
        }
        try store.leaveNote(String(repeating: "n", count: 5000))
        #expect(try sizeBytes() == 4096)
        try store.leaveNote("short")
        #expect(try sizeBytes() == 5)
        try store.clearNote()
        #expect(try sizeBytes() == 0)
    }
}
