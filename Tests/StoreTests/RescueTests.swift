import Store
import Testing

@Suite struct RescueTests {
    @Test(arguments: StoreKind.allCases) func jobsOfTheLivingAreLeftAlone(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let server = try place.open()
        let command = try place.open()
        let id = try server.insertJob(newJob()).job.id
        #expect(try server.claimNext(nowMs: 1)?.runner == server.instance)
        #expect(try command.rescue(nowMs: 2).isEmpty && server.rescue(nowMs: 2).isEmpty)
        #expect(throws: StoreError.notRunner(id: id)) { try command.finishFailed(id, atMs: 3, error: "{}") }
        #expect(throws: StoreError.notRunner(id: id)) { try command.updateProgress(id, progress: "{}") }
        #expect(try server.finishFailed(id, atMs: 3, error: #"{"x":1}"#).error == #"{"x":1}"#)
    }

    @Test(arguments: StoreKind.allCases) func jobsOfTheDeadAreRescuedOnceAndGoFirst(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        var dead: (any RecordStore)? = try place.open()
        let id = try #require(try dead?.insertJob(newJob()).job.id)
        #expect(try dead?.claimNext(nowMs: 1)?.id == id)
        #expect(try dead?.reserveVersion(id) == 1)
        dead = nil
        let store = try place.open()
        _ = try store.insertJob(newJob())
        let rescued = try store.rescue(nowMs: 5)
        #expect(rescued.map(\.id) == [id] && rescued.first?.status == .queued && rescued.first?.attempt == 2)
        #expect(try store.rescue(nowMs: 6).isEmpty)
        #expect(try store.queuePosition(id) == 1 && store.claimNext(nowMs: 7)?.id == id)
        #expect(try store.reserveVersion(id) == 1, "a rescued job keeps its version")
        #expect(try store.events(id, limit: 9).last?.json == #"{"type":"status","status":"running","attempt":2}"#)
    }

    /// Processes that die under a job are counted until it saves a checkpoint; too many, and it fails.
    @Test(arguments: StoreKind.allCases) func aJobIsNotRescuedForEver(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        var store = try place.open()
        let id = try store.insertJob(newJob()).job.id
        func die(savingFirst: Bool = false) throws -> JobRecord? {
            _ = try store.claimNext(nowMs: 1)
            if savingFirst { try store.noteCheckpoint(id) }
            store = try place.open()
            return try store.rescue(nowMs: 2, attemptsMax: 3) { #"{"attempt":\#($0.attempt)}"# }.first
        }
        #expect(try die()?.status == .queued && die()?.status == .queued)
        #expect(try die(savingFirst: true)?.status == .queued && die()?.status == .queued)
        let failed = try #require(try die())
        #expect(
            failed.status == .failed && failed.attempt == 5 && failed.error == #"{"attempt":5}"#
                && failed.finishedAtMs == 2)
        #expect(try store.events(id, limit: 99).last?.json == #"{"type":"status","status":"failed","attempt":5}"#)
        #expect(throws: StoreError.unknownJob(id: "job_x")) { try store.noteCheckpoint("job_x") }
    }

    @Test(arguments: StoreKind.allCases) func wishesOfAJobAreKeptWhenItsRunnerDies(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        var dead: (any RecordStore)? = try place.open()
        let ids = try (0..<2).map { _ in try #require(try dead?.insertJob(newJob()).job.id) }
        for _ in ids { _ = try dead?.claimNext(nowMs: 1) }
        _ = try dead?.requestCancel(ids[0], atMs: 2)
        _ = try dead?.requestPause(ids[1], atMs: 2)
        dead = nil
        let store = try place.open()
        #expect(try store.rescue(nowMs: 3).map(\.status) == [.cancelled, .paused])
        #expect(try store.job(ids[0])?.finishedAtMs == 3)
    }

    @Test(arguments: StoreKind.allCases) func aReleasedJobCountsNoAttempt(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        let id = try store.insertJob(newJob()).job.id
        _ = try store.claimNext(nowMs: 1)
        let released = try store.release(id, atMs: 2)
        #expect(released.status == .queued && released.attempt == 1 && released.runner == nil)
    }

    /// What a process leaves that does not end in an orderly way is found once, with the jobs that it ran.
    @Test(arguments: StoreKind.allCases) func notesAreFoundOnce(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        var dead: (any RecordStore)? = try place.open()
        let id = try store.insertJob(newJob()).job.id
        _ = try dead?.claimNext(nowMs: 1)
        try dead?.leaveNote("out of memory")
        let runner = try #require(dead?.instance)
        #expect(try store.takeNotes().isEmpty, "it lives")
        var orderly: (any RecordStore)? = try place.open()
        try orderly?.leaveNote("going")
        try orderly?.clearNote()
        orderly = nil
        dead = nil
        try place.keepNote("out of memory", of: runner)
        let notes = try store.takeNotes()
        #expect(notes.map(\.note) == ["out of memory"] && notes.first?.jobs.map(\.id) == [id])
        #expect(try store.takeNotes().isEmpty)
    }
}
