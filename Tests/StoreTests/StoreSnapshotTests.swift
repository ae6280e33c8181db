import CSQLite
import Store
import System
import TestSupport
import Testing

/// A store that is looked at and not touched.
@Suite struct StoreSnapshotTests {
    @Test func rowsAreReadBesideAWriter() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        let id = try store.insertJob(newJob("wave")).job.id
        let snapshot = try StoreSnapshot(path: place.path)
        #expect(try snapshot.unfinishedJobs().map(\.id) == [id] && snapshot.faults().isEmpty)
        let next = try store.insertJob(newJob("wave")).job.id
        #expect(try snapshot.job(next) != nil && snapshot.jobCounts() == [.queued: 2])
        #expect(throws: StoreError.self) { try snapshot.nextVersion("wave") }
        #expect(!SQLiteStore.living(path: place.path).isEmpty)
    }

    /// A file of an older schema is read as it would be after its step, and stays as it is; a store keeps a copy of it.
    @Test func anOlderSchemaIsReadAndCopied() throws {
        let place = try TemporaryStore()
        do {
            let store = try place.open()
            try store.addVersion(
                VersionRecord(
                    model: "old", version: try store.nextVersion("old"), jobID: nil, createdAtMs: 1, info: "{}"))
        }
        var database: OpaquePointer?
        try #require(TemporaryStore.openRaw(place.path, &database) == SQLITE_OK)
        let script =
            "DROP TABLE session_answers; DROP TABLE session_states; DROP TABLE sessions; "
            + "DROP INDEX jobs_by_end; DROP INDEX jobs_by_data; "
            + "ALTER TABLE versions DROP COLUMN damage; PRAGMA user_version = 4"
        try #require(sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK)
        sqlite3_close(database)
        do {
            let snapshot = try StoreSnapshot(path: place.path)
            #expect(try snapshot.versionNumbers("old") == [1] && snapshot.version("old", 1)?.damage == nil)
        }
        #expect(!Files.exists(place.path + ".schema-4"))
        let store = try place.open()
        try store.markDamage("bad", of: "old", 1)
        #expect(try store.version("old", 1)?.damage == "bad")
        #expect(Files.exists(place.path + ".schema-4") && !Files.exists(place.path + ".schema-5"))
    }
}
