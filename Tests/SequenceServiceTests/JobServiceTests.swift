import SequenceModels
import SequenceService
import Store
import Testing

/// What clients do with jobs, as values: nothing here runs a job.
@Suite struct JobServiceTests {
    @Test func estimatesQueueNothing() async throws {
        let fixture = try ServiceFixture()
        let jobs = fixture.service.jobs
        let estimate = try jobs.estimate(try ServiceFixture.season("wave"), in: .all)
        #expect(estimate.plan.settings.task == .forecast && estimate.plan.parameterCount > 0 && estimate.from == nil)
        #expect(estimate.duration.seconds > 0)
        #expect(try jobs.list(JobFilter(limit: 10), in: .all).jobs.isEmpty)
        await fixture.end()
    }

    @Test func jobsAreQueuedListedAndCancelled() async throws {
        let fixture = try ServiceFixture()
        let jobs = fixture.service.jobs
        let ids = try (0..<3).map { try jobs.submit(ServiceFixture.season("m\($0)"), digest: "d", in: .all).record.id }
        let second = try jobs.job(ids[1], in: .all)
        #expect(second.record.status == .queued && second.queuePosition == 2)
        #expect(second.record.metadata == #"{"team":"ops"}"# && second.record.promote == "always")
        let page = try jobs.list(JobFilter(limit: 2), in: .all)
        #expect(page.hasMore && page.jobs.map(\.record.id) == [ids[2], ids[1]])
        let rest = try jobs.list(JobFilter(limit: 2, after: ids[1]), in: .all)
        #expect(!rest.hasMore && rest.jobs.map(\.record.id) == [ids[0]])
        #expect(try jobs.list(JobFilter(model: "m1", limit: 2), in: .all).jobs.map(\.record.id) == [ids[1]])

        let cancelled = try jobs.cancel(ids[0], in: .all)
        #expect(cancelled.record.status == .cancelled && cancelled.queuePosition == nil)
        #expect(try jobs.job(ids[1], in: .all).queuePosition == 1)
        guard case .conflict? = ServiceFixture.error({ _ = try jobs.resume(ids[0], in: .all) }) else {
            Issue.record("a cancelled job was resumed")
            return
        }
        #expect(try jobs.gradients(ids[1], in: .all).isEmpty)
        await fixture.end()
    }

    @Test func jobsOfOthersAreNotThere() async throws {
        let fixture = try ServiceFixture()
        let jobs = fixture.service.jobs
        let id = try jobs.submit(ServiceFixture.season("wave"), digest: "d", in: .tenant("a")).record.id
        let absent = ServiceError.notFound(kind: "job", name: id, known: [])
        for action in [jobs.job, jobs.cancel, jobs.pause, jobs.resume] {
            #expect(ServiceFixture.error { _ = try action(id, .tenant("b")) } == absent)
        }
        #expect(ServiceFixture.error { _ = try jobs.events(of: id, in: .tenant("b")) } == absent)
        #expect(ServiceFixture.error { _ = try jobs.gradients(id, in: .tenant("b")) } == absent)
        #expect(try jobs.list(JobFilter(limit: 2), in: .tenant("b")).jobs.isEmpty)
        guard
            case .conflict? = ServiceFixture.error({
                _ = try jobs.submit(ServiceFixture.season("wave"), digest: "d", in: .tenant("b"))
            })
        else {
            Issue.record("two tenants have a model of one name")
            return
        }
        #expect(try jobs.job(id, in: .tenant("a")).record.tenant == "a")
        await fixture.end()
    }

    @Test func aRepeatedKeyIsTheFirstJob() async throws {
        let fixture = try ServiceFixture()
        let jobs = fixture.service.jobs
        let key = try IdempotencyKey("once")
        let first = try jobs.submit(ServiceFixture.season("wave"), digest: "1", key: key, in: .all)
        let again = try jobs.submit(ServiceFixture.season("wave"), digest: "1", key: key, in: .all)
        #expect(first.record.id == again.record.id)
        guard
            case .keyReused? = ServiceFixture.error({
                _ = try jobs.submit(ServiceFixture.season("wave"), digest: "2", key: key, in: .all)
            })
        else {
            Issue.record("one key, two requests")
            return
        }
        #expect(try jobs.list(JobFilter(limit: 10), in: .all).jobs.count == 1)
        await fixture.end()
    }

    @Test func aFullQueueIsBusy() async throws {
        var limits = ServiceLimits()
        limits.queueLengthMax = 1
        let fixture = try ServiceFixture(limits: limits)
        _ = try fixture.service.jobs.submit(ServiceFixture.season("a"), digest: "1", in: .all)
        guard
            case .busy(_, let seconds)? = ServiceFixture.error({
                _ = try fixture.service.jobs.submit(ServiceFixture.season("b"), digest: "2", in: .all)
            })
        else {
            Issue.record("queued beyond the limit")
            return
        }
        #expect(seconds > 0)
        await fixture.end()
    }

    @Test(arguments: ["", " ", "a b", "\u{7F}", "é", String(repeating: "k", count: 256)])
    func keysAreVisibleASCII(_ text: String) {
        #expect(throws: ServiceError.self) { try IdempotencyKey(text) }
        #expect((try? IdempotencyKey(String(repeating: "k", count: 255))) != nil)
    }
}
