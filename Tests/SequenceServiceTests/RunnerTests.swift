import JSON
import ModelFiles
import SequenceService
import Store
import Synchronization
import System
import TestSupport
import Testing

/// Who walks the state machine of a job, and what it leaves behind at each end.
@Suite(.serialized) struct RunnerTests {
    private let full = StoreError.database(operation: "COMMIT", path: "memory", fault: .full, detail: "full")
    private let broken = StoreError.database(operation: "COMMIT", path: "memory", fault: .inputOutput, detail: "EIO")

    @Test func jobsRunInTheirOrderAndBecomeVersions() async throws {
        let fixture = try JobFixture()
        let ids = try ["a", "b"].map { try fixture.submit(JobSamples.quick($0)).id }
        fixture.runner.start()
        defer { fixture.stop() }
        let jobs = [try await fixture.finished(ids[0]), try await fixture.finished(ids[1])]
        #expect(jobs.map(\.status) == [.succeeded, .succeeded] && jobs.map(\.version) == [1, 1])
        #expect(jobs[0].finishedAtMs ?? .max <= jobs[1].startedAtMs ?? 0, "one after the other")
        for (name, job) in zip(["a", "b"], jobs) {
            #expect(try fixture.services.models.load(name: name, version: 1).weightsSHA256 == fixture.digest(job))
            #expect(try fixture.store.labels(name) == ["stable": 1])
        }
        #expect(fixture.services.checkpoints.jobs().isEmpty && fixture.services.metrics.jobsSucceeded.value == 2)
        #expect(try fixture.store.check().isEmpty && fixture.fatalCount == 0)
        fixture.stop()
        #expect(fixture.trims.waitingCount == 1, "what a run took goes back to the system")
    }

    /// The process stops: checkpoint, back to the queue without an attempt, and on from there to the same weights.
    @Test func aStopGivesTheJobBack() async throws {
        let expected = try await undisturbedDigest(epochs: 12)
        let first = try JobFixture()
        let id = try first.submit(JobSamples.quick(epochs: 12)).id
        try await first.startHolding { first.runner.stop() }
        first.runner.join()
        let given = try #require(try first.store.job(id))
        #expect(given.status == .queued && given.attempt == 1 && given.runner == nil)
        #expect(first.services.checkpoints.load(id).checkpoint != nil)

        let next = try first.restarted()
        let done = try await next.run(id)
        #expect(try done.status == .succeeded && done.attempt == 1 && next.digest(done) == expected)
        #expect(try next.events(id, type: "checkpoint").count == 1)
    }

