import Store

/// The rows of a session.
struct MemorySession: Sendable {
    var record: SessionRecord
    var state: [UInt8]
    var dueAtMs: Int64
    var answers: [SessionAnswer] = []
}

extension MemoryTransaction {
    private func index(_ session: SessionRecord) -> Int? {
        tables.sessions.firstIndex { $0.record.ordinal == session.ordinal }
    }

    func session(_ id: String) -> SessionRecord? { tables.sessions.first { $0.record.id == id }?.record }
    func state(of session: SessionRecord) -> [UInt8] { index(session).map { tables.sessions[$0].state } ?? [] }

    func insert(_ session: SessionRecord, state: [UInt8]) -> Int64 {
        tables.lastSession += 1
        var record = session
        record.ordinal = tables.lastSession
        tables.sessions.append(MemorySession(record: record, state: state, dueAtMs: session.expiresAtMs))
        return record.ordinal
    }

    func saveStep(_ session: SessionRecord, from before: SessionRecord, state: [UInt8]) -> Bool {
        guard let index = index(session) else { return false }
        let now = tables.sessions[index].record
        guard now.steppedAtMs == before.steppedAtMs, now.steps == before.steps else { return false }
        tables.sessions[index].record.steppedAtMs = session.steppedAtMs
        tables.sessions[index].record.steps = session.steps
        tables.sessions[index].record.stateSizeBytes = state.count
        tables.sessions[index].state = state
        return true
    }

    func saveVersion(_ session: SessionRecord) {
        guard let index = index(session) else { return }
        tables.sessions[index].record.model = session.model
        tables.sessions[index].record.version = session.version
    }

    func setDue(_ session: SessionRecord, atMs: Int64) {
        if let index = index(session) { tables.sessions[index].dueAtMs = atMs }
    }

    func deleteSession(_ session: SessionRecord) {
        tables.sessions.removeAll { $0.record.ordinal == session.ordinal }
    }

    func sessions(_ filter: SessionFilter) -> [SessionRecord] {
        let found = tables.sessions.reversed().lazy.map(\.record).filter { session in
            filter.scope.contains(session.tenant) && filter.model.map { $0 == session.model } ?? true
                && filter.before.map { session.ordinal < $0 } ?? true && session.expiresAtMs > filter.nowMs
        }
        return Array(found.prefix(filter.limit))
    }

    func sessions(after ordinal: Int64, limit: Int) -> [SessionRecord] {
        Array(tables.sessions.map(\.record).filter { $0.ordinal > ordinal }.prefix(limit))
    }

    func dueSessions(beforeMs: Int64, limit: Int) -> [SessionRecord] {
        let due = tables.sessions.filter { $0.dueAtMs <= beforeMs }.sorted { $0.dueAtMs < $1.dueAtMs }
        return due.prefix(limit).map(\.record)
    }

    func sessionTotals() -> SessionTotals {
        SessionTotals(
            count: tables.sessions.count, stateSizeBytes: tables.sessions.reduce(0) { $0 + $1.state.count })
    }

    private func isOf(_ model: String, _ version: Int?, _ session: MemorySession) -> Bool {
        session.record.model == model && version.map { $0 == session.record.version } ?? true
    }

    func sessionCount(of model: String, version: Int?) -> Int {
        tables.sessions.count { isOf(model, version, $0) }
    }

    func deleteSessions(of model: String, version: Int?) {
        tables.sessions.removeAll { isOf(model, version, $0) }
    }

    func answer(to key: String, of session: SessionRecord) -> SessionAnswer? {
        index(session).flatMap { tables.sessions[$0].answers.first { $0.key == key } }
    }

    func keep(_ answer: SessionAnswer, of session: SessionRecord, countMax: Int) {
        guard let index = index(session) else { return }
        tables.sessions[index].answers = Array((tables.sessions[index].answers + [answer]).suffix(countMax))
    }
}
