import JSON
import Logging
import ModelFiles
import SequenceService
import Store
import System
import TestSupport
import Testing

/// Nothing is kept for ever by accident, and a full disk can be freed.
@Suite(.serialized) struct RetentionTests {
    private func clean(_ fixture: JobFixture, nowMs: Int64 = Clock.wallMilliseconds()) {
        Housekeeping(services: fixture.services, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            .run(nowMs: nowMs)
    }

    @Test func finishedJobsGoByNumberAndAge() throws {
        var limits = ServiceLimits()
        limits.retention.jobsMax = 3
        limits.retention.jobSecondsMax = 3600
        let fixture = try JobFixture(limits: limits)
        let ids = try (0..<6).map { try fixture.submit(JobSamples.quick("m\($0)")).id }
        let waiting = try fixture.submit(JobSamples.quick("waiting")).id
        for id in ids {
            #expect(try fixture.store.claimNext(nowMs: 1)?.id == id)
            try fixture.store.finishCancelled(id, atMs: Clock.wallMilliseconds())
        }
        clean(fixture)
        #expect(try fixture.store.jobs(limit: 99).map(\.id) == [waiting] + ids.suffix(3).reversed())
        #expect(try fixture.store.events(ids[0], limit: 9).isEmpty && fixture.store.check().isEmpty)
        clean(fixture, nowMs: Clock.wallMilliseconds() + 4_000_000)
        #expect(try fixture.store.jobs(limit: 99).map(\.id) == [waiting], "a job that waits has no age")
    }

    @Test func aFinishedJobIsDeletedAndItsVersionStays() async throws {
        let fixture = try JobFixture()
        let id = try fixture.submit(JobSamples.quick(epochs: 1)).id
        let refused = StoreError.invalidTransition(id: id, from: .queued, action: "delete")
        #expect(throws: refused) { try fixture.control.delete(id, in: .all) }
        #expect(try await fixture.run(id).status == .succeeded)
        #expect(throws: ServiceError.self) { try fixture.control.delete(id, in: .tenant("other")) }
        try fixture.control.delete(id, in: .all)
        #expect(try fixture.store.job(id) == nil && fixture.store.events(id, limit: 9).isEmpty)
        #expect(try fixture.store.versionNumbers("m") == [1] && fixture.store.check().isEmpty)
        #expect(throws: ServiceError.self) { try fixture.control.delete(id, in: .all) }
    }

    /// What a job told of its way is thinned; what became of it stays.
    @Test func eventsAreThinned() throws {
        var limits = ServiceLimits()
        limits.retention.eventsPerJobMax = 100
        let fixture = try JobFixture(limits: limits)
        let id = try fixture.submit(JobSamples.quick()).id
        _ = try fixture.store.claimNext(nowMs: 1)
        for step in 1...1000 {
            try fixture.store.appendEvent(id, atMs: 1, json: #"{"type":"metrics","step":\#(step)}"#)
            if step % 100 == 0 { try fixture.store.appendEvent(id, atMs: 1, json: #"{"type":"checkpoint"}"#) }
        }
        clean(fixture)
        let events = try fixture.store.events(id, limit: 9999)
        #expect(events.count <= 100 && events.count > 50)
        #expect(try fixture.events(id, type: "checkpoint").count == 10 && fixture.events(id, type: "status").count == 2)
        let steps = try fixture.events(id, type: "metrics").compactMap { $0["step"]?.asInt }
        #expect(steps.last == 1000 && steps == steps.sorted() && steps.first ?? 0 < 30, "over the whole way")
    }

    /// On a full disk the reserve is given up, so that what makes room can be recorded.
    @Test func aFullDiskCanBeFreed() async throws {
        let fixture = try JobFixture()
        _ = try await fixture.run(fixture.submit(JobSamples.quick("wave", epochs: 1)).id)
        let next = try fixture.restarted()
        let id = try next.submit(JobSamples.quick("m")).id
        let reserve = next.place.reserve
        reserve.refill()
        let path = next.directory.path + "/reserve"
        #expect(try Files.status(path).st_size >= 1 << 20)
        next.database.refuse { _ in
            (try? Files.status(path))?.st_size ?? 0 > 0
                ? .database(operation: "COMMIT", path: "x", fault: .full, detail: "full") : nil
        }
        #expect(throws: StoreError.self) { try next.submit(JobSamples.quick("n", season: 4)) }
        #expect(try next.control.cancel(id, in: .all).status == .cancelled)
        #expect(try Files.status(path).st_size == 0)
        reserve.refill()
        try next.control.delete(id, in: .all)
        reserve.refill()
        let models = ModelService(
            store: next.store, models: next.modelStore, directory: next.services.models, limits: ServiceLimits(),
            reserve: reserve)
        try models.delete("wave", in: .all)
        next.database.refuse(nil)
        #expect(try next.store.models().isEmpty && next.services.models.versions().isEmpty)
        #expect(TemporaryDirectory.names(in: next.place.data).isEmpty)
    }
}
