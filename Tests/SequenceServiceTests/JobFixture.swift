import Dispatch
import JSON
import Kernels
import Logging
import ModelFiles
import SequenceService
import Store
import Synchronization
import System
import TestSupport
import Testing

/// What jobs need, on a directory of one test and a store in memory.
final class JobFixture: Sendable {
    /// Rows; what `restarted` opens again.
    let database: MemoryDatabase
    let directory: TemporaryDirectory
    let services: JobServices
    let runner: JobRunner
    let limits: ServiceLimits
    let trims = ManualTrims()
    /// What the runner could not survive.
    private let fatalErrors = Mutex<[any Error]>([])

    var store: any RecordStore { services.store }
    var place: ServiceDirectory { ServiceDirectory(root: directory.path) }
    var submission: JobSubmission { JobSubmission(services: services, runner: runner, limits: limits) }
    var control: JobControl { JobControl(services: services, runner: runner) }
    var fatalCount: Int { fatalErrors.withLock { $0.count } }

    convenience init(limits: ServiceLimits = ServiceLimits()) throws {
        try self.init(limits: limits, directory: TemporaryDirectory(), database: MemoryDatabase())
    }

    private init(limits: ServiceLimits, directory: TemporaryDirectory, database: MemoryDatabase) throws {
        self.limits = limits
        self.directory = directory
        self.database = database
        let place = ServiceDirectory(root: directory.path)
        try place.prepare()
        services = JobServices(
            store: database.open(), data: TrainingDataFiles(directory: place),
            checkpoints: CheckpointFiles(directory: place), models: ModelDirectory(root: place.models),
            signal: ChangeSignal(), metrics: ServiceMetrics(),
            history: TrainingHistory(directory: place, threads: 1), trimmer: trims.trimmer,
            reserve: place.reserve, retention: limits.retention)
        let relay = Relay()
        runner = JobRunner(
            services: services, threads: 1, attemptsMax: limits.attemptsMax, niceness: 0,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onFatal: { relay.send($0) })
        relay.receive { [weak self] error in self?.fatalErrors.withLock { $0.append(error) } }
    }

    /// Loads versions of the directory.
    var modelStore: ModelStore {
        ModelStore(
            store: store, directory: services.models, offload: WorkQueue(name: "work", threads: 1),
            loading: WorkQueue(name: "models", threads: 1), limits: limits, pool: ComputePool(threads: 1),
            trimmer: trims.trimmer)
    }

    /// The same directory and rows, as the next process finds them.
    func restarted() throws -> JobFixture { try JobFixture(limits: limits, directory: directory, database: database) }

    /// As `POST /train` does.
    @discardableResult
    func submit(_ text: String, key: String? = nil, in scope: Scope = .all) throws -> JobRecord {
        try submission.submit(
            TrainBody.read(JSONParser.parse(text), limits: limits), digest: SHA256.hex(Array(text.utf8)),
            idempotencyKey: try key.map { try IdempotencyKey($0) }, in: scope)
    }

    /// Waits until a job is as it should be. The limit only ends a test that hangs: where all tests run side by side
    /// on slow processors, a minute of another test may lie between two looks.
    func wait(for id: String, _ what: String, _ isThere: (JobRecord) throws -> Bool) async throws -> JobRecord {
        let deadline = Clock.monotonicSeconds() + 900
        while Clock.monotonicSeconds() < deadline {
            let ticket = services.signal.ticket
            let job = try #require(try store.job(id))
            if try isThere(job) { return job }
            await services.signal.wait(after: ticket, timeoutSeconds: 0.2)
        }
        throw TestTimeout(waitedFor: what)
    }

    /// The job, once it is finished.
    func finished(_ id: String) async throws -> JobRecord {
        try await wait(for: id, "the end of the job") { $0.status.isFinal }
    }

    /// Runs the queue until a job is finished, and stops.
    func run(_ id: String) async throws -> JobRecord {
        runner.start()
        defer { stop() }
        return try await finished(id)
    }

    func stop() {
        runner.stop()
        runner.join()
    }

    /// Starts the runner, and holds the training that it begins at its first report until `body` has returned: what
    /// happens meanwhile happens in the middle of it, however fast it is.
    func startHolding(_ body: () throws -> Void) async throws {
        let hasBegun = Flag(), goesOn = DispatchSemaphore(value: 0)
        database.beforeReports {
            guard !hasBegun.isSet else { return }
            hasBegun.set()
            goesOn.wait()
        }
        runner.start()
        defer {
            database.beforeReports(nil)
            goesOn.signal()
        }
        while !hasBegun.isSet { try await Task.sleep(for: .milliseconds(2)) }
        try body()
    }

    /// The digest of the weights that a job made.
    func digest(_ job: JobRecord) throws -> String {
        try #require(try JSONParser.parse(job.result ?? "{}")["weights_sha256"]?.asString)
    }

    /// The texts of a job's events of one type.
    func events(_ id: String, type: String) throws -> [JSONValue] {
        try store.events(id, beginningWith: #"{"type":"\#(type)""#).map { try JSONParser.parse($0.json) }
    }
}

/// Set once, from anywhere.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

struct TestTimeout: Error {
    let waitedFor: String
}

/// Takes errors before there is somebody to take them.
private final class Relay: Sendable {
    private let receiver = Mutex<(@Sendable (any Error) -> Void)?>(nil)

    func receive(_ body: @escaping @Sendable (any Error) -> Void) { receiver.withLock { $0 = body } }
    func send(_ error: any Error) { receiver.withLock { $0 }?(error) }
}

/// Training requests that take a moment.
enum JobSamples {
    /// A forecast of a short season.
    static func quick(_ model: String = "m", epochs: Int = 2, season: Int = 6, more: String = "") -> String {
        let series = (0..<48).map { String(10 + Double($0 % season) + [0.0, 0.3, -0.2, 0.1, -0.1][$0 % 5]) }.joined(
            separator: ",")
        return """
            {"model":"\(model)","sequences":[[\(series)]],"network":{"hidden":4},\
            "training":{"epochs":\(epochs),"seed":7,"early_stopping":{"patience":100000}},\
            "forecast":{"horizon":2,"seasonality":\(season)}\(more)}
            """
    }

}
