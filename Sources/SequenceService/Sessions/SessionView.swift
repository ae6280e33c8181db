package import SequenceModels
package import Store

/// A session as clients see it.
package struct SessionView: Sendable {
    /// As the store has it.
    package let record: SessionRecord
    /// What its version does; nil where that is damaged.
    package let task: TaskKind?

    /// A session with what is known of its version.
    package init(record: SessionRecord, task: TaskKind?) {
        self.record = record
        self.task = task
    }
}

extension SessionService {
    /// A session with its task.
    func view(of session: SessionRecord) async throws -> SessionView {
        let task = try await offload.run { [self] in taskKind(of: session.model, session.version) }
        return SessionView(record: session, task: task)
    }

    /// Sessions with their tasks; the row of each version is read once, and no file is opened. It blocks.
    func views(of sessions: [SessionRecord]) -> [SessionView] {
        var tasks: [String: TaskKind?] = [:]
        return sessions.map { session in
            let version = "\(session.model)@\(session.version)"
            let task = tasks[version] ?? taskKind(of: session.model, session.version)
            tasks[version] = .some(task)
            return SessionView(record: session, task: task)
        }
    }

    /// nil of a version that is damaged: also where its row no longer reads, for the session itself still does.
    private func taskKind(of model: String, _ version: Int) -> TaskKind? {
        guard predictions.models.damage(of: model, version) == nil,
            let record = try? store.version(model, version), record.damage == nil
        else { return nil }
        return VersionInfo(record: record).task
    }
}
