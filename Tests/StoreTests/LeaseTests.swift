import Store
import TestSupport
import Testing

/// Leases with a time limit, by a clock of the test's own: the rules of rescue hold for them as for locks.
@Suite struct LeaseTests {
    private let leases = TimedLeases(lengthSeconds: 10)
    private let database = MemoryDatabase()

    private func open() -> (store: MemoryStore, lease: TimedLease) {
        let lease = leases.take()
        return (database.open(lease: lease), lease)
    }

    @Test func whoRenewsKeepsItsJob() throws {
        let (holder, lease) = open(), (other, _) = open()
        let id = try holder.insertJob(newJob()).job.id
        #expect(try holder.claimNext(nowMs: 1)?.runner == lease.instance)
        for _ in 0..<5 {
            leases.advance(seconds: 9)
            lease.renew()
            #expect(try other.rescue(nowMs: 2).isEmpty)
        }
        #expect(try holder.updateProgress(id, progress: "{}").attempt == 1)
    }

    /// A holder that was stopped for too long is taken for dead, and finds that its job is another's.
    @Test func whoIsLateLosesItsJob() throws {
        let (holder, lease) = open(), (other, _) = open()
        let id = try holder.insertJob(newJob()).job.id
        _ = try holder.claimNext(nowMs: 1)
        #expect(try holder.reserveVersion(id) == 1)
        leases.advance(seconds: 10)
        #expect(try other.rescue(nowMs: 2).map(\.attempt) == [2])
        lease.renew()
        #expect(throws: StoreError.invalidTransition(id: id, from: .queued, action: "finish")) {
            try holder.finishFailed(id, atMs: 3, error: "{}")
        }
        #expect(try other.claimNext(nowMs: 4)?.id == id)
        #expect(throws: StoreError.notRunner(id: id)) { try holder.updateProgress(id, progress: "{}") }
        #expect(throws: StoreError.notRunner(id: id)) {
            try holder.finishSucceeded(id, atMs: 5, version: 1, info: "{}", result: "{}", metrics: nil) { _ in true }
        }
        #expect(try other.reserveVersion(id) == 1 && holder.versions("m").isEmpty && holder.check().isEmpty)
    }

    /// A lease that ran out stays known while its holder has a job: nobody else's may bear its name.
    @Test func aLostLeaseStaysLost() throws {
        let (holder, _) = open(), (other, _) = open()
        _ = try holder.insertJob(newJob())
        _ = try holder.claimNext(nowMs: 1)
        leases.advance(seconds: 11)
        #expect(try other.rescue(nowMs: 2).count == 1 && other.rescue(nowMs: 3).isEmpty)
        #expect(try other.lease.isAlive(holder.instance) == false)
    }
}
