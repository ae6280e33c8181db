import JSON
import Logging
import SequenceService
import Store
import System
import TestSupport
import Testing

/// A data directory of one test, and services on it, one after another.
struct ServicePlace {
    let directory: TemporaryDirectory
    /// May be below the directory, or not be there yet.
    let root: String

    var place: ServiceDirectory { ServiceDirectory(root: root) }

    init(root name: String = "data") throws {
        directory = try TemporaryDirectory()
        root = directory.path + "/" + name
    }

    /// A service that runs no jobs yet.
    func service(_ change: (inout ServiceConfiguration) -> Void = { _ in }) throws -> Service {
        var configuration = ServiceConfiguration(
            dataDirectory: root, trainingThreads: 1, trainingNiceness: 0, predictionThreads: 2)
        change(&configuration)
        return try Service(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onFatal: { Issue.record("\($0)") })
    }

    /// Runs a service to its end.
    ///
    /// - Parameter runsJobs: whether it takes jobs from the queue.
    func serving<Result>(runsJobs: Bool = true, _ body: (Service) async throws -> Result) async throws -> Result {
        let service = try service()
        if runsJobs { service.start() }
        let result = try await body(service)
        await service.stop()
        return result
    }

    /// Trains a model to its end, and answers its version.
    func train(_ model: String, _ service: Service, epochs: Int = 1, in scope: Scope = .all) async throws -> Int {
        let id = try submit(model, service, epochs: epochs, in: scope)
        let deadline = ContinuousClock.now + .seconds(60)
        while try service.store.job(id)?.status.isFinal == false, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        let job = try #require(try service.store.job(id))
        return try #require(job.version, "\(job.error ?? "")")
    }

    /// Queues a training.
    func submit(
        _ model: String, _ service: Service, epochs: Int = 1, more: String = "", in scope: Scope = .all
    ) throws -> String {
        let text = JobSamples.quick(model, epochs: epochs, more: more)
        return try service.jobs.submit(
            TrainBody.read(JSONParser.parse(text), limits: ServiceLimits()), digest: "d", in: scope
        ).record.id
    }

    /// Holds the directory alone. A service that has stopped may take a moment to let go of it.
    func lock() throws -> DirectoryLock {
        for _ in 0..<500 {
            do { return try DirectoryLock(place, for: .care) } catch is DirectoryInUse { usleep(10_000) }
        }
        return try DirectoryLock(place, for: .care)
    }

    func check() throws -> StoreCheck { try StoreCheck.run(place) }

    /// Mends the directory and answers what was found.
    func repaired(_ wishes: StoreRepair.Wishes = .init(repairs: true, adopts: false)) throws -> StoreCheck {
        let lock = try lock()
        var check = try StoreCheck(place, isAlone: true)
        try StoreRepair.run(&check, wishes, holding: lock)
        return check
    }

    /// Turns one bit of a file over.
    func flip(_ path: String, at offset: Int? = nil) throws {
        var bytes = TemporaryDirectory.get(path)
        bytes[offset ?? bytes.count / 2] ^= 4
        try TemporaryDirectory.put(bytes, path)
    }
}
