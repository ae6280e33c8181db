import JSON
import Logging
import ModelFiles
import SequenceService
import Store
import Synchronization
import System
import TestSupport
import Testing

/// Lines of a log, for tests.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.lines.withLock { $0.append("\(event.level) \(event.message)") } }
    }
}

/// Database and folders that do not belong together: told at the start, never overwritten, never another's answers.
@Suite(.serialized) struct StoreComparisonTests {
    private let directory: TemporaryDirectory
    private var place: ServiceDirectory { ServiceDirectory(root: directory.path) }

    init() throws { directory = try TemporaryDirectory() }

    /// Runs a service on the directory to its end.
    private func serving<Result>(
        _ log: LogLines = LogLines(), _ body: (Service) async throws -> Result
    ) async throws -> Result {
        let service = try Service(
            configuration: ServiceConfiguration(
                dataDirectory: directory.path, trainingThreads: 1, trainingNiceness: 0, predictionThreads: 2),
            logger: log.logger, onFatal: { Issue.record("\($0)") })
        service.start()
        let result = try await body(service)
        await service.stop()
        return result
    }

    private func train(_ model: String, _ service: Service, epochs: Int = 1) async throws -> Int {
        let text = JobSamples.quick(model, epochs: epochs)
        let id = try service.jobs.submit(
            TrainBody.read(JSONParser.parse(text), limits: ServiceLimits()), digest: "d", in: .all
        ).record.id
        let deadline = ContinuousClock.now + .seconds(60)
        while try service.store.job(id)?.status.isFinal == false, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        let job = try #require(try service.store.job(id))
        return try #require(job.version, "\(job.error ?? "")")
    }

    private func sums(_ model: String, _ version: Int) -> [UInt8] {
        TemporaryDirectory.get(place.models + "/\(model)/\(version)/SHA256SUMS")
    }

    @Test func anOlderDatabaseOverwritesNothing() async throws {
        _ = try await serving { try await train("wave", $0) }
        let older = TemporaryDirectory.get(place.database)
        #expect(try await serving { try await train("wave", $0, epochs: 2) } == 2)
        let second = sums("wave", 2)
        for suffix in ["-wal", "-shm"] { try Files.remove(place.database + suffix) }
        try TemporaryDirectory.put(older, place.database)
        let log = LogLines()
        let next = try await serving(log) { service in
            #expect(try service.store.versionNumbers("wave") == [1])
            return try await train("wave", service, epochs: 3)
        }
        #expect(next == 3 && sums("wave", 2) == second && !second.isEmpty)
        let reports = log.all.filter { $0.hasPrefix("error models/wave/2 is a folder that the database does not know") }
        #expect(reports.count == 1, "\(log.all)")
    }

    @Test func aMissingDatabaseIsNoEmptyStart() async throws {
        _ = try await serving { try await train("wave", $0) }
        let first = sums("wave", 1)
        for suffix in ["", "-wal", "-shm"] { try Files.remove(place.database + suffix) }
        let log = LogLines()
        let next = try await serving(log) { try await train("wave", $0, epochs: 2) }
        #expect(next == 2 && sums("wave", 1) == first && !first.isEmpty)
        #expect(log.all.first?.contains("the database knows no version, and there are 1 in models/") == true)
        // Nor does an import take its number.
        let file = TemporaryDirectory.get(place.models + "/wave/2/model.safetensors")
        for suffix in ["", "-wal", "-shm"] { try Files.remove(place.database + suffix) }
        let imported = try await serving { service in
            try service.modelService.importVersion(file, of: "wave", settings: nil, promote: true, in: .all).record
        }
        #expect(imported.version == 3)
    }

    @Test func swappedFoldersAnswerForNobody() async throws {
        try await serving { service in
            _ = try await train("a", service)
            _ = try await train("b", service, epochs: 2)
        }
        let (a, b) = (place.models + "/a/1", place.models + "/b/1")
        try Files.rename(a, to: a + ".x")
        try Files.rename(b, to: a)
        try Files.rename(a + ".x", to: b)
        let log = LogLines()
        try await serving(log) { service in
            for name in ["a", "b"] {
                let reference = try #require(ModelReference(name))
                let isDamaged = { (error: ServiceError?) in if case .damaged? = error { true } else { false } }
                let models = service.modelService
                #expect(isDamaged(ServiceFixture.error { _ = try models.version(reference, in: .all) }))
                #expect(isDamaged(ServiceFixture.error { _ = try models.weights(of: reference, in: .all) }))
                #expect(isDamaged(ServiceFixture.error { _ = try models.onnx(of: reference, in: .all) }))
                #expect(
                    isDamaged(await ServiceFixture.error { _ = try await service.models.model(reference, in: .all) }))
                let listed = try models.model(name, in: .all).versions
                #expect(listed.map(\.damage) == ["its files are not those that were published"])
            }
        }
        #expect(log.all.count { $0.contains("@1 has other files than were published") } == 2, "\(log.all)")
    }

    @Test func missingFilesAreDamageAndCanBeDeleted() async throws {
        try await serving { _ = try await train("wave", $0) }
        try Files.removeTree(place.models + "/wave")
        let log = LogLines()
        try await serving(log) { service in
            let reference = try #require(ModelReference("wave"))
            let error = await ServiceFixture.error { _ = try await service.models.model(reference, in: .all) }
            guard case .damaged? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(
                try service.modelService.model("wave", in: .all).versions.map(\.damage) == ["its files are missing"])
            try service.modelService.delete("wave", in: .all)
            #expect(try service.modelService.list(in: .all).isEmpty)
        }
        #expect(log.all == ["error wave@1 is in the database, its files are missing"])
    }

    /// What broke off goes after an hour; what the database never had stays.
    @Test func leftoversGoAndFoldersOfOthersStay() throws {
        let fixture = try JobFixture()
        let (store, models) = (fixture.store, fixture.services.models)
        func publish(_ name: String, _ version: Int) throws {
            try models.publish(name: name, version: version, modelJSON: [1], tensors: [])
        }
        // An import that broke off, a deletion that did, and a folder from elsewhere.
        try publish("import", try store.nextVersion("import"))
        let deleted = try store.nextVersion("deleted")
        try publish("deleted", deleted)
        try store.addVersion(
            VersionRecord(model: "deleted", version: deleted, jobID: nil, createdAtMs: 1, info: "{}"))
        try store.deleteVersion("deleted", deleted)
        try publish("import", 7)
        let now = Clock.wallMilliseconds()
        #expect(try store.leftovers(beforeMs: now - 3_600_000).isEmpty, "young: it may be under way")
        #expect(try store.leftovers(beforeMs: now + 1000).map(\.model) == ["deleted", "import"])
        let later = Housekeeping(services: fixture.services, logger: LogLines().logger)
        later.run()
        #expect(try models.versions().count == 2)
        later.run(nowMs: now + 3_700_000)
        #expect(try models.versions().map(\.versions) == [[7]])
        #expect(try store.leftovers(beforeMs: .max).isEmpty)
        let comparison = try StoreComparison(store: store, directory: models)
        #expect(comparison.findings == [.unknown(name: "import", version: 7)])
    }
}
