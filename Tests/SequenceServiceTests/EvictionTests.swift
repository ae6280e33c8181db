import Dispatch
import Kernels
import ModelFiles
import SequenceModels
import SequenceService
import Store
import System
import Testing

/// Which versions stay in memory.
@Suite(.serialized) struct EvictionTests {
    /// A fixture with models `a`, `b` and `c` of one size.
    private func trained() async throws -> JobFixture {
        let fixture = try JobFixture()
        let ids = try ["a", "b", "c"].map { try fixture.submit(JobSamples.quick($0, epochs: 1)).id }
        _ = try await fixture.run(ids[2])
        return fixture
    }

    private func models(_ fixture: JobFixture, bytesMax: Int) -> ModelStore {
        var limits = ServiceLimits()
        limits.modelCacheBytesMax = bytesMax
        return ModelStore(
            store: fixture.store, directory: fixture.services.models, offload: WorkQueue(name: "work", threads: 1),
            loading: WorkQueue(name: "models", threads: 1), limits: limits, pool: ComputePool(threads: 1),
            trimmer: fixture.trims.trimmer)
    }

    /// `model_cache_bytes_max`: the least recently used goes first, and a model that is in use lives on.
    @Test func theLeastRecentlyUsedGoesFirst() async throws {
        let fixture = try await trained()
        let size = try await models(fixture, bytesMax: .max).model(name: "a", version: 1).sizeBytes
        let models = models(fixture, bytesMax: 2 * size)
        let a = try await models.model(name: "a", version: 1)
        let b = try await models.model(name: "b", version: 1)
        #expect(models.loadedCount == 2 && models.loadedBytes == 2 * size)
        #expect(try await models.model(name: "a", version: 1) === a, "loaded once")
        _ = try await models.model(name: "c", version: 1)
        #expect(models.loadedCount == 2 && models.loadedBytes == 2 * size)
        #expect(try await models.model(name: "a", version: 1) === a, "used after b")
        #expect(try await models.model(name: "b", version: 1) !== b, "b was the one to go")
        #expect(b.identifier == "b@1" && models.loadedBytes <= 2 * size)
    }

    /// What it took to read a version, and the version once it is dropped or deleted, goes back to the system.
    @Test func whatIsLetGoOfIsNoted() async throws {
        let fixture = try await trained()
        fixture.trims.runAll()
        let trimmer = fixture.trims.trimmer
        let models = models(fixture, bytesMax: 0)
        let size = try await models.model(name: "a", version: 1).sizeBytes
        #expect(size > 0 && trimmer.freedBytes == size, "read")
        _ = try await models.model(name: "b", version: 1)
        #expect(trimmer.freedBytes == 3 * size, "read, and a dropped")
        models.forget(name: "b", version: 1)
        models.forget(name: "b", version: 1)
        #expect(trimmer.freedBytes == 4 * size, "deleted, once")
    }

    /// One that is larger than the limit is kept alone.
    @Test func oneIsKeptWhateverItsSize() async throws {
        let fixture = try await trained()
        let models = models(fixture, bytesMax: 0)
        let a = try await models.model(name: "a", version: 1)
        #expect(models.loadedCount == 1)
        #expect(try await models.model(name: "a", version: 1) === a)
        _ = try await models.model(name: "b", version: 1)
        #expect(models.loadedCount == 1)
    }

    /// Deleted while it waits to be read: who asked gets it, and nothing of it stays.
    @Test func aVersionForgottenWhileItIsReadIsNotKept() async throws {
        let fixture = try await trained()
        let loading = WorkQueue(name: "models", threads: 1), goesOn = DispatchSemaphore(value: 0)
        let models = ModelStore(
            store: fixture.store, directory: fixture.services.models, offload: WorkQueue(name: "work", threads: 1),
            loading: loading, limits: ServiceLimits(), pool: ComputePool(threads: 1),
            trimmer: fixture.trims.trimmer)
        let hasBegun = Flag()
        async let blocked: Void = loading.run {
            hasBegun.set()
            goesOn.wait()
        }
        while !hasBegun.isSet { try await Task.sleep(for: .milliseconds(2)) }
        async let model = models.model(name: "a", version: 1)
        while loading.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
        models.forget(name: "a", version: 1)
        goesOn.signal()
        _ = try await (blocked, model)
        #expect(models.loadedCount == 0 && models.loadedBytes == 0)
    }

    @Test func aVersionIsReadOnceForAllWhoWait() async throws {
        let fixture = try await trained()
        let models = models(fixture, bytesMax: .max)
        let loaded = try await withThrowingTaskGroup(of: LoadedModel.self) { group in
            for _ in 0..<8 { group.addTask { try await models.model(name: "a", version: 1) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(loaded.map(ObjectIdentifier.init)).count == 1 && models.loadedCount == 1)
    }

    @Test func labelsVersionsAndForgetting() async throws {
        let fixture = try await trained()
        let models = models(fixture, bytesMax: .max)
        let reference = try #require(ModelReference("a"))
        let a = try await models.model(reference, in: .all)
        #expect(a.identifier == "a@1")
        models.forget(name: "a", version: 1)
        #expect(models.loadedCount == 0)
        #expect(try await models.model(reference, in: .all) !== a)
        await #expect(throws: ServiceError.self) { try await models.model(reference, in: .tenant("other")) }
        let missing = try #require(ModelReference("a@2"))
        await #expect(throws: ServiceError.notFound(kind: "version", name: "a@2", known: ["a@1"])) {
            try await models.model(missing, in: .all)
        }
        try fixture.services.models.remove(name: "b", version: 1)
        await #expect(throws: FileError.self) { try await models.model(name: "b", version: 1) }
        #expect(models.loadedCount == 1, "what does not load is tried again")
    }
}
