import JSON
import Kernels
import ModelFiles
import SequenceModels
import SequenceService
import Store
import Synchronization
import System
import TestSupport
import Testing

/// How a weights file becomes a version, and that a refused one leaves none.
@Suite struct PublisherImportTests {
    private let fixture: JobFixture
    private let file: [UInt8]

    /// The file is the one of a trained model.
    init() async throws {
        fixture = try JobFixture()
        _ = try await fixture.run(fixture.submit(JobSamples.quick("trained", epochs: 1)).id)
        let path = try fixture.services.models.weightsPath(name: "trained", version: 1)
        file = try AtomicFile.read(path: path, sizeBytesMax: 1 << 20)
    }

    private func add(
        _ bytes: [UInt8], _ name: String, settings: String? = nil, promote: Bool = false, versionsMax: Int = 9,
        in scope: Scope = .all
    ) throws -> VersionRecord {
        var limits = ServiceLimits()
        limits.versionsPerModelMax = versionsMax
        return try ModelImporter(store: fixture.store, directory: fixture.services.models, limits: limits)
            .add(bytes, name: name, settings: settings, promote: promote, in: scope)
    }

    /// What was trained, exported and imported is the same model.
    @Test func whatIsExportedIsImported() throws {
        let version = try add(file, "copy", promote: true, in: .tenant("a"))
        #expect(version.version == 1 && version.jobID == nil)
        let original = try fixture.services.models.load(name: "trained", version: 1)
        let copy = try fixture.services.models.load(name: "copy", version: 1)
        #expect(copy.tensors.map(\.name) == original.tensors.map(\.name))
        #expect(copy.tensors.map(\.values) == original.tensors.map(\.values))
        #expect(try fixture.store.labels("copy") == ["stable": 1] && fixture.store.tenant(ofModel: "copy") == "a")
        #expect(VersionInfo(record: version).json["weights_sha256"]?.asString == copy.weightsSHA256)
        #expect(try add(file, "copy", in: .all).version == 2 && fixture.store.labels("copy") == ["stable": 1])
    }

    @Test func whatIsRefusedLeavesNothing() throws {
        let large = #"{"task":"forecast","network":{"hidden":5}}"#
        for (bytes, settings) in [([], nil), (Array("{}".utf8), nil), (file, "{"), (file, "{}"), (file, large)] {
            #expect(throws: (any Error).self) { try add(bytes, "bad", settings: settings) }
        }
        #expect(throws: StoreError.modelNameTaken(name: "trained")) { try add(file, "trained", in: .tenant("b")) }
        #expect(try fixture.store.models() == ["trained"])
        #expect(try fixture.services.models.versions().map(\.name) == ["trained"])
    }

    /// The last transaction fails after the files are there: they go, and the number is not used again.
    @Test func filesOfARefusedVersionGo() throws {
        let failure = StoreError.database(operation: "COMMIT", path: "memory", fault: .full, detail: "full")
        let transactions = Mutex(0)
        fixture.database.refuse { _ in
            transactions.withLock { count in
                count += 1
                return count == 2 ? failure : nil
            }
        }
        #expect(throws: failure) { try add(file, "x") }
        #expect(transactions.withLock { $0 } == 2, "the number, and the version")
        #expect(try fixture.services.models.versions().map(\.name) == ["trained"])
        #expect(try add(file, "x").version == 2)
        #expect(try fixture.services.models.versions().last?.versions == [2] && fixture.store.check().isEmpty)
    }

    /// `versions_per_model_max`.
    @Test func versionsAreLimited() throws {
        _ = try add(file, "many", versionsMax: 2)
        _ = try add(file, "many", versionsMax: 2)
        #expect {
            try add(file, "many", versionsMax: 2)
        } throws: { error in
            if case ServiceError.conflict = error { true } else { false }
        }
        #expect(try fixture.store.versionNumbers("many") == [1, 2])
    }
}
