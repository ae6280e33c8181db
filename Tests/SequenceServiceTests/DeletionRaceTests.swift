import Kernels
import ModelFiles
import SequenceService
import Store
import Synchronization
import System
import Testing

/// A store on which something happens between two readings.
private final class InterruptedStore: VersionStore {
    private let store: any VersionStore
    private let state: Mutex<(readingsLeft: Int, interruption: (@Sendable () throws -> Void)?)>

    /// - Parameter readings: after so many.
    init(_ store: any VersionStore, after readings: Int, _ interruption: @escaping @Sendable () throws -> Void) {
        self.store = store
        state = Mutex((readings, interruption))
    }

    /// Whether it has happened.
    var wasInterrupted: Bool { state.withLock { $0.interruption == nil } }

    func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result { try store.write(durable: durable, body) }

    func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let result = try store.read(body)
        let interruption = state.withLock { state -> (@Sendable () throws -> Void)? in
            state.readingsLeft -= 1
            guard state.readingsLeft == 0 else { return nil }
            defer { state.interruption = nil }
            return state.interruption
        }
        do { try interruption?() } catch { Issue.record("\(error)") }
        return result
    }
}

/// A deletion at any moment of a request: what was read of the version is answered, or that it is not there, and never
/// a fault of the server.
@Suite struct DeletionRaceTests {
    private let fixture: JobFixture
    private let file: [UInt8]

    init() async throws {
        fixture = try JobFixture()
        _ = try await fixture.run(fixture.submit(JobSamples.quick("wave", epochs: 1)).id)
        let path = try fixture.services.models.weightsPath(name: "wave", version: 1)
        file = try AtomicFile.read(path: path, sizeBytesMax: 1 << 20)
    }

    /// Makes the next version of `wave` and gives it `stable`.
    private func addVersion() throws -> Int {
        try ModelImporter(store: fixture.store, directory: fixture.services.models, limits: ServiceLimits())
            .add(file, name: "wave", settings: nil, promote: true, in: .all).version
    }

    private func models(_ store: any VersionStore) -> ModelStore {
        ModelStore(
            store: store, directory: fixture.services.models, offload: WorkQueue(name: "work", threads: 1),
            loading: WorkQueue(name: "models", threads: 1), limits: ServiceLimits(), pool: ComputePool(threads: 1),
            trimmer: fixture.trims.trimmer)
    }

    private func service(_ store: any VersionStore) -> ModelService {
        ModelService(
            store: store, models: models(store), directory: fixture.services.models, limits: ServiceLimits())
    }

    /// What asks for a version of `wave`.
    private static let questions = ["version", "weights", "onnx", "model"]

    /// - Returns: the number of the version that answered.
    private func ask(_ question: String, _ reference: ModelReference, _ store: any VersionStore) async throws -> Int {
        let service = service(store)
        switch question {
        case "version": return try service.version(reference, in: .all).view.record.version
        case "weights": return try service.weights(of: reference, in: .all).place.version
        case "onnx": return try service.onnx(of: reference, in: .all).place.version
        default: return try await models(store).model(reference, in: .all).document.version
        }
    }

    /// After each reading of the store in turn, until the answer comes first.
    private func interrupt(
        _ question: String, _ named: (Int) -> String,
        by deletion: @escaping @Sendable (ModelService, Int) throws -> Void
    ) async throws -> [Result<Int, any Error>] {
        var results: [Result<Int, any Error>] = []
        for readings in 1..<9 {
            let version = try addVersion()
            let reference = try #require(ModelReference(named(version)))
            let plain = service(fixture.store)
            let store = InterruptedStore(fixture.store, after: readings) { try deletion(plain, version) }
            do {
                results.append(.success(try await ask(question, reference, store)))
            } catch {
                results.append(.failure(error))
            }
            if !store.wasInterrupted { break }
        }
        return results
    }

    @Test(arguments: questions) func aDeletedVersionIsNotThere(_ question: String) async throws {
        let results = try await interrupt(question, { "wave@\($0)" }) { models, version in
            try models.delete(VersionPlace(name: "wave", version: "\(version)"), in: .all)
        }
        var refusals = 0
        for case .failure(let error) in results {
            guard case .notFound(kind: "version", _, _) = ServiceError(error) else {
                Issue.record("\(question): \(error)")
                continue
            }
            refusals += 1
        }
        #expect(refusals > 0 && results.count > 1)
    }

    /// The version that a label points to goes, and the label points to another: that one answers.
    @Test(arguments: questions) func aLabelThatMovesIsFollowed(_ question: String) async throws {
        let results = try await interrupt(question, { _ in "wave" }) { models, version in
            _ = try models.change(LabelChange(settings: ["stable": 1]), of: "wave", in: .all)
            try models.delete(VersionPlace(name: "wave", version: "\(version)"), in: .all)
        }
        let versions = try results.map { try $0.get() }
        #expect(versions.contains(1) && versions.count > 1)
    }
}
