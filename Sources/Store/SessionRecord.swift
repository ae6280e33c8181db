/// Recurrent state that stays: which version a session stands on, and how long it is kept. Its state is beside it.
package struct SessionRecord: Sendable, Equatable {
    /// `ses_` and a ULID.
    package let id: String
    /// Its place in the order of creation; 0 before it is stored.
    package var ordinal: Int64 = 0
    /// Whose it is.
    package let tenant: String
    /// The model's name.
    package var model: String
    /// Its version; sessions stay on theirs.
    package var version: Int
    /// When it was created.
    package let createdAtMs: Int64
    /// Without a step for so long it is forgotten.
    package var expiresAfterMs: Int64
    /// When it is forgotten whatever happens.
    package var endsAtMs: Int64
    /// When it was last stepped, or created.
    package var steppedAtMs: Int64
    /// Steps that were read.
    package var steps: Int
    /// Bytes of its state; 0 before anything was read.
    package var stateSizeBytes = 0
    /// The client's own, as a JSON object.
    package let metadata: String

    /// A session as it is to be stored.
    package init(
        id: String, tenant: String, model: String, version: Int, createdAtMs: Int64, expiresAfterMs: Int64,
        endsAtMs: Int64, steppedAtMs: Int64, steps: Int, metadata: String
    ) {
        self.id = id
        self.tenant = tenant
        self.model = model
        self.version = version
        self.createdAtMs = createdAtMs
        self.expiresAfterMs = expiresAfterMs
        self.endsAtMs = endsAtMs
        self.steppedAtMs = steppedAtMs
        self.steps = steps
        self.metadata = metadata
    }

    /// When it is forgotten unless it is stepped before.
    package var expiresAtMs: Int64 {
        let (idle, overflows) = steppedAtMs.addingReportingOverflow(expiresAfterMs)
        return overflows ? endsAtMs : min(idle, endsAtMs)
    }
}

/// Which sessions a page shows.
package struct SessionFilter: Sendable {
    /// nil: of every model.
    package var model: String?
    /// Only sessions created before this one, which exists.
    package var before: Int64?
    /// Whose sessions.
    package var scope: Scope
    /// Sessions at most.
    package var limit: Int
    /// Those that have expired by then are left out.
    package var nowMs: Int64

    /// The newest sessions of a scope.
    package init(model: String? = nil, before: Int64? = nil, scope: Scope, limit: Int, nowMs: Int64) {
        self.model = model
        self.before = before
        self.scope = scope
        self.limit = limit
        self.nowMs = nowMs
    }
}

/// What all sessions take.
package struct SessionTotals: Sendable, Equatable {
    /// Sessions.
    package var count: Int
    /// Bytes of their states.
    package var stateSizeBytes: Int

    /// As the members say.
    package init(count: Int, stateSizeBytes: Int) {
        self.count = count
        self.stateSizeBytes = stateSizeBytes
    }
}

/// What a step with an idempotency key was answered.
package struct SessionAnswer: Sendable, Equatable {
    /// The client's.
    package var key: String
    /// Of the request that had it.
    package var requestDigest: String
    /// The body of the answer; nil where it was too long to be kept.
    package var answer: String?

    /// As the members say.
    package init(key: String, requestDigest: String, answer: String?) {
        self.key = key
        self.requestDigest = requestDigest
        self.answer = answer
    }
}
