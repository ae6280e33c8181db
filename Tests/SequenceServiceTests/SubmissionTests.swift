import JSON
import ModelFiles
import SequenceModels
import SequenceService
import Store
import TestSupport
import Testing

/// Which training requests become jobs, and that a refused one leaves nothing.
@Suite struct SubmissionTests {
    /// Whatever a submission may write.
    private func leftovers(_ fixture: JobFixture) throws -> Int {
        try fixture.store.jobs(limit: 9).count + fixture.services.checkpoints.jobs().count
    }

    private func faults(_ body: () throws -> Void) -> [Fault] {
        do {
            try body()
        } catch let faults as Faults {
            return faults.list
        } catch let error as ServiceError {
            if case .invalid(let faults) = error { return faults.list }
        } catch {}
        return []
    }

    @Test func anAcceptedJobHasAllItNeeds() throws {
        let fixture = try JobFixture()
        let job = try fixture.submit(JobSamples.quick(more: #","metadata":{"team":"ops"},"promote":"never""#), key: "k")
        #expect(try fixture.store.job(job.id) == job && job.status == .queued && job.tenant.isEmpty)
        #expect(job.metadata == #"{"team":"ops"}"# && job.promote == "never" && job.idempotencyKey == "k")
        #expect(try fixture.services.data.load(job.data, tokens: nil).examples.count == 1)
        #expect(try JobSettings(text: job.settings).effective["training"]?["epochs"]?.asInt == 2)
    }

    @Test func repeatsAreTheFirstJob() throws {
        let fixture = try JobFixture()
        let first = try fixture.submit(JobSamples.quick(), key: "k")
        #expect(try fixture.submit(JobSamples.quick(), key: "k") == first)
        #expect(throws: StoreError.idempotencyConflict(key: "k", jobID: first.id)) {
            try fixture.submit(JobSamples.quick(epochs: 3), key: "k")
        }
        #expect(try fixture.submit(JobSamples.quick("n"), key: "k", in: .tenant("a")).id != first.id, "of its tenant")
        #expect(try fixture.store.jobs(limit: 9).count == 2)
    }

    @Test(arguments: ["", "a b", "é", "a\n", String(repeating: "k", count: 256)])
    func keysAreShortVisibleASCII(key: String) throws {
        let fixture = try JobFixture()
        #expect(throws: (any Error).self) { try fixture.submit(JobSamples.quick(), key: key) }
        #expect(try leftovers(fixture) == 0)
        try fixture.submit(JobSamples.quick(), key: String(repeating: "k", count: 255))
    }

    /// `queue_length_max`, with the time until there is room.
    @Test func aFullQueueIsBusy() throws {
        var limits = ServiceLimits()
        limits.queueLengthMax = 2
        let fixture = try JobFixture(limits: limits)
        let waiting = try fixture.submit(JobSamples.quick("a"), key: "k").id
        try fixture.submit(JobSamples.quick("b"))
        func busy(_ seconds: Int) -> ServiceError {
            .busy("the queue is full: 2 jobs wait", retryAfterSeconds: seconds)
        }
        #expect(throws: busy(10)) { try fixture.submit(JobSamples.quick("c")) }
        #expect(try fixture.submit(JobSamples.quick("a"), key: "k").id == waiting, "a repeat is answered even then")
        #expect(try fixture.store.claimNext(nowMs: 1)?.id == waiting)
        try fixture.submit(JobSamples.quick("c"))
        try fixture.store.updateProgress(waiting, progress: #"{"remaining_seconds":41.2}"#)
        #expect(throws: busy(42)) { try fixture.submit(JobSamples.quick("d")) }
        #expect(try fixture.store.jobs(limit: 9).count == 3 && fixture.services.checkpoints.jobs().isEmpty)
    }

    /// `versions_per_model_max`, with those of unfinished jobs.
    @Test func versionsOfAModelAreLimited() throws {
        var limits = ServiceLimits()
        limits.versionsPerModelMax = 2
        let fixture = try JobFixture(limits: limits)
        try fixture.store.addVersion(
            VersionRecord(model: "m", version: fixture.store.nextVersion("m"), jobID: nil, createdAtMs: 1, info: "{}"))
        let id = try fixture.submit(JobSamples.quick()).id
        #expect {
            try fixture.submit(JobSamples.quick())
        } throws: { error in
            guard case ServiceError.conflict(let detail) = error else { return false }
            return detail.hasPrefix("m has 2 versions, with those of its unfinished jobs")
        }
        _ = try fixture.control.cancel(id, in: .all)
        try fixture.submit(JobSamples.quick())
    }

    /// `training_memory_bytes_max`.
    @Test func largeJobsAreRefused() throws {
        var limits = ServiceLimits()
        limits.trainingMemoryBytesMax = 1 << 20
        let fixture = try JobFixture(limits: limits)
        let large = JobSamples.quick().replacing(#""hidden":4"#, with: #""hidden":512"#)
        #expect(!faults { try fixture.submit(large) }.isEmpty)
        #expect(try leftovers(fixture) == 0)
        try fixture.submit(JobSamples.quick())
    }

    /// `training_seconds_max`, by estimate, unless the training bounds itself.
    @Test func longJobsAreRefused() throws {
        var limits = ServiceLimits()
        limits.trainingSecondsMax = 1
        let fixture = try JobFixture(limits: limits)
        let long = JobSamples.quick(epochs: 100_000).replacing(#""hidden":4"#, with: #""hidden":512"#)
        func bounded(_ seconds: String) -> String {
            long.replacing(#""seed":7"#, with: #""seed":7,"max_seconds":\#(seconds)"#)
        }
        #expect(faults { try fixture.submit(long) }.map(\.pointer) == ["/training/epochs"])
        #expect(faults { try fixture.submit(bounded("2")) }.map(\.pointer) == ["/training/max_seconds"])
        #expect(try leftovers(fixture) == 0)
        try fixture.submit(bounded("1"))
    }

    /// `metadata_bytes_max`.
    @Test func metadataIsLimited() throws {
        var limits = ServiceLimits()
        limits.metadataSizeBytesMax = 20
        let fixture = try JobFixture(limits: limits)
        func request(_ size: Int) -> String {
            JobSamples.quick(more: #","metadata":{"a":"\#(String(repeating: "x", count: size - 8))"}"#)
        }
        #expect(faults { try fixture.submit(request(21)) }.map(\.pointer) == ["/metadata"])
        #expect(try fixture.submit(request(20)).metadata.utf8.count == 20)
    }

    @Test func aNameIsOfOneTenant() throws {
        let fixture = try JobFixture()
        try fixture.submit(JobSamples.quick("x"), in: .tenant("a"))
        #expect(throws: StoreError.modelNameTaken(name: "x")) {
            try fixture.submit(JobSamples.quick("x"), in: .tenant("b"))
        }
        #expect(try fixture.submit(JobSamples.quick("x"), in: .all).tenant == "a", "for one who sees all, the model's")
        #expect(try fixture.store.jobs(limit: 9).count == 2)
    }

    /// The version that is continued may go before the job runs: the job has a copy, one refused has none.
    @Test func aParentIsCopied() async throws {
        var limits = ServiceLimits()
        limits.queueLengthMax = 1
        let fixture = try JobFixture(limits: limits)
        _ = try await fixture.run(fixture.submit(JobSamples.quick("p")).id)
        let from = JobSamples.quick("child", more: #","from":"p@1""#)
            .replacing(#""network":{"hidden":4},"#, with: "")
        let id = try fixture.submit(from).id
        #expect(fixture.services.checkpoints.jobs() == [id])
        #expect(throws: ServiceError.self) { try fixture.submit(from) }
        #expect(fixture.services.checkpoints.jobs() == [id], "the refused one has left nothing")
        #expect(faults { try fixture.submit(from.replacing("p@1", with: "p@2")) }.map(\.pointer) == ["/from"])
        #expect(
            faults { try fixture.submit(from.replacing("child", with: "other"), in: .tenant("b")) }.map(\.pointer) == [
                "/from"
            ])
        try fixture.store.deleteVersion("p", 1)
        try fixture.services.models.remove(name: "p", version: 1)

        let next = try fixture.restarted()
        let done = try await next.run(id)
        #expect(try done.status == .succeeded && JobSettings(text: done.settings).from == "p@1")
    }
}
