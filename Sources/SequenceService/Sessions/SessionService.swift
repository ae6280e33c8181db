package import JSON
import ModelFiles
import SequenceModels
package import Store
import System

/// Sessions: recurrent state that stays, on disk, between requests.
///
/// A session belongs to one version of a model. Its state changes in one place only, when a step is recorded
/// (`SessionRun.finish`): a step that fails, is left or loses its server has changed nothing.
package struct SessionService: Sendable {
    let predictions: PredictionService
    let store: any SessionStore & VersionStore
    let table: SessionTable
    let writer: SessionWriter
    let keys: StateKeys
    let offload: WorkQueue
    let room: SessionRoom
    let limits: ServiceLimits
    private static let ids = JobID(prefix: "ses_")

    // MARK: Creation and end

    /// Creates a session, which has read its sequence when this returns.
    ///
    /// - Parameters:
    ///   - scope: whose models are seen, and whose the session is.
    ///   - queue: reads a long sequence; nil for a short one.
    /// - Throws: `ServiceError`, `Faults`, `StoreError`, `FileError`.
    package func create(
        _ creation: SessionCreation, in scope: Scope, for client: String, on queue: WorkQueue?
    ) async throws -> SessionView {
        let (model, token) = try await origin(of: creation, in: scope)
        try Self.checkKeeps(model)
        try room.check()
        var state = StreamState(bytes: token?.state ?? []), steps = token?.steps ?? 0
        if let question = creation.question {
            let run = try await start(
                SessionQuestion(question: question, advances: false, wantsPrediction: false), state, of: model,
                for: client, on: queue)
            _ = try await run.answers()
            guard let kept = run.kept else { throw ServiceError.failed("a new session kept no state") }
            (state, steps) = (kept, try kept.sessionSteps())
        }
        let now = Clock.wallMilliseconds(), name = model.document.name
        let tenant = try await offload.run { [store] in try store.tenant(newVersionOf: name, in: scope) }
        let record = SessionRecord(
            id: Self.ids.make(nowMs: now), tenant: tenant, model: name, version: model.document.version,
            createdAtMs: now,
            expiresAfterMs: Int64((creation.expiresAfterSeconds ?? limits.sessions.idleSeconds) * 1000),
            endsAtMs: now + Int64(limits.sessions.ageSecondsMax * 1000), steppedAtMs: now, steps: steps,
            metadata: creation.metadata.text)
        return SessionView(record: try await insert(record, state), task: model.form.task)
    }

    private func insert(_ record: SessionRecord, _ state: StreamState) async throws -> SessionRecord {
        try room.take(state.bytes.count)
        do {
            let stored = try await writer.record(.insert(record, state: state.bytes))
            table.add(SessionTable.Standing(record: stored, state: state))
            return stored
        } catch {
            room.giveBack(state.bytes.count)
            throw error
        }
    }

    /// The version that a new session is of, and what a state says that it begins with.
    private func origin(
        of creation: SessionCreation, in scope: Scope
    ) async throws -> (model: LoadedModel, token: StateToken?) {
        if let text = creation.state {
            let (model, token) = try await opened(text, in: scope)
            if let reference = creation.model {
                let asked = try await predictions.models.model(reference, in: scope)
                guard asked.identifier == model.identifier else {
                    throw ServiceError.invalid(
                        "/model", "the state is of \(model.identifier): leave the model out, or name that one")
                }
            }
            return (model, token)
        }
        guard let reference = creation.model else { throw ServiceError.invalid("/model", "required") }
        return (try await predictions.models.model(reference, in: scope), nil)
    }

    private static func checkKeeps(_ model: LoadedModel) throws(ServiceError) {
        if let reason = model.model.sessionRefusal { throw .conflict("\(model.identifier): \(reason)") }
    }

    /// A new session that stands where this one does.
    ///
    /// - Throws: `ServiceError`, `StoreError`.
    package func fork(_ id: String, metadata: JSONValue?, in scope: Scope) async throws -> SessionView {
        let source = try await table.standing(id, in: scope), now = Clock.wallMilliseconds()
        let record = SessionRecord(
            id: Self.ids.make(nowMs: now), tenant: source.record.tenant, model: source.record.model,
            version: source.record.version, createdAtMs: now, expiresAfterMs: source.record.expiresAfterMs,
            endsAtMs: now + Int64(limits.sessions.ageSecondsMax * 1000), steppedAtMs: now, steps: source.record.steps,
            metadata: metadata?.text ?? source.record.metadata)
        return try await view(of: insert(record, source.state))
    }

    /// Ends a session.
    ///
    /// - Throws: `ServiceError.conflict` while a step is under way; `.gone`, `StoreError`.
    package func delete(_ id: String, in scope: Scope) async throws {
        let standing = try await table.take(id, in: scope)
        do {
            _ = try await writer.record(.delete(standing.record))
        } catch StoreError.unknownSession {
            table.release(id, nil)
            throw ServiceError.gone(StoreError.unknownSession(id: id).description)
        } catch {
            table.release(id, standing)
            throw error
        }
        table.release(id, nil)
        room.giveBack(standing.state.bytes.count)
    }

    // MARK: Looking

    /// A session.
    ///
    /// - Throws: `ServiceError.gone`, `StoreError`.
    package func session(_ id: String, in scope: Scope) async throws -> SessionView {
        try await view(of: table.standing(id, in: scope).record)
    }

    /// A page of sessions, newest first. It blocks.
    ///
    /// - Throws: `StoreError.unknownSession` for an `after` that is not there.
    package func list(
        model: String?, after: String?, limit: Int, in scope: Scope
    ) throws -> (sessions: [SessionView], hasMore: Bool) {
        let page = try store.sessions(
            SessionFilter(model: model, scope: scope, limit: limit, nowMs: Clock.wallMilliseconds()), after: after)
        return (views(of: page.sessions), page.hasMore)
    }

    // MARK: Without a session

    /// Begins a prediction from a state that a client has carried here; `sealed` tells the next one.
    ///
    /// - Parameter question: its model may be nil; otherwise it must be the state's.
    /// - Throws: `ServiceError`, `Faults`, `StoreError`, `FileError`.
    package func predict(
        from text: String, _ question: PredictionQuestion, advances: Bool, in scope: Scope, for client: String,
        on queue: WorkQueue?
    ) async throws -> PredictionRun {
        let (model, token) = try await origin(
            of: SessionCreation(
                model: question.model, question: nil, state: text, expiresAfterSeconds: nil, metadata: [:]), in: scope)
        return try await start(
            SessionQuestion(question: question, advances: advances, wantsPrediction: true),
            StreamState(bytes: token?.state ?? []),
            of: model, for: client, on: queue)
    }

    // MARK: Steps

    /// Begins a step.
    ///
    /// - Parameters:
    ///   - key: by which a repeated step is known; with the digest of the request.
    ///   - queue: reads a long sequence; nil for a short one.
    /// - Throws: `ServiceError`, `Faults`, `StoreError`.
    package func step(
        _ id: String, _ question: SessionQuestion, key: (text: String, digest: String)?, in scope: Scope,
        for client: String, on queue: WorkQueue?
    ) async throws -> SessionStepRun {
        let standing = try await table.take(id, in: scope)
        do {
            if let key, let known = try await answer(to: key.text, of: standing.record) {
                table.release(id, standing)
                guard known.requestDigest == key.digest else {
                    throw ServiceError.keyReused("the key '\(key.text)' came before with another step of '\(id)'")
                }
                guard let answer = known.answer else {
                    throw ServiceError.conflict(
                        "the step with the key '\(key.text)' is done, and its answer was too long to be kept")
                }
                return .answered(answer)
            }
            let record = standing.record
            let model = try await predictions.models.model(name: record.model, version: record.version)
            let run = try await start(question, standing.state, of: model, for: client, on: queue)
            return .running(
                SessionRun(
                    run: run, question: question, before: standing, table: table, writer: writer, room: room, key: key))
        } catch {
            table.release(id, standing)
            throw error
        }
    }

    private func answer(to key: String, of session: SessionRecord) async throws -> SessionAnswer? {
        try await offload.run { [store] in try store.answer(to: key, of: session) }
    }

    private func start(
        _ asked: SessionQuestion, _ state: StreamState, of model: LoadedModel, for client: String, on queue: WorkQueue?
    ) async throws -> PredictionRun {
        var question = asked.question
        question.options.session = SessionStep(
            from: state.bytes.isEmpty ? nil : state, advances: asked.advances,
            predicts: asked.wantsPrediction)
        return try await predictions.start(question, of: model, for: client, on: queue)
    }

    /// Moves a session to another version, which reads a sequence in place of all that was read before.
    ///
    /// - Parameter question: what the new version reads; its model is the new one.
    /// - Throws: `ServiceError`, `Faults`, `StoreError`.
    package func rebase(
        _ id: String, _ question: PredictionQuestion, in scope: Scope, for client: String, on queue: WorkQueue?
    ) async throws -> SessionView {
        guard let reference = question.model else { throw ServiceError.invalid("/model", "required") }
        let model = try await predictions.models.model(reference, in: scope)
        try Self.checkKeeps(model)
        let standing = try await table.take(id, in: scope)
        do {
            let run = try await start(
                SessionQuestion(question: question, advances: false, wantsPrediction: false),
                StreamState(bytes: []), of: model, for: client, on: queue)
            _ = try await run.answers()
            guard let kept = run.kept else { throw ServiceError.failed("a step of \(id) kept no state") }
            var record = standing.record
            (record.model, record.version) = (model.document.name, model.document.version)
            record.steps = try kept.sessionSteps()
            record.steppedAtMs = max(Clock.wallMilliseconds(), record.steppedAtMs + 1)
            let stored = try await writer.record(.rebase(record, from: standing.record, state: kept.bytes))
            table.release(id, SessionTable.Standing(record: stored, state: kept))
            return SessionView(record: stored, task: model.form.task)
        } catch {
            table.release(id, standing)
            throw error
        }
    }
}
