import Kernels
package import Logging
package import ModelFiles
package import Store
import Synchronization
import System

/// Training jobs, models and predictions on one data directory: the whole of Rondo but its sockets and commands.
///
/// Life: `init` opens files, `start` begins to run jobs, `beginStop` refuses new work and asks the running job for a
/// checkpoint, `stop` waits until all threads are done.
package final class Service: Sendable {
    /// What `GET /readyz` says.
    package enum Phase: Sendable {
        case starting, ready, stopping
    }

    private static let smallWorkThreads = 4
    /// Bodies are parsed one beside another, and beside everything else.
    private static let largeWorkThreads = 2
    private static let largeWorkNiceness: Int32 = 5
    private static let loadingThreads = 2
    private static let careSeconds = 30.0

    /// How it was set up.
    package let configuration: ServiceConfiguration
    /// Jobs, events, versions and labels.
    package let store: any RecordStore
    /// Versions in memory.
    package let models: ModelStore
    /// Versions on disk.
    package let directory: ModelDirectory
    /// What clients do with models.
    package let modelService: ModelService
    /// Computes for evaluations, after predictions.
    private let evaluationPool: ComputePool
    /// Runs predictions.
    package let engine: PredictionEngine
    /// What is counted.
    package let metrics: ServiceMetrics
    /// Small things that may wait: disk, SQLite.
    package let offload: WorkQueue
    /// Large bodies and large answers.
    package let bodies: WorkQueue
    /// What requests hold.
    package let budget: MemoryBudget
    /// For what no answer says.
    package let logger: Logger
    /// Hears of memory that was freed.
    package let trimmer = MemoryTrimmer()
    private let sessionParts: SessionParts
    private let submission: JobSubmission
    private let control: JobControl
    private let services: JobServices
    private let runner: JobRunner
    private let caretaker: Caretaker
    private let watch: DirectoryWatch
    /// With the lock that keeps those away who mend the directory.
    private let opened: OpenedDirectory
    private let backupSlots = Slots(1)
    private let phaseState = Mutex(Phase.starting)
    private let onFatal: @Sendable (any Error) -> Void

    /// - Parameter onFatal: called when durable state could not be written: the process should end and start again.
    /// - Throws: `FileError`, `StoreError`, `DirectoryInUse`, `ServiceDirectory.Unusable` if the data directory
    ///   cannot be used.
    package init(configuration: ServiceConfiguration, logger: Logger, onFatal: @escaping @Sendable (any Error) -> Void)
        throws
    {
        MemoryTrimmer.prepareProcess()
        opened = try OpenedDirectory(configuration, logger)
        let place = opened.place
        self.configuration = configuration
        self.logger = logger
        self.onFatal = onFatal
        store = opened.store
        directory = ModelDirectory(root: place.models)
        metrics = ServiceMetrics()
        offload = WorkQueue(name: "work", threads: Self.smallWorkThreads, isPrompt: true)
        bodies = WorkQueue(name: "bodies", threads: Self.largeWorkThreads, niceness: Self.largeWorkNiceness)
        budget = MemoryBudget(sizeBytesMax: configuration.limits.requestMemoryBytesMax) { [trimmer] in
            trimmer.noteFreed($0)
        }
        models = ModelStore(
            store: store, directory: directory, offload: offload,
            loading: WorkQueue(name: "models", threads: Self.loadingThreads), limits: configuration.limits,
            pool: ComputePool(threads: configuration.predictionThreads), trimmer: trimmer)
        try Self.compare(store, directory, models, logger)
        sessionParts = try SessionParts(
            store: store,
            stateKeys: StateKeys(
                path: configuration.stateKeysFile.isEmpty ? place.stateKeys : configuration.stateKeysFile,
                isReadOnly: configuration.stateKeysFile.isEmpty && store.isReadOnly),
            reserve: place.reserve, limits: configuration.limits.sessions, offload: offload)
        modelService = ModelService(
            store: store, models: models, directory: directory, sessions: sessionParts, limits: configuration.limits,
            reserve: place.reserve)
        evaluationPool = ComputePool(threads: configuration.predictionThreads, niceness: Self.largeWorkNiceness)
        engine = PredictionEngine(
            threads: configuration.predictionThreads, limits: configuration.limits, metrics: metrics, logger: logger)
        services = JobServices(
            store: store, data: TrainingDataFiles(directory: place), checkpoints: CheckpointFiles(directory: place),
            models: directory,
            signal: ChangeSignal(), metrics: metrics,
            history: TrainingHistory(directory: place, threads: configuration.trainingThreads), trimmer: trimmer,
            reserve: place.reserve, retention: configuration.limits.retention
        ) { [models] in models.warm(name: $0, version: $1) }
        runner = JobRunner(
            services: services, threads: configuration.trainingThreads, attemptsMax: configuration.limits.attemptsMax,
            niceness: configuration.trainingNiceness, logger: logger, onFatal: onFatal)
        caretaker = Caretaker(
            services: services,
            versions: VersionRetention(
                store: store, models: modelService, retention: configuration.limits.retention, logger: logger),
            sessions: sessionParts, probe: opened.probe, everySeconds: Self.careSeconds, logger: logger,
            onFatal: onFatal)
        watch = DirectoryWatch(opened, logger: logger, onFatal: onFatal)
        submission = JobSubmission(services: services, runner: runner, limits: configuration.limits)
        control = JobControl(services: services, runner: runner)
    }

    /// Says what database and folders do not agree on, and what cannot be compared or written: reading goes on.
    private static func compare(
        _ store: any RecordStore, _ directory: ModelDirectory, _ models: ModelStore, _ logger: Logger
    ) throws {
        do {
            let comparison = try StoreComparison(store: store, directory: directory)
            for line in comparison.lines { logger.error("\(line)") }
            models.note(comparison)
            if !store.isReadOnly { try comparison.keepNumbers(in: store) }
        } catch {
            logger.error("database and folders were not compared", metadata: ["error": "\(error)"])
            guard store.fault != nil else { throw error }
        }
    }

    /// How far its life has come; `GET /readyz` answers by it.
    package var phase: Phase { phaseState.withLock { $0 } }

    /// Whether it serves what there is, and takes no changes.
    package var isReadOnly: Bool { store.isReadOnly }

    /// Before a request that may change something.
    ///
    /// - Throws: `ServiceError.servesOnly`.
    package func checkTakesChanges() throws(ServiceError) { if isReadOnly { throw .servesOnly } }

    /// Takes back the jobs of dead processes and begins to run the queue.
    package func start() {
        if !isReadOnly {
            runner.start()
            caretaker.start()
            watch.start()
        }
        phaseState.withLock { $0 = .ready }
    }

    /// Takes back the jobs of dead processes without running them, so that what is shown is true.
    package func rescueJobs() throws { if !isReadOnly { try runner.rescue() } }

    /// Not ready any more; the running job saves a checkpoint and goes back to the queue; event streams end.
    package func beginStop() {
        phaseState.withLock { $0 = .stopping }
        runner.stop()
        services.signal.notify()
    }

    /// Ends streams of predictions with their last event (`"reason": "cancelled"`). Whole answers go on.
    package func cancelStreams() { engine.cancelStreams() }

    /// Waits for the running job's checkpoint and ends the threads.
    package func stop() async {
        beginStop()
        await withCheckedContinuation { continuation in
            // A thread of its own: joining blocks.
            _ = WorkerThread(name: "stop") { [runner, engine, caretaker, watch, sessionParts, isReadOnly] in
                runner.join()
                engine.stop()
                sessionParts.writer.stop()
                watch.stop()
                if !isReadOnly { caretaker.stop() }
                continuation.resume()
            }
        }
    }

    /// Hears of every error that a client is answered: after some the process must not go on.
    package func note(_ error: any Error) {
        if (error as? StoreError)?.isFatal == true { onFatal(error) }
        if ((error as? StoreError)?.obstacle ?? (error as? FileError)?.obstacle) != nil { caretaker.hurry() }
    }
}

