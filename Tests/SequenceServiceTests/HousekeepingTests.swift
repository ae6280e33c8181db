import JSON
import Logging
import ModelFiles
import SequenceService
import Store
import System
import TestSupport
import Testing

/// Which files of jobs go at a start.
@Suite struct HousekeepingTests {
    private let fixture: JobFixture

    init() throws { fixture = try JobFixture() }

    private func clean() {
        Housekeeping(services: fixture.services, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).run()
    }

    /// Makes a file or directory look as if it had changed long ago.
    private func age(_ path: String, seconds: Int) throws {
        let then = timespec(tv_sec: time(nil) - seconds, tv_nsec: 0)
        try #require(utimensat(AT_FDCWD, path, [then, then], 0) == 0)
    }

    private func makeCheckpoint(_ id: String, ageSeconds: Int) throws {
        let folder = fixture.place.checkpoints + "/" + id
        try Files.makeDirectories(folder)
        try AtomicFile.write([1], to: folder + "/checkpoint.safetensors")
        try age(folder, seconds: ageSeconds)
    }

    @Test func checkpointsOfNobodyGoAfterAnHour() throws {
        let hour = Retention.unclaimedSecondsMin
        try makeCheckpoint("job_old", ageSeconds: hour + 5)
        try makeCheckpoint("job_young", ageSeconds: hour - 60)
        clean()
        #expect(fixture.services.checkpoints.jobs() == ["job_young"])
    }

    @Test func jobsKeepWhatTheyNeed() throws {
        let ids = try ["queued", "failed", "failed long ago", "cancelled"].map { _ in
            try fixture.submit(JobSamples.quick()).id
        }
        let now = Clock.wallMilliseconds(), weekMs = Int64(Retention().failedSecondsMax) * 1000
        // The first is claimed first: it goes back, and the others end.
        for (index, id) in ids.enumerated() {
            #expect(try fixture.store.claimNext(nowMs: 1)?.id == id)
            switch index {
            case 1: try fixture.store.finishFailed(id, atMs: now - weekMs + 60_000, error: "{}")
            case 2: try fixture.store.finishFailed(id, atMs: now - weekMs - 60_000, error: "{}")
            case 3: try fixture.store.finishCancelled(id, atMs: now)
            default: break
            }
        }
        try fixture.store.release(ids[0], atMs: now)
        for id in ids { try makeCheckpoint(id, ageSeconds: 30 * 86_400) }
        clean()
        #expect(fixture.services.checkpoints.jobs().sorted() == [ids[0], ids[1]].sorted())
    }

    @Test func dataGoesWithTheLastJobThatNeedsIt() throws {
        let kept = try fixture.submit(JobSamples.quick("a", season: 6))
        let unused = try TrainBody.read(JSONParser.parse(JobSamples.quick("b", season: 4)), limits: ServiceLimits())
        let gone = try fixture.services.data.store(unused.data)
        func names() -> [String] { TemporaryDirectory.names(in: fixture.place.data) }
        clean()
        #expect(names() == [kept.data, gone].sorted(), "a job for it may be about to come")
        for name in names() { try age(fixture.place.data + "/" + name, seconds: 3600) }
        clean()
        #expect(names() == [kept.data])
    }
}
