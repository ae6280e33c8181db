import Store
import System
import TestSupport
import Testing

/// Files that somebody deletes or replaces while a process has them open.
@Suite struct LostFileTests {
    private func claimed(_ place: TemporaryStore) throws -> (store: SQLiteStore, id: String, lease: String) {
        let store = try place.open()
        let id = try store.insertJob(newJob()).job.id
        _ = try store.claimNext(nowMs: 1)
        return (store, id, place.path + ".runners/" + store.instance)
    }

    private func loss(_ store: SQLiteStore) -> String? {
        do {
            try store.checkFiles()
            return nil
        } catch {
            guard case .filesLost(let detail) = error, error.isFatal else { return "another error: \(error)" }
            return detail
        }
    }

    // MARK: The lease

    @Test func aDeletedLeaseIsTakenAnew() throws {
        let place = try TemporaryStore(), (store, id, lease) = try claimed(place)
        try store.leaveNote("pid 1")
        #expect(try store.lease.restore() == false)
        try Files.remove(lease)
        #expect(try store.lease.restore() == true)
        #expect(try store.lease.restore() == false)
        // Another process finds the runner alive, with the note that it had left.
        let other = try place.open()
        #expect(try other.rescue(nowMs: 2).isEmpty && other.takeNotes().isEmpty)
        #expect(TemporaryDirectory.get(lease) == Array("pid 1".utf8))
        #expect(try store.release(id, atMs: 3).status == .queued)
    }

    @Test func aLeaseWhoseDirectoryWentIsTakenAnew() throws {
        let place = try TemporaryStore(), (store, _, _) = try claimed(place)
        try Files.removeTree(place.path + ".runners")
        #expect(try store.lease.restore() == true)
        #expect(try place.open().rescue(nowMs: 2).isEmpty)
    }

    /// A copy that was put back has no lock, and one that another process holds is that one's.
    @Test func aReplacedLeaseIsTakenUnlessAnotherHasIt() throws {
        let place = try TemporaryStore(), (store, _, lease) = try claimed(place)
        try Files.copy(lease, to: lease + ".copy")
        try Files.rename(lease + ".copy", to: lease)
        #expect(try store.lease.restore() == true)
        #expect(try place.open().rescue(nowMs: 2).isEmpty)
        try Files.remove(lease)
        let stranger = try FileDescriptor.open(lease, O_RDWR | O_CREAT)
        let isLocked = stranger.tryLock()
        #expect(isLocked)
        #expect(throws: StoreError.self) { try store.lease.restore() }
    }

    /// Who was taken for dead in between hears it at its next step.
    @Test func aJobThatAnotherTookIsNotTakenBack() throws {
        let place = try TemporaryStore(), (store, id, lease) = try claimed(place)
        try Files.remove(lease)
        let other = try place.open()
        #expect(try other.rescue(nowMs: 2).map(\.id) == [id])
        #expect(try store.lease.restore() == true)
        _ = try other.claimNext(nowMs: 3)
        #expect(throws: StoreError.notRunner(id: id)) { try store.release(id, atMs: 4) }
    }

    // MARK: The database

    @Test func rowsOfADeletedDatabaseAreBroughtBack() throws {
        let place = try TemporaryStore()
        var ids: [String] = []
        do {
            let store = try place.open()
            for _ in 0..<5 { ids.append(try store.insertJob(newJob()).job.id) }
            #expect(loss(store) == nil)
            try Files.remove(place.path)
            #expect(loss(store)?.hasSuffix("all rows are in \(place.path) again") == true)
            // Nothing more is written, to the one or to the other.
            do {
                _ = try store.insertJob(newJob())
                Issue.record("written")
            } catch {
                #expect(error.isFatal, "\(error)")
            }
        }
        let next = try place.open()
        #expect(next.findings.isEmpty && next.fault == nil)
        #expect(try next.jobs(limit: 9).map(\.id) == ids.reversed() && next.check().isEmpty)
    }

    @Test func rowsOfADeletedLogAreInTheDatabase() throws {
        let place = try TemporaryStore(), copy = try TemporaryDirectory()
        let store = try place.open()
        let id = try store.insertJob(newJob()).job.id
        try Files.remove(place.path + "-wal")
        #expect(loss(store)?.contains("rondo.sqlite-wal was deleted") == true)
        // As the next process finds it.
        try Files.copy(place.path, to: copy.path + "/rondo.sqlite")
        #expect(try SQLiteStore(path: copy.path + "/rondo.sqlite").jobs(limit: 9).map(\.id) == [id])
    }

    @Test func anotherDatabaseIsLeftAlone() throws {
        let place = try TemporaryStore(), other = try TemporaryStore()
        let store = try place.open()
        _ = try store.insertJob(newJob())
        let ids = try (0..<2).map { _ in try other.open().insertJob(newJob()).job.id }
        let bytes = TemporaryDirectory.get(other.path)
        try Files.rename(other.path, to: place.path)
        #expect(loss(store)?.contains("was replaced by another") == true)
        #expect(TemporaryDirectory.get(place.path) == bytes && ids.count == 2)
    }

    /// A directory that is away may come back; where another has its place, nothing is written there.
    @Test func anotherDirectoryIsLeftAlone() throws {
        let files = try TemporaryDirectory(), directory = files.path + "/data"
        try Files.makeDirectories(directory)
        let store = try SQLiteStore(path: directory + "/rondo.sqlite")
        _ = try store.insertJob(newJob())
        try Files.rename(directory, to: directory + ".away")
        #expect(throws: StoreError.file(.notFound(path: directory))) { try store.checkFiles() }
        try Files.rename(directory + ".away", to: directory)
        #expect(loss(store) == nil)
        _ = try store.insertJob(newJob())
        try Files.rename(directory, to: directory + ".away")
        #expect(throws: StoreError.file(.notFound(path: directory))) { try store.checkFiles() }
        try Files.makeDirectories(directory)
        #expect(loss(store)?.contains("was replaced") == true)
        #expect(TemporaryDirectory.names(in: directory).isEmpty)
    }
}
