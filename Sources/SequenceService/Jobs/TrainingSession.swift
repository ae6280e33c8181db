import JSON
import Logging
import SequenceModels
import Store
import Synchronization
import System

/// One run of one job as its trainer sees it: clock, listener, wishes, and a place for checkpoints.
///
/// THREADS: the trainer's thread calls the observer's functions; `clientWish` may be set from anywhere.
// SAFETY: the plain variables belong to the trainer's thread; what is shared is atomic or in a mutex.
final class TrainingSession: TrainingObserver, @unchecked Sendable {
    /// What the runner or a client wants of the run.
    enum Wish: Int, AtomicRepresentable {
        case none, cancel, pause
    }

    /// What a run writes beside its result.
    private enum Record: String { case checkpoint, event, progress }

    private static let progressSeconds = 0.5
    private static let metricsSeconds = 1.0
    private static let metricsSecondsMin = 0.02

    let jobID: String
    private let model: String
    private let tenant: String
    private let store: any JobStore & EventStore
    private let checkpoints: CheckpointFiles
    private let signal: ChangeSignal
    private let metrics: ServiceMetrics
    private let logger: Logger
    private let clientWish = Atomic<Wish>(.none)
    private let isStopping = Atomic<Bool>(false)
    private var last: TrainingReport?
    private var pace = TrainingPace()
    /// As events and progress name it; `training` before any other.
    private var phaseName = "training"
    /// The part of a small set that is held back now, from 1.
    private var fold: (number: Int, count: Int)?
    private var measuring: (done: Int, total: Int, since: Double)?
    /// Of the training that runs, and what others took; nil until it is prepared.
    private(set) var traits: TrainingTraits?
    private var history: TrainingHistory?
    private var progressAt = 0.0
    private var metricsAt = 0.0
    private var metricsStep = 0
    private var metricsEpoch = 0
    private var metricsValidation: Double?
    /// What could not be written the last time.
    private var failing: Set<Record> = []

    init(
        job: JobRecord, store: any JobStore & EventStore, checkpoints: CheckpointFiles, signal: ChangeSignal,
        metrics: ServiceMetrics,
        logger: Logger
    ) {
        jobID = job.id
        model = job.model
        tenant = job.tenant
        self.store = store
        self.checkpoints = checkpoints
        self.signal = signal
        self.metrics = metrics
        self.logger = logger
        apply(job)
    }

    // MARK: Wishes

    /// Takes over what clients want according to the job's record.
    func apply(_ job: JobRecord) {
        clientWish.store(job.cancelRequested ? .cancel : job.pauseRequested ? .pause : .none, ordering: .relaxed)
    }

    /// The process stops: save a checkpoint and come back.
    func stop() { isStopping.store(true, ordering: .relaxed) }

    func directive() -> TrainingDirective {
        switch clientWish.load(ordering: .relaxed) {
        case .cancel: .cancel
        case .pause: .pause
        case .none: isStopping.load(ordering: .relaxed) ? .pause : .proceed
        }
    }

    // MARK: Reports

    func nowSeconds() -> Double { Clock.monotonicSeconds() }

    func report(_ report: TrainingReport) {
        let now = nowSeconds()
        // The first report of a resumed run also counts what earlier runs learned from.
        if let last { metrics.trainedTokens.add(max(0, report.tokens - last.tokens)) }
        last = report
        pace.note(report.tokens, at: now)
        metrics.note(
            RunningTraining(
                model: model, tenant: tenant, trainLoss: report.trainLoss, validationLoss: report.validationLoss,
                gradientNorm: report.gradientNorm, progress: Double(report.step) / Double(max(1, report.steps)),
                tokensPerSecond: pace.tokensPerSecond))
        if let warning = report.warning {
            event(["type": "warning", "message": .string(warning), "step": .integer(report.step)])
        }
        if let picture = report.gradients { event(GradientEvents.json(picture, epoch: report.epoch)) }
        let isNews = report.epoch != metricsEpoch || report.validationLoss != metricsValidation
        if now - metricsAt >= (isNews ? Self.metricsSecondsMin : Self.metricsSeconds) { tellMetrics(report, now) }
        if now - progressAt >= Self.progressSeconds { tellProgress(report, now) }
    }

    func enter(_ phase: TrainingPhase) {
        switch phase {
        case .fold(let number, let count, let epochs):
            var members: JSONObject = ["type": "phase", "phase": "fold"]
            members.append("fold", .integer(number))
            members.append("folds", .integer(count))
            if let epochs { members.append("epochs", .integer(epochs)) }
            event(.object(members))
        case .refit(let epochs): event(["type": "phase", "phase": "refit", "epochs": .integer(epochs)])
        case .coolDown(let epochs): event(["type": "phase", "phase": "cooldown", "epochs": .integer(epochs)])
        case .measuring: event(["type": "phase", "phase": "measuring"])
        case .comparing: event(["type": "phase", "phase": "comparing"])
        }
        measuring = nil
        fold = nil
        if case .fold(let number, let count, _) = phase { fold = (number, count) }
        phaseName =
            switch phase {
            case .fold: "fold"
            case .refit: "refit"
            case .coolDown: "cooldown"
            case .measuring: "measuring"
            case .comparing: "comparing"
            }
    }

