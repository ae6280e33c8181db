import CSQLite
import Store
import System
import TestSupport
import Testing

/// The files of the store stay small, and damage of them is told.
@Suite struct StoreCareTests {
    private func sizeBytes(_ path: String) -> Int { TemporaryDirectory.get(path).count }

    /// What is of one moment only is not worth a log: one bit of it would take back all that is behind it.
    @Test func theLogIsFoldedIntoTheDatabase() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        let ids = try (0..<50).map { _ in try store.insertJob(newJob()).job.id }
        #expect(sizeBytes(place.path + "-wal") > 100_000)
        try store.tidy()
        #expect(sizeBytes(place.path + "-wal") == 0)
        // The database alone has everything.
        let copy = try TemporaryStore()
        try TemporaryDirectory.put(TemporaryDirectory.get(place.path), copy.path)
        #expect(try copy.open().jobs(limit: 99).map(\.id) == ids.reversed())
        // Somebody who reads meanwhile is not waited for.
        _ = try place.open().jobs(limit: 1)
        try store.tidy()
    }

    @Test func whatIsDeletedGivesItsRoomBack() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        let info = "{\"x\":\"" + String(repeating: "a", count: 8_000) + "\"}"
        for version in 1...400 {
            try store.addVersion(VersionRecord(model: "m", version: version, jobID: nil, createdAtMs: 1, info: info))
        }
        try store.tidy()
        let before = sizeBytes(place.path)
        #expect(before > 3_000_000)
        try store.deleteModel("m")
        try store.tidy()
        #expect(sizeBytes(place.path) < 500_000 && sizeBytes(place.path + "-wal") == 0)
        #expect(try store.check().isEmpty)
    }

    /// A file of before is rewritten once, so that it can shrink, too.
    @Test func olderFilesLearnToShrink() throws {
        let place = try TemporaryStore()
        _ = try place.open().insertJob(newJob())
        func mode(_ script: String) throws -> Int32 {
            var database: OpaquePointer?
            try #require(TemporaryStore.openRaw(place.path, &database) == SQLITE_OK)
            defer { sqlite3_close(database) }
            try #require(sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK)
            var statement: OpaquePointer?
            try #require(sqlite3_prepare_v2(database, "PRAGMA auto_vacuum", -1, &statement, nil) == SQLITE_OK)
            defer { sqlite3_finalize(statement) }
            try #require(sqlite3_step(statement) == SQLITE_ROW)
            return sqlite3_column_int(statement, 0)
        }
        #expect(try mode("PRAGMA auto_vacuum=NONE; VACUUM") == 0)
        #expect(try place.open().jobs(limit: 9).count == 1)
        #expect(try mode("") == 2)
    }

    /// Each page in turn is garbage: an error by name, or a store that says so, reads what it can and writes nothing.
    @Test func aDamagedPageIsAnError() throws {
        let place = try TemporaryStore()
        do {
            let store = try place.open()
            for index in 0..<60 { _ = try store.insertJob(newJob("m\(index % 5)")) }
            try store.tidy()
        }
        let good = TemporaryDirectory.get(place.path)
        let pages = good.count / 4096
        #expect(pages > 10 && good.count % 4096 == 0)
        var refused = 0, readable = 0
        for page in 0..<pages {
            let copy = try TemporaryStore()
            var bytes = good
            for offset in 0..<4096 where page > 0 || offset >= 100 { bytes[page * 4096 + offset] = 0xA5 }
            try TemporaryDirectory.put(bytes, copy.path)
            do {
                let store = try copy.open()
                #expect(store.fault?.isDamage == true && store.fault?.isFatal == false, "page \(page)")
                #expect(!store.findings.isEmpty, "page \(page)")
                do { if try store.jobs(limit: 100).count == 60 { readable += 1 } } catch {
                    #expect(error.isDamage, "page \(page): \(error)")
                }
                #expect(throws: StoreError.self, "page \(page)") { try store.insertJob(newJob()) }
            } catch let error as StoreError {
                #expect(error.isDamage, "page \(page): \(error)")
                refused += 1
            }
        }
        #expect(refused < pages / 3 && readable > 0, "\(refused) of \(pages) not opened, \(readable) read")
    }

    /// One bit at every 64th byte of a log: nothing that was said is taken back without a word.
    @Test func aFlippedBitOfTheLogIsReported() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        try store.tidy()
        let ids = try (0..<12).map { _ in try store.insertJob(newJob()).job.id }
        let (database, log) = (TemporaryDirectory.get(place.path), TemporaryDirectory.get(place.path + "-wal"))
        let frameSize = 4096 + 24
        #expect(log.count > 20 * frameSize)
        /// The jobs that a copy has, and whether something was told.
        func opened(_ log: [UInt8]) throws -> (isWhole: Bool, isReported: Bool) {
            let copy = try TemporaryStore()
            try TemporaryDirectory.put(database, copy.path)
            try TemporaryDirectory.put(log, copy.path + "-wal")
            let store = try copy.open()
            let kept = TemporaryDirectory.names(in: copy.directory).count { $0.contains("-wal.damaged-") }
            #expect(kept == store.findings.count)
            let isReported = !store.findings.isEmpty || !store.notes.isEmpty
            return (try store.jobs(limit: 99).map(\.id) == ids.reversed(), isReported)
        }
        #expect(try opened(log) == (true, false))
        var reports = 0
        for offset in stride(from: 0, to: log.count, by: 64 * 7) + [log.count - frameSize + 9] {
            var bytes = log
            bytes[offset] ^= 1 << UInt8(offset / 64 % 8)
            let (isWhole, isReported) = try opened(bytes)
            #expect(isWhole || isReported, "byte \(offset)")
            if isReported { reports += 1 }
        }
        #expect(reports > 100)
        // The torn end of a crash is none.
        for size in stride(from: 0, to: log.count, by: frameSize / 3) {
            #expect(try !opened(Array(log.prefix(size))).isReported, "cut at \(size)")
        }
    }

    /// What a transaction that was undone has left in the log is not damage, whatever lies before it.
    @Test func whatAnUndoneTransactionLeavesIsNoDamage() throws {
        let place = try TemporaryStore()
        do {
            let store = try place.open()
            _ = try store.insertJob(newJob())
        }
        var database: OpaquePointer?
        try #require(TemporaryStore.openRaw(place.path, &database) == SQLITE_OK)
        defer { sqlite3_close(database) }
        // More than the cache holds is written before the end of the transaction, which then is undone.
        let script = """
            CREATE TABLE wide (x); PRAGMA cache_size = 2; BEGIN;
            INSERT INTO wide SELECT randomblob(3000) FROM (WITH RECURSIVE n(i) AS (
                SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) SELECT i FROM n);
            ROLLBACK; INSERT INTO wide VALUES (1)
            """
        try #require(sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK)
        let copy = try TemporaryStore()
        for suffix in ["", "-wal"] {
            try TemporaryDirectory.put(TemporaryDirectory.get(place.path + suffix), copy.path + suffix)
        }
        #expect(sizeBytes(copy.path + "-wal") > 50 * 4096)
        let store = try copy.open()
        #expect(store.findings.isEmpty && store.notes.isEmpty, "\(store.findings) \(store.notes)")
        #expect(try store.jobs(limit: 9).count == 1)
    }
}
