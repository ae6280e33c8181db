package import SequenceModels
package import Store
import Synchronization
import System

/// A step of a session under way: its session is nobody else's until it is recorded or abandoned.
package final class SessionRun: Sendable {
    /// What the model computes.
    package let run: PredictionRun
    /// What was asked.
    package let question: SessionQuestion
    private let before: SessionTable.Standing
    private let table: SessionTable
    private let writer: SessionWriter
    private let room: SessionRoom
    private let key: (text: String, digest: String)?
    private let isOver = Mutex(false)

    init(
        run: PredictionRun, question: SessionQuestion, before: SessionTable.Standing, table: SessionTable,
        writer: SessionWriter, room: SessionRoom, key: (text: String, digest: String)?
    ) {
        self.run = run
        self.question = question
        self.before = before
        self.table = table
        self.writer = writer
        self.room = room
        self.key = key
    }

    deinit {
        run.cancel()
        abandon()
    }

    /// The session as the step found it.
    package var found: SessionRecord { before.record }

    /// Whether the answer has a prediction: one was asked for, or something is told of what was read.
    package var isPredicting: Bool {
        question.wantsPrediction || run.task != .languageModel || question.question.options.echo == true
    }

    /// The session behind the step, once its steps are read (`PredictionRun.kept`); not recorded yet.
    ///
    /// - Throws: `ServiceError.failed` when nothing was kept.
    package func reached() throws -> SessionRecord {
        guard let kept = run.kept else { throw ServiceError.failed("a step of \(before.record.id) kept no state") }
        var record = before.record
        do throws(StreamStateError) { record.steps = try kept.sessionSteps() } catch {
            throw ServiceError.failed("a step of \(before.record.id) kept no sound state: \(error)")
        }
        // A step is never recorded as what it found: time goes on.
        record.steppedAtMs = max(Clock.wallMilliseconds(), before.record.steppedAtMs + 1)
        record.stateSizeBytes = kept.bytes.count
        return record
    }

    /// Records the session as the step has left it, and gives it back.
    ///
    /// - Parameters:
    ///   - reached: as `reached` told.
    ///   - answer: the body, to be answered again to the same key; nil where it is too long to be kept.
    /// - Throws: `StoreError` when nothing was recorded: the session is as before.
    package func finish(_ reached: SessionRecord, answer: String? = nil) async throws {
        try await withCheckedThrowingContinuation { continuation in
            record(reached, answer: answer) { continuation.resume(with: $0) }
        }
    }

    /// Computes and records the step, and gives its answer. The thread that has computed it hands it to the writer
    /// itself: whoever waits is woken once, by the writer.
    ///
    /// - Throws: as `PredictionRun.answers` and `finish`. A task that is cancelled before the step is computed drops
    ///   it.
    package func recorded() async throws -> (answer: any Prediction, session: SessionRecord) {
        let outcome = StepOutcome<(answer: any Prediction, session: SessionRecord)>()
        run.whenFinished { [self] result in
            guard outcome.begin() else { return abandon() }
            do {
                let answer = try result.get(), reached = try reached()
                record(reached, answer: nil) { result in outcome.resolve(result.map { (answer, reached) }) }
            } catch {
                outcome.resolve(.failure(error))
            }
        }
        return try await withTaskCancellationHandler {
            try await outcome.value
        } onCancel: {
            if outcome.cancel() { run.cancel() }
        }
    }

    /// - Parameter done: hears on the writer's thread, or at once, what `finish` would throw.
    private func record(
        _ reached: SessionRecord, answer: String?, done: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        guard let kept = run.kept else {
            return done(.failure(ServiceError.failed("a step of \(before.record.id) kept no state")))
        }
        let isMoved = reached.steps != before.record.steps || kept != before.state
        guard isMoved || key != nil || renews(reached) else {
            abandon()
            return done(.success(()))
        }
        let keyed = key.map { SessionAnswer(key: $0.text, requestDigest: $0.digest, answer: answer) }
        writer.record(.step(reached, from: before.record, state: kept.bytes, answer: keyed)) { [self] result in
            switch result {
            case .success(let record):
                room.change(by: kept.bytes.count - before.state.bytes.count)
                end(SessionTable.Standing(record: record, state: kept))
                done(.success(()))
            case .failure(StoreError.sessionMoved):
                // It was deleted or has expired while its step was under way.
                end(nil)
                done(.failure(ServiceError.gone(StoreError.unknownSession(id: before.record.id).description)))
            case .failure(let error): done(.failure(error))
            }
        }
    }

    /// Whether a step that moved nothing is recorded all the same, as a use: not each, which would sync for every
    /// prediction, but so often that a session in use does not expire.
    private func renews(_ reached: SessionRecord) -> Bool {
        reached.steppedAtMs - before.record.steppedAtMs > before.record.expiresAfterMs / Self.renewalsPerExpiry
    }

    private static let renewalsPerExpiry: Int64 = 8

    /// Gives the session back as it was. Idempotent.
    package func abandon() { end(before) }

    private func end(_ standing: SessionTable.Standing?) {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        if isFirst { table.release(before.record.id, standing) }
    }
}