    func measured(_ progress: EvaluationBudget.Progress) {
        let now = nowSeconds()
        measuring = (progress.done, progress.total, measuring?.since ?? now)
        guard let last, now - progressAt >= Self.progressSeconds || progress.done == progress.total else { return }
        event([
            "type": "measuring", "cases_done": .integer(progress.done), "cases": .integer(progress.total),
        ])
        tellProgress(last, now)
    }

    /// Optimiser steps done, those of earlier runs included; nil if this run did none.
    var steps: Int? { last?.step }

    /// Tells what the throttles held back.
    func finishReporting() {
        guard let last else { return }
        if last.step != metricsStep { tellMetrics(last, nowSeconds()) }
        tellProgress(last, nowSeconds())
    }

    func save(_ checkpoint: Checkpoint) {
        do {
            try checkpoints.save(checkpoint, of: jobID)
            try store.noteCheckpoint(jobID)
            failing.remove(.checkpoint)
            metrics.checkpoints.add(1)
            event(["type": "checkpoint", "step": .integer(last?.step ?? 0), "epoch": .integer(last?.epoch ?? 0)])
        } catch {
            // The job can go on: only time is at risk, and the older checkpoint is whole.
            guard isNews(.checkpoint, error) else { return }
            event(["type": "warning", "message": "a checkpoint could not be written"])
        }
    }

    /// Appends an event and wakes its readers.
    func event(_ json: JSONValue) {
        do {
            try store.appendEvent(jobID, atMs: Clock.wallMilliseconds(), json: json.text)
            failing.remove(.event)
        } catch {
            _ = isNews(.event, error)
        }
        signal.notify()
    }

    /// Writes to the log that something could not be written: once, until it can be again. A full disk lasts.
    private func isNews(_ record: Record, _ error: any Error) -> Bool {
        guard failing.insert(record).inserted else { return false }
        logger.error(
            "\(record.rawValue) not written; told again once it has worked meanwhile",
            metadata: ["job": "\(jobID)", "error": "\(error)"])
        return true
    }

    private func tellMetrics(_ report: TrainingReport, _ now: Double) {
        metricsAt = now
        metricsStep = report.step
        metricsEpoch = report.epoch
        metricsValidation = report.validationLoss
        var metrics: JSONObject = [
            "type": "metrics", "step": .integer(report.step), "steps": .integer(report.steps),
            "epoch": .integer(report.epoch),
            "epochs": .integer(report.epochs),
            "train_loss": .number(report.trainLoss), "validation_loss": JSONValue(report.validationLoss),
            "learning_rate": .number(report.learningRate), "gradient_norm": .number(report.gradientNorm),
            "tokens_per_second": .number(report.tokensPerSecond.rounded()),
        ]
        let saturation = report.gateSaturation()
        if !saturation.isEmpty {
            metrics.append("gate_saturation", .numbers(saturation.map { ($0 * 10_000).rounded() / 10_000 }))
        }
        event(.object(metrics))
    }

    /// Before the training begins: what it is like, so that others tell when it will end.
    func expect(_ traits: TrainingTraits, of history: TrainingHistory) {
        self.traits = traits
        self.history = history
    }

    /// Until the end, at the pace so far: patience may end a training before its last step, and most often does.
    private func remainingSeconds(_ report: TrainingReport, _ now: Double) -> Double? {
        if let measuring, measuring.done > 0 {
            return (now - measuring.since) * Double(measuring.total - measuring.done) / Double(measuring.done)
        }
        guard let remaining = report.remainingSeconds, report.steps > report.step else {
            return report.remainingSeconds
        }
        guard phaseName == "training", let traits, let history, report.steps == traits.plannedSteps else {
            return remaining
        }
        let expected = history.expectedSteps(traits, done: report.step) - Double(report.step)
        return remaining * expected / Double(report.steps - report.step)
    }

    private func tellProgress(_ report: TrainingReport, _ now: Double) {
        progressAt = now
        var progress: JSONObject = [
            "phase": .string(phaseName), "epoch": .integer(report.epoch), "epochs": .integer(report.epochs),
            "step": .integer(report.step),
            "steps": .integer(report.steps), "tokens": .integer(report.tokens),
            "tokens_per_second": .number(report.tokensPerSecond.rounded()),
            "remaining_seconds": JSONValue(remainingSeconds(report, now)),
            "reported_at_ms": .integer(Int(Clock.wallMilliseconds())),
        ]
        if let fold {
            progress.append("fold", .integer(fold.number))
            progress.append("folds", .integer(fold.count))
        }
        if let measuring {
            progress.append("cases_done", .integer(measuring.done))
            progress.append("cases", .integer(measuring.total))
        }
        let losses: JSONValue = [
            "train_loss": .number(report.trainLoss), "validation_loss": JSONValue(report.validationLoss),
        ]
        do {
            apply(try store.updateProgress(jobID, progress: JSONValue.object(progress).text, metrics: losses.text))
            failing.remove(.progress)
        } catch {
            _ = isNews(.progress, error)
        }
    }
}
