// Sessions: their rows change in groups, so that one sync of the disk serves many.

extension SessionStore {
    /// Answers that are kept of a session: a client repeats what it has sent last.
    private static var answersMax: Int { 16 }

    /// Records changes in one transaction. One that no longer fits what is there fails alone.
    ///
    /// - Parameter durable: false leaves it to a later transaction to sync it.
    /// - Returns: for each change the session as it is now, or why it was not made.
    /// - Throws: when nothing could be recorded.
    package func change(
        _ changes: [SessionChange], durable: Bool = true
    ) throws(StoreError) -> [Result<SessionRecord, StoreError>] {
        try write(durable: durable) { records throws(StoreError) in
            var results: [Result<SessionRecord, StoreError>] = []
            for change in changes { results.append(try records.result(of: change, answersMax: Self.answersMax)) }
            return results
        }
    }

    /// A session of the scope with its state; nil if there is none.
    package func session(_ id: String) throws(StoreError) -> (record: SessionRecord, state: [UInt8])? {
        try read { records throws(StoreError) in
            guard let record = try records.session(id) else { return nil }
            return (record, try records.state(of: record))
        }
    }

    /// A page of sessions, newest first, and whether there are more.
    ///
    /// - Parameter after: id of the last session of the page before.
    /// - Throws: `unknownSession` for an `after` that is not there.
    package func sessions(
        _ filter: SessionFilter, after: String?
    ) throws(StoreError) -> (sessions: [SessionRecord], hasMore: Bool) {
        try read { records throws(StoreError) in
            var wanted = filter
            if let after {
                guard let last = try records.session(after), filter.scope.contains(last.tenant) else {
                    throw .unknownSession(id: after)
                }
                wanted.before = last.ordinal
            }
            wanted.limit = filter.limit + 1
            let found = try records.sessions(wanted)
            return (Array(found.prefix(filter.limit)), found.count > filter.limit)
        }
    }

    /// What all sessions take.
    package func sessionTotals() throws(StoreError) -> SessionTotals {
        try read { records throws(StoreError) in try records.sessionTotals() }
    }

    /// What a step with a key was answered; nil when none had it.
    package func answer(to key: String, of session: SessionRecord) throws(StoreError) -> SessionAnswer? {
        try read { records throws(StoreError) in try records.answer(to: key, of: session) }
    }

    /// Forgets sessions that have expired, at most so many of those that are due, and says which.
    package func deleteExpiredSessions(nowMs: Int64, limit: Int) throws(StoreError) -> [SessionRecord] {
        try write { records throws(StoreError) in
            var gone: [SessionRecord] = []
            for session in try records.dueSessions(beforeMs: nowMs, limit: limit) {
                if session.expiresAtMs <= nowMs {
                    try records.deleteSession(session)
                    gone.append(session)
                } else {
                    try records.setDue(session, atMs: session.expiresAtMs)
                }
            }
            return gone
        }
    }
}

extension RecordTransaction {
    fileprivate func result(
        of change: SessionChange, answersMax: Int
    ) throws(StoreError) -> Result<SessionRecord, StoreError> {
        switch change {
        case .insert(var session, let state):
            guard try hasVersion(session.version, of: session.model) else {
                return .failure(.unknownVersion(model: session.model, version: session.version))
            }
            session.stateSizeBytes = state.count
            session.ordinal = try insert(session, state: state)
            return .success(session)
        case .step(var session, let before, let state, let answer):
            session.stateSizeBytes = state.count
            guard try saveStep(session, from: before, state: state) else {
                return .failure(.sessionMoved(id: session.id))
            }
            if let answer { try keep(answer, of: session, countMax: answersMax) }
            return .success(session)
        case .rebase(var session, let before, let state):
            guard try hasVersion(session.version, of: session.model) else {
                return .failure(.unknownVersion(model: session.model, version: session.version))
            }
            session.stateSizeBytes = state.count
            guard try saveStep(session, from: before, state: state) else {
                return .failure(.sessionMoved(id: session.id))
            }
            try saveVersion(session)
            return .success(session)
        case .delete(let session):
            guard try self.session(session.id) != nil else { return .failure(.unknownSession(id: session.id)) }
            try deleteSession(session)
            return .success(session)
        }
    }

    /// Forgets the sessions of a version, or refuses to.
    ///
    /// - Parameter version: nil for all of the model.
    /// - Throws: `sessionsOnVersion`.
    func releaseSessions(of model: String, version: Int?, deletes: Bool) throws(StoreError) {
        let count = try sessionCount(of: model, version: version)
        guard count > 0 else { return }
        guard deletes else { throw .sessionsOnVersion(model: model, version: version, count: count) }
        try deleteSessions(of: model, version: version)
    }
}
