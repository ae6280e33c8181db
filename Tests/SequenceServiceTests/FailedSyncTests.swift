import JSON
import ModelFiles
import SequenceModels
import SequenceService
import Store
import Synchronization
import System
import TestSupport
import Testing

/// A store whose disk fails at the last moment: what was written is there at the next start, and the caller hears that
/// it could not be made sure.
private final class UnsureStore: RecordStore {
    private let store: any RecordStore
    private let writesLeft: Mutex<Int>

    /// - Parameter failing: which write fails, from 1.
    init(_ store: any RecordStore, failing: Int) {
        self.store = store
        writesLeft = Mutex(failing)
    }

    var lease: any RunnerLease { store.lease }
    var fault: StoreError? { nil }
    var findings: [String] { [] }
    func tidy() {}
    func check() throws(StoreError) -> [String] { try store.check() }

    func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result { try store.read(body) }

    func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let result = try store.write(durable: durable, body)
        let isFailing = writesLeft.withLock { left in
            left -= 1
            return left == 0
        }
        if isFailing { throw .database(operation: "COMMIT", path: "x", fault: .inputOutput, detail: "fsync") }
        return result
    }
}

/// An fsync that fails leaves nothing half: what may be recorded has its files.
@Suite struct FailedSyncTests {
    @Test func anImportThatMayBeThereHasItsFiles() async throws {
        let fixture = try JobFixture()
        _ = try await fixture.run(fixture.submit(JobSamples.quick("wave", epochs: 1)).id)
        let file = TemporaryDirectory.get(try fixture.services.models.weightsPath(name: "wave", version: 1))
        // The number, then the row.
        for failing in 1...2 {
            let store = UnsureStore(fixture.store, failing: failing)
            let importer = ModelImporter(
                store: store, directory: fixture.services.models, limits: ServiceLimits())
            #expect(throws: StoreError.self) {
                try importer.add(file, name: "copy", settings: nil, promote: true, in: .all)
            }
        }
        let stable = try #require(try fixture.store.labels("copy")["stable"])
        let stored = try StoredModel.read(fixture.services.models, name: "copy", version: stable)
        #expect(stored.tensors.count > 0, "what the label points at can be read")
        // What was refused before anything was written leaves nothing.
        fixture.database.refuse { _ in .database(operation: "COMMIT", path: "x", fault: .full, detail: "full") }
        #expect(throws: StoreError.self) {
            try ModelImporter(store: fixture.store, directory: fixture.services.models, limits: ServiceLimits())
                .add(file, name: "other", settings: nil, promote: true, in: .all)
        }
        fixture.database.refuse(nil)
        #expect(try fixture.services.models.versions().map(\.name).sorted() == ["copy", "wave"])
    }

    /// The parent's copy and the data of a job that may be there stay, and the next process runs it.
    @Test func aJobThatMayBeThereHasAllThatItNeeds() async throws {
        let fixture = try JobFixture()
        _ = try await fixture.run(fixture.submit(JobSamples.quick("parent", epochs: 1)).id)
        let next = try fixture.restarted()
        let services = JobServices(
            store: UnsureStore(next.store, failing: 1), data: next.services.data,
            checkpoints: next.services.checkpoints, models: next.services.models, signal: next.services.signal,
            metrics: next.services.metrics, history: next.services.history, trimmer: next.trims.trimmer,
            reserve: next.place.reserve)
        let submission = JobSubmission(services: services, runner: next.runner, limits: ServiceLimits())
        let text = JobSamples.quick("m", epochs: 1, more: #","from":"parent@1""#)
        #expect(throws: StoreError.self) {
            try submission.submit(
                TrainBody.read(JSONParser.parse(text), limits: ServiceLimits()), digest: "d", idempotencyKey: nil,
                in: .all)
        }
        let job = try #require(try next.store.jobs(status: .queued, limit: 1).first)
        try next.store.deleteModel("parent")
        try next.services.models.remove(name: "parent", version: 1)
        let done = try await next.run(job.id)
        #expect(done.status == .succeeded, "\(done.error ?? "")")
        #expect(TemporaryDirectory.names(in: next.place.data).isEmpty, "what a finished job leaves")
    }

    /// A request that is refused leaves nothing, unless another job has the same data.
    @Test func refusedRequestsLeaveNoData() async throws {
        var limits = ServiceLimits()
        limits.queueLengthMax = 1
        let fixture = try JobFixture(limits: limits)
        let first = try fixture.submit(JobSamples.quick("a", season: 6))
        #expect(throws: ServiceError.self) { try fixture.submit(JobSamples.quick("b", season: 4)) }
        #expect(TemporaryDirectory.names(in: fixture.place.data) == [first.data])
        _ = try fixture.control.cancel(first.id, in: .all)
        #expect(TemporaryDirectory.names(in: fixture.place.data).isEmpty, "cancelled: nobody needs it")
        let second = try fixture.submit(JobSamples.quick("a", season: 6))
        #expect(throws: ServiceError.self) { try fixture.submit(JobSamples.quick("c", season: 6)) }
        #expect(TemporaryDirectory.names(in: fixture.place.data) == [second.data], "the one that waits needs it")
        #expect(TemporaryDirectory.names(in: fixture.place.checkpoints).isEmpty)
    }
}
