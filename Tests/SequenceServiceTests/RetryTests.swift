import JSON
import Logging
import ModelFiles
import SequenceService
import Store
import System
import TestSupport
import Testing

/// A job that failed or was cancelled is tried again as a new one, or the answer says why not.
@Suite(.serialized) struct RetryTests {
    /// A failed job with what it had saved until then.
    private func failed(_ fixture: JobFixture, _ request: String) async throws -> JobRecord {
        let id = try fixture.submit(request).id
        try await fixture.startHolding { fixture.runner.stop() }
        fixture.stop()
        _ = try #require(try fixture.store.claimNext(nowMs: Clock.wallMilliseconds()))
        return try fixture.store.finishFailed(id, atMs: Clock.wallMilliseconds(), error: #"{"detail":"disk"}"#)
    }

    private func conflict(_ fixture: JobFixture, _ job: JobRecord) -> String {
        guard case .conflict(let detail)? = ServiceFixture.error({ _ = try fixture.submission.retry(job) }) else {
            return "no conflict"
        }
        return detail
    }

    @Test func aFailedJobGoesOnAsANewOne() async throws {
        let undisturbed = try JobFixture()
        let request = JobSamples.quick(epochs: 6, more: #","metadata":{"team":"ops"}"#)
        let expected = try await undisturbed.digest(undisturbed.run(undisturbed.submit(request).id))
        var fixture = try JobFixture()
        let first = try await failed(fixture, request)
        fixture = try fixture.restarted()
        #expect(!TemporaryDirectory.names(in: fixture.place.checkpoints + "/" + first.id).isEmpty)
        let second = try fixture.submission.retry(first)
        #expect(second.id != first.id && second.status == .queued && second.metadata == first.metadata)
        #expect(try JobSettings(text: second.settings).retryOf == first.id)
        #expect(conflict(fixture, first).contains("is tried again by \(second.id), which is queued"))
        #expect(conflict(fixture, second).contains("is queued: only a failed"))
        // The first may go meanwhile.
        try fixture.control.delete(first.id, in: .all)
        let done = try await fixture.run(second.id)
        #expect(try done.status == .succeeded && fixture.digest(done) == expected)
        #expect(try fixture.events(second.id, type: "warning").isEmpty)
        #expect(conflict(fixture, done).contains("succeeded: there is nothing to try again"))
    }

    @Test func theParentComesAlong() async throws {
        var fixture = try JobFixture()
        _ = try await fixture.run(fixture.submit(JobSamples.quick("parent", epochs: 1)).id)
        fixture = try fixture.restarted()
        let request = JobSamples.quick("child", epochs: 6, more: #","from":"parent@1""#)
        let first = try await failed(fixture, request)
        fixture = try fixture.restarted()
        try fixture.store.deleteModel("parent")
        let second = try fixture.submission.retry(first)
        #expect(try await fixture.run(second.id).status == .succeeded)
        // Of another one both are gone: its copy, and the version.
        fixture = try fixture.restarted()
        fixture.services.checkpoints.remove(first.id)
        #expect(conflict(fixture, first).contains("the copy of parent@1 of job \(first.id) is not there any more"))
    }

    @Test func whatIsGoneOrDamagedIsSaid() async throws {
        let fixture = try JobFixture()
        let first = try await failed(fixture, JobSamples.quick(epochs: 6))
        let path = fixture.place.data + "/" + first.data
        let good = TemporaryDirectory.get(path)
        try TemporaryDirectory.put([1] + good.dropFirst(), path)
        #expect(conflict(fixture, first).contains("is damaged: send the training again"))
        try Files.remove(path)
        #expect(conflict(fixture, first).contains("for 7 days): send the training again"))
        #expect(try fixture.store.jobs(limit: 9).count == 1)
        // A cancelled job leaves nothing, so that cancelling makes room.
        let next = try JobFixture()
        let id = try next.submit(JobSamples.quick()).id
        let cancelled = try next.control.cancel(id, in: .all)
        #expect(conflict(next, cancelled).contains("training data"))
        // Unless another job has the same data.
        let again = try next.submit(JobSamples.quick("other"))
        #expect(again.data == cancelled.data)
        #expect(try next.submission.retry(cancelled).data == again.data)
    }

    /// The data of a failed job stay as long as its checkpoint.
    @Test func dataOfAFailedJobStay() async throws {
        let fixture = try JobFixture()
        let first = try await failed(fixture, JobSamples.quick(epochs: 6))
        let now = Clock.wallMilliseconds()
        let path = fixture.place.data + "/" + first.data
        var times = [
            timespec(tv_sec: time(nil) - 90_000, tv_nsec: 0), timespec(tv_sec: time(nil) - 90_000, tv_nsec: 0),
        ]
        utimensat(AT_FDCWD, path, &times, 0)
        let care = Housekeeping(services: fixture.services, logger: .init(label: "test"))
        care.run(nowMs: now + 6 * 86_400_000)
        #expect(Files.exists(path))
        care.run(nowMs: now + 8 * 86_400_000)
        #expect(!Files.exists(path) && fixture.services.checkpoints.jobs().isEmpty)
    }
}