    @Test func aPausedJobGoesOnToTheSameWeights() async throws {
        let expected = try await undisturbedDigest(epochs: 12)
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick(epochs: 12)).id
        try await fixture.startHolding { _ = try fixture.control.pause(id, in: .all) }
        defer { fixture.stop() }
        let paused = try await fixture.wait(for: id, "the pause") { $0.status == .paused }
        #expect(paused.runner == nil && fixture.services.checkpoints.load(id).checkpoint != nil)
        _ = try fixture.control.resume(id, in: .all)
        let done = try await fixture.finished(id)
        #expect(try done.status == .succeeded && fixture.digest(done) == expected)
    }

    @Test func aRunningJobIsCancelled() async throws {
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick(epochs: 12)).id
        try await fixture.startHolding { () throws in
            #expect(try fixture.control.cancel(id, in: .all).cancelRequested)
            #expect(throws: StoreError.invalidTransition(id: id, from: .running, action: "pause")) {
                try fixture.control.pause(id, in: .all)
            }
        }
        defer { fixture.stop() }
        let cancelled = try await fixture.finished(id)
        // The runner counts a moment after the store knows.
        fixture.stop()
        #expect(cancelled.status == .cancelled && cancelled.version == nil)
        #expect(fixture.services.checkpoints.jobs().isEmpty && fixture.services.metrics.jobsCancelled.value == 1)
        #expect(try fixture.services.models.versions().isEmpty)
    }

    /// What is wrong with one job is not for clients to see, and does not hold up the next.
    @Test func aJobWithoutItsDataFailsAlone() async throws {
        let fixture = try JobFixture()
        let lost = try fixture.submit(JobSamples.quick("a")).id
        for name in TemporaryDirectory.names(in: fixture.place.data) {
            try Files.remove(fixture.place.data + "/" + name)
        }
        let next = try fixture.submit(JobSamples.quick("b", season: 4)).id
        #expect(try await fixture.run(next).status == .succeeded)
        let job = try #require(try fixture.store.job(lost))
        let error = try JSONParser.parse(job.error ?? "{}")
        #expect(job.status == .failed)
        #expect(error["detail"]?.asString == "an internal error; the server's log has the cause under this job's id")
        #expect(fixture.services.metrics.jobsFailed.value == 1 && fixture.fatalCount == 0)
    }

    @Test func aDamagedCheckpointIsStartedAfresh() async throws {
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick()).id
        let folder = fixture.place.checkpoints + "/" + id
        try Files.makeDirectories(folder)
        try AtomicFile.write(Array("not a checkpoint".utf8), to: folder + "/checkpoint.safetensors")
        let done = try await fixture.run(id)
        let expected = try await undisturbedDigest(epochs: 2)
        #expect(try done.status == .succeeded && fixture.digest(done) == expected)
        let warnings = try fixture.events(id, type: "warning").compactMap { $0["message"]?.asString }
        #expect(warnings.contains("the checkpoint does not read; the training starts afresh"))
    }

    /// A disk that stays full is not told of at every step.
    @Test func aCheckpointThatCannotBeWrittenIsReportedOnce() async throws {
        let fixture = try JobFixture()
        let often = JobSamples.quick(epochs: 12).replacing(#""seed":7"#, with: #""seed":7,"checkpoint_seconds":0.001"#)
        let id = try fixture.submit(often).id
        try TemporaryDirectory.put([], fixture.place.checkpoints + "/" + id)
        #expect(try await fixture.run(id).status == .succeeded)
        let warnings = try fixture.events(id, type: "warning").compactMap { $0["message"]?.asString }
        #expect(warnings == ["a checkpoint could not be written"])
    }

    /// `attempts_max` ends of the process without a checkpoint in between, and the job is set aside.
    @Test func aJobIsSetAside() throws {
        var limits = ServiceLimits()
        limits.attemptsMax = 2
        var fixture = try JobFixture(limits: limits)
        let id = try fixture.submit(JobSamples.quick()).id
        for attempt in 1...2 {
            #expect(try fixture.store.claimNext(nowMs: 1)?.attempt == attempt)
            fixture = try fixture.restarted()
            try fixture.runner.rescue()
        }
        let job = try #require(try fixture.store.job(id))
        let detail = try JSONParser.parse(job.error ?? "{}")["detail"]?.asString ?? ""
        #expect(job.status == .failed && detail.hasPrefix("the process ended 2 times while this job ran"))
        #expect(fixture.services.metrics.jobsFailed.value == 1)
    }

    /// A full disk at the end of a job may have room again: the job ends later rather than never.
    @Test func aFullDiskIsWaitedFor() async throws {
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick()).id
        let refused = Mutex(0)
        fixture.database.refuse { [full] jobs in
            guard jobs.contains(where: { $0.status == .succeeded }), refused.withLock({ $0 < 2 }) else { return nil }
            refused.withLock { $0 += 1 }
            return full
        }
        fixture.runner.start()
        defer { fixture.stop() }
        // Each waits for seconds, or until there is something to do.
        while refused.withLock({ $0 }) < 2, try fixture.store.job(id)?.status.isFinal == false {
            fixture.runner.wake()
            try await Task.sleep(for: .milliseconds(20))
        }
        fixture.runner.wake()
        let done = try await fixture.finished(id)
        #expect(done.status == .succeeded && refused.withLock { $0 } == 2 && fixture.fatalCount == 0)
        #expect(try fixture.store.versionNumbers("m") == [1], "the same number at every try")
    }

    /// What cannot be written is not survived: the process ends, and the next one has the job.
    @Test func aBrokenDiskEndsTheProcess() async throws {
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick()).id
        fixture.database.refuse { [broken] jobs in
            jobs.contains { $0.status == .succeeded } ? broken : nil
        }
        fixture.runner.start()
        let deadline = ContinuousClock.now + .seconds(120)
        while fixture.fatalCount == 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        #expect(fixture.fatalCount > 0)
        fixture.stop()
        #expect(try fixture.store.job(id)?.status == .running && fixture.store.versions("m").isEmpty)
        fixture.database.refuse(nil)
    }

    private func undisturbedDigest(epochs: Int) async throws -> String {
        let fixture = try JobFixture()
        return try await fixture.digest(fixture.run(fixture.submit(JobSamples.quick(epochs: epochs)).id))
    }
}
