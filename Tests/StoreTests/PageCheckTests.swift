import CSQLite
import Store
import TestSupport
import Testing

/// A changed bit in the database file is told, and no row of a damaged page is believed.
@Suite struct PageCheckTests {
    private func fill(_ place: TemporaryStore) throws {
        let store = try place.open()
        for index in 0..<40 { _ = try store.insertJob(newJob("m\(index % 5)")) }
        try store.addVersion(
            VersionRecord(model: "m", version: try store.nextVersion("m"), jobID: nil, createdAtMs: 1, info: "{}"),
            labels: ["stable"])
        try store.tidy()
    }

    private func rows(_ store: SQLiteStore) throws -> [String] {
        try store.jobs(limit: 99).map { "\($0)" } + store.versions("m").map { "\($0)" }
            + ["\(try store.labels("m"))"]
    }

    /// What a store says of a file, and what it answers: nil and the rows, or a fault.
    private func look(_ bytes: [UInt8]) throws -> (isReported: Bool, rows: [String]?) {
        let copy = try TemporaryStore()
        try TemporaryDirectory.put(bytes, copy.path)
        do {
            let store = try copy.open()
            if store.fault != nil || !store.findings.isEmpty { return (true, nil) }
            return (false, try rows(store))
        } catch let error as StoreError {
            #expect(error.isDamage, "\(error)")
            return (true, nil)
        }
    }

    @Test func everyChangedBitIsReported() throws {
        let place = try TemporaryStore()
        try fill(place)
        let good = TemporaryDirectory.get(place.path), expected = try look(good)
        #expect(!expected.isReported && expected.rows?.count == 42)
        var reportCount = 0
        for offset in stride(from: 0, to: good.count, by: 1021) {
            var bytes = good
            bytes[offset] ^= 1 << UInt8(offset % 8)
            let found = try look(bytes)
            // What is not told is of a page that nothing is in.
            #expect(found.isReported || found.rows == expected.rows, "byte \(offset)")
            reportCount += found.isReported ? 1 : 0
        }
        #expect(reportCount * 10 > good.count / 1021 * 9, "\(reportCount)")
    }

    /// The one byte that says whether there are checksums does not take them away.
    @Test func aHeaderWithoutChecksumsIsNotBelieved() throws {
        let place = try TemporaryStore()
        try fill(place)
        var bytes = TemporaryDirectory.get(place.path)
        #expect(bytes[20] == 8)
        bytes[20] = 0
        #expect(try look(bytes).isReported)
    }

    /// Two pages in each other's place have good bytes each.
    @Test func exchangedPagesAreReported() throws {
        let place = try TemporaryStore()
        try fill(place)
        let good = TemporaryDirectory.get(place.path)
        let pages = stride(from: 0, to: good.count, by: 4096).map { Array(good[$0..<$0 + 4096]) }
        var exchanged = pages
        exchanged.swapAt(pages.count - 1, pages.count - 2)
        #expect(try look(Array(exchanged.joined())).isReported)
    }

    /// A file of before there were checksums gets them at the first start that finds nobody beside it.
    @Test func anOlderFileGetsThem() throws {
        let place = try TemporaryStore()
        var database: OpaquePointer?
        try #require(sqlite3_open(place.path, &database) == SQLITE_OK)
        let script = "PRAGMA journal_mode=WAL; CREATE TABLE before (x); INSERT INTO before VALUES ('kept')"
        try #require(sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK)
        sqlite3_close(database)
        try fill(place)
        let bytes = TemporaryDirectory.get(place.path)
        #expect(bytes[20] == 8 && String(decoding: bytes, as: UTF8.self).contains("kept"))
        #expect(try look(bytes).rows?.count == 42)
        var changed = bytes
        changed[bytes.count - 100] ^= 1
        #expect(try look(changed).isReported)
    }
}
