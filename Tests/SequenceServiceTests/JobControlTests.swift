import JSON
import ModelFiles
import SequenceService
import Store
import System
import TestSupport
import Testing

/// What clients do with jobs that wait, and with those of others.
@Suite struct JobControlTests {
    @Test func aQueuedJobIsCancelledWithItsFiles() throws {
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick()).id
        try Files.makeDirectories(fixture.place.checkpoints + "/" + id)
        let ticket = fixture.services.signal.ticket
        #expect(try fixture.control.cancel(id, in: .all).status == .cancelled)
        #expect(fixture.services.checkpoints.jobs().isEmpty)
        #expect(fixture.services.signal.ticket != ticket, "readers of events look again")
        #expect(try fixture.control.cancel(id, in: .all).status == .cancelled, "once more changes nothing")
        #expect(throws: StoreError.invalidTransition(id: id, from: .cancelled, action: "pause")) {
            try fixture.control.pause(id, in: .all)
        }
        #expect(throws: StoreError.invalidTransition(id: id, from: .cancelled, action: "resume")) {
            try fixture.control.resume(id, in: .all)
        }
    }

    @Test func jobsOfOthersDoNotExist() throws {
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick(), in: .tenant("a")).id
        #expect(try fixture.store.job(id)?.tenant == "a")
        let unknown = ServiceError.notFound(kind: "job", name: id, known: [])
        #expect(throws: unknown) { try fixture.control.job(id, in: .tenant("b")) }
        #expect(throws: unknown) { try fixture.control.cancel(id, in: .tenant("b")) }
        #expect(throws: unknown) { try fixture.control.pause(id, in: .tenant("")) }
        #expect(throws: unknown) { try fixture.control.resume(id, in: .tenant("b")) }
        #expect(try fixture.control.job(id, in: .tenant("a")).status == .queued)
    }

    @Test func aWaitingJobSaysWhereItStands() throws {
        let fixture = try JobFixture()
        let ids = try (0..<3).map { _ in try fixture.submit(JobSamples.quick()).id }
        _ = try fixture.control.cancel(ids[0], in: .all)
        let positions = try ids.map { try fixture.control.view(fixture.control.job($0, in: .all)).queuePosition }
        #expect(positions == [nil, 1, 2])
    }
}
