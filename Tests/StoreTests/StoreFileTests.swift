import Store
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct StoreFileTests {
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

    @Test func whatIsNoDatabaseIsRefusedByName() throws {
        let place = try TemporaryStore()
        write(Array(repeating: 0x41, count: 8192), place.path)
        do {
            _ = try place.open()
            Issue.record("opened")
        } catch let error as StoreError {
            guard case .damaged(let path, _) = error else { throw error }
            #expect(path == place.path && error.isFatal)
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

    @Test func eventsAreFoundByWhatTheyBeginWith() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        let id = try store.insertJob(newJob()).job.id, other = try store.insertJob(newJob()).job.id
        for json in [#"{"type":"a","n":1}"#, #"{"type":"b","n":2}"#, #"{"type":"a","n":3}"#] {
            try store.appendEvent(id, atMs: 1, json: json)
        }
        try store.appendEvent(other, atMs: 1, json: #"{"type":"a","n":4}"#)
        let found = try store.events(id, beginningWith: #"{"type":"a","#)
        #expect(
            found.map(\.json) == [#"{"type":"a","n":1}"#, #"{"type":"a","n":3}"#] && found.allSatisfy { $0.jobID == id }
        )
        #expect(try store.events("job_nothing", beginningWith: "{").isEmpty)
    }
}
