extension Database: SessionRows {
    private static let columns = """
        SELECT s.id, s.ordinal, s.tenant, s.model, s.version, s.created_at_ms, s.expires_after_ms, s.ends_at_ms,
            t.stepped_at_ms, t.steps, length(t.state), s.metadata
        FROM sessions AS s JOIN session_states AS t USING (ordinal)
        """

    func session(_ id: String) throws(StoreError) -> SessionRecord? {
        try query(Self.columns + " WHERE s.id = ?", [.text(id)]) { SessionRecord(row: $0) }.first
    }

    func state(of session: SessionRecord) throws(StoreError) -> [UInt8] {
        try query("SELECT state FROM session_states WHERE ordinal = ?", [.integer(session.ordinal)]) { $0.bytes(0) }
            .first ?? []
    }

    func insert(_ session: SessionRecord, state: [UInt8]) throws(StoreError) -> Int64 {
        try execute(
            """
            INSERT INTO sessions (id, tenant, model, version, created_at_ms, expires_after_ms, ends_at_ms, due_at_ms,
                metadata)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(session.id), .text(session.tenant), .text(session.model), SQLValue(session.version),
                .integer(session.createdAtMs), .integer(session.expiresAfterMs), .integer(session.endsAtMs),
                .integer(session.expiresAtMs), .text(session.metadata),
            ])
        let ordinal = lastInsertID
        try execute(
            "INSERT INTO session_states (ordinal, stepped_at_ms, steps, state) VALUES (?, ?, ?, ?)",
            [.integer(ordinal), .integer(session.steppedAtMs), SQLValue(session.steps), SQLValue(state)])
        return ordinal
    }

    func saveStep(
        _ session: SessionRecord, from before: SessionRecord, state: [UInt8]
    ) throws(StoreError) -> Bool {
        try execute(
            """
            UPDATE session_states SET stepped_at_ms = ?, steps = ?, state = ?
            WHERE ordinal = ? AND stepped_at_ms = ? AND steps = ?
            """,
            [
                .integer(session.steppedAtMs), SQLValue(session.steps), SQLValue(state), .integer(session.ordinal),
                .integer(before.steppedAtMs), SQLValue(before.steps),
            ])
        return changes > 0
    }

    func saveVersion(_ session: SessionRecord) throws(StoreError) {
        try execute(
            "UPDATE sessions SET model = ?, version = ? WHERE ordinal = ?",
            [.text(session.model), SQLValue(session.version), .integer(session.ordinal)])
    }

    func setDue(_ session: SessionRecord, atMs: Int64) throws(StoreError) {
        try execute(
            "UPDATE sessions SET due_at_ms = ? WHERE ordinal = ?", [.integer(atMs), .integer(session.ordinal)])
    }

    /// Its state and its answers go with it (ON DELETE CASCADE).
    func deleteSession(_ session: SessionRecord) throws(StoreError) {
        try execute("DELETE FROM sessions WHERE ordinal = ?", [.integer(session.ordinal)])
    }

    func sessions(_ filter: SessionFilter) throws(StoreError) -> [SessionRecord] {
        var conditions = ["min(t.stepped_at_ms + s.expires_after_ms, s.ends_at_ms) > ?"]
        var values: [SQLValue] = [.integer(filter.nowMs)]
        if let model = filter.model {
            conditions.append("s.model = ?")
            values.append(.text(model))
        }
        if let before = filter.before {
            conditions.append("s.ordinal < ?")
            values.append(.integer(before))
        }
        if case .tenant(let tenant) = filter.scope {
            conditions.append("s.tenant = ?")
            values.append(.text(tenant))
        }
        let sql =
            Self.columns + " WHERE " + conditions.joined(separator: " AND ") + " ORDER BY s.ordinal DESC LIMIT ?"
        return try query(sql, values + [SQLValue(filter.limit)]) { SessionRecord(row: $0) }
    }

    func sessions(after ordinal: Int64, limit: Int) throws(StoreError) -> [SessionRecord] {
        try query(
            Self.columns + " WHERE s.ordinal > ? ORDER BY s.ordinal LIMIT ?", [.integer(ordinal), SQLValue(limit)]
        ) { SessionRecord(row: $0) }
    }

    func dueSessions(beforeMs: Int64, limit: Int) throws(StoreError) -> [SessionRecord] {
        try query(
            Self.columns + " WHERE s.due_at_ms <= ? ORDER BY s.due_at_ms LIMIT ?",
            [.integer(beforeMs), SQLValue(limit)]
        ) { SessionRecord(row: $0) }
    }

    func sessionTotals() throws(StoreError) -> SessionTotals {
        try query("SELECT count(*), total(length(state)) FROM session_states") {
            SessionTotals(count: $0.int(0) ?? 0, stateSizeBytes: $0.int(1) ?? 0)
        }.first ?? SessionTotals(count: 0, stateSizeBytes: 0)
    }

    func sessionCount(of model: String, version: Int?) throws(StoreError) -> Int {
        try query(
            "SELECT count(*) FROM sessions WHERE model = ?1 AND (?2 IS NULL OR version = ?2)",
            [.text(model), SQLValue(version)]
        ) { $0.int(0) ?? 0 }.first ?? 0
    }

    func deleteSessions(of model: String, version: Int?) throws(StoreError) {
        try execute(
            "DELETE FROM sessions WHERE model = ?1 AND (?2 IS NULL OR version = ?2)",
            [.text(model), SQLValue(version)])
    }

    func answer(to key: String, of session: SessionRecord) throws(StoreError) -> SessionAnswer? {
        try query(
            "SELECT request_digest, answer FROM session_answers WHERE ordinal = ? AND idempotency_key = ?",
            [.integer(session.ordinal), .text(key)]
        ) { SessionAnswer(key: key, requestDigest: $0.text(0) ?? "", answer: $0.text(1)) }.first
    }

    func keep(_ answer: SessionAnswer, of session: SessionRecord, countMax: Int) throws(StoreError) {
        try execute(
            "INSERT INTO session_answers (ordinal, idempotency_key, request_digest, answer) VALUES (?, ?, ?, ?)",
            [
                .integer(session.ordinal), .text(answer.key), .text(answer.requestDigest), SQLValue(answer.answer),
            ])
        try execute(
            """
            DELETE FROM session_answers WHERE ordinal = ?1 AND id NOT IN (
                SELECT id FROM session_answers WHERE ordinal = ?1 ORDER BY id DESC LIMIT ?2)
            """, [.integer(session.ordinal), SQLValue(countMax)])
    }
}

extension SessionRecord {
    /// As `columns` lists them.
    fileprivate init(row: Row) {
        self.init(
            id: row.text(0) ?? "", tenant: row.text(2) ?? "", model: row.text(3) ?? "", version: row.int(4) ?? 0,
            createdAtMs: row.int64(5) ?? 0, expiresAfterMs: row.int64(6) ?? 0, endsAtMs: row.int64(7) ?? 0,
            steppedAtMs: row.int64(8) ?? 0, steps: row.int(9) ?? 0, metadata: row.text(11) ?? "")
        ordinal = row.int64(1) ?? 0
        stateSizeBytes = row.int(10) ?? 0
    }
}