/// What clients may ask for: values in, values out.
extension Service {
    /// Training jobs.
    package var jobs: JobService {
        JobService(
            submission: submission, control: control,
            feed: JobEventFeed(services: services, offload: offload) { [weak self] in
                self.map { $0.phase == .stopping } ?? true
            })
    }

    /// Answers of models.
    package var predictions: PredictionService {
        PredictionService(models: models, engine: engine, budget: budget, limits: configuration.limits)
    }

    /// State that stays between requests.
    package var sessions: SessionService {
        SessionService(
            predictions: predictions, store: store, table: sessionParts.table, writer: sessionParts.writer,
            keys: sessionParts.keys, offload: offload, room: sessionParts.room, limits: configuration.limits)
    }

    /// Measures models on new data.
    var evaluations: EvaluationService {
        EvaluationService(parents: services.parents, pool: evaluationPool, limits: configuration.limits)
    }

    /// What takes how much room.
    package var usage: UsageService {
        UsageService(place: ServiceDirectory(root: configuration.dataDirectory), store: store)
    }

    /// Copies of everything.
    package var backups: BackupService {
        BackupService(place: ServiceDirectory(root: configuration.dataDirectory), slots: backupSlots)
    }

    /// What is counted and measured.
    package var readings: MetricsService {
        MetricsService(
            store: store, metrics: metrics, engine: engine, models: models, sessions: sessionParts,
            reserve: services.reserve)
    }

    /// - Throws: `ServiceError.unavailable` before the start while it stops, and when nothing can be recorded
    ///   any more.
    package func checkReady() throws(ServiceError) {
        switch phase {
        case .ready:
            if isReadOnly { return try checkStore() }
            if services.reserve.isDiskFull || opened.probe.fault?.isDiskFull == true {
                throw .unavailable(
                    "the disk of the data directory is full, or its quota used up: delete jobs, versions, other files"
                )
            }
            if opened.probe.fault != nil {
                throw .unavailable("the data directory cannot be written: nothing new is recorded until it can be")
            }
            try checkStore()
        case .starting: throw .unavailable("the server is starting")
        case .stopping: throw .unavailable("the server is stopping")
        }
    }

    private func checkStore() throws(ServiceError) {
        guard let fault = store.fault else { return }
        // A write in the background may have found it out, which nobody was waiting for.
        if fault.isFatal { onFatal(fault) }
        throw .unavailable(
            fault.isDamage
                ? "the database is damaged: nothing new is recorded, what can be read is served"
                : "the disk failed: nothing new is recorded until the next start")
    }
}
