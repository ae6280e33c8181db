import System

/// The tables, by version. A released step is never changed: a change is a new step at the end.
enum Schema {
    static let steps = [
        // 1
        """
        -- `ordinal` is the order of acceptance: of the queue, and of listings.
        CREATE TABLE jobs (
            ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            model TEXT NOT NULL,
            task TEXT NOT NULL,
            status TEXT NOT NULL
                CHECK (status IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
            created_at_ms INTEGER NOT NULL,
            started_at_ms INTEGER,
            finished_at_ms INTEGER,
            attempt INTEGER NOT NULL,
            settings TEXT NOT NULL,
            data TEXT NOT NULL,
            progress TEXT,
            metrics TEXT,
            result TEXT,
            error TEXT,
            metadata TEXT NOT NULL,
            version INTEGER,
            promote TEXT NOT NULL,
            cancel_requested INTEGER NOT NULL DEFAULT 0,
            pause_requested INTEGER NOT NULL DEFAULT 0,
            idempotency_key TEXT UNIQUE,
            request_digest TEXT NOT NULL,
            owner TEXT,
            reserved_version INTEGER,
            CHECK ((status = 'running') = (owner IS NOT NULL)),
            CHECK ((status = 'succeeded') = (version IS NOT NULL)),
            CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at_ms IS NOT NULL)),
            CHECK (status = 'running' OR (cancel_requested = 0 AND pause_requested = 0))
        ) STRICT;
        CREATE INDEX jobs_by_status ON jobs (status, ordinal);
        CREATE INDEX jobs_by_model ON jobs (model, ordinal);

        -- AUTOINCREMENT: an id that a client has seen is never given to another event.
        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id TEXT NOT NULL REFERENCES jobs (id),
            at_ms INTEGER NOT NULL,
            json TEXT NOT NULL
        ) STRICT;
        CREATE INDEX events_by_job ON events (job_id, id);

        -- The next version of a model; outlives its versions and the model itself.
        CREATE TABLE model_counters (
            model TEXT PRIMARY KEY,
            next_version INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE versions (
            model TEXT NOT NULL,
            version INTEGER NOT NULL,
            job_id TEXT,
            created_at_ms INTEGER NOT NULL,
            info TEXT NOT NULL,
            PRIMARY KEY (model, version)
        ) STRICT, WITHOUT ROWID;

        -- A label goes with the version it points at.
        CREATE TABLE labels (
            model TEXT NOT NULL,
            label TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (model, label),
            FOREIGN KEY (model, version) REFERENCES versions (model, version) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        """,
        // 2
        """
        -- Rescues since the job last saved a checkpoint.
        ALTER TABLE jobs ADD COLUMN idle_rescues INTEGER NOT NULL DEFAULT 0;
        """,
        // 3
        """
        -- The tenant that the job belongs to, '' for the unnamed one. (`owner` is the runner that holds the job.)
        ALTER TABLE jobs ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
        CREATE INDEX jobs_by_tenant ON jobs (tenant, ordinal);

        -- Whose the name of a model is, if not the unnamed tenant's. Like its counter it outlives the model.
        CREATE TABLE model_tenants (
            model TEXT PRIMARY KEY,
            tenant TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        // 4
        """
        -- Versions without a row that may have files: being imported or published, or being deleted.
        CREATE TABLE leftovers (
            model TEXT NOT NULL,
            version INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (model, version)
        ) STRICT, WITHOUT ROWID;
        """,
        // 5
        """
        -- What a check of the files found wrong; NULL: nothing, or nobody has looked.
        ALTER TABLE versions ADD COLUMN damage TEXT;
        """,
        // 6
        """
        -- What seldom changes of a session. `due_at_ms` is not after its end: whoever comes by then looks when it was
        -- last stepped, so that a step need not touch this row.
        CREATE TABLE sessions (
            ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            tenant TEXT NOT NULL,
            model TEXT NOT NULL,
            version INTEGER NOT NULL,
            created_at_ms INTEGER NOT NULL,
            expires_after_ms INTEGER NOT NULL,
            ends_at_ms INTEGER NOT NULL,
            due_at_ms INTEGER NOT NULL,
            metadata TEXT NOT NULL,
            FOREIGN KEY (model, version) REFERENCES versions (model, version)
        ) STRICT;
        CREATE INDEX sessions_by_version ON sessions (model, version, ordinal);
        CREATE INDEX sessions_by_tenant ON sessions (tenant, ordinal);
        CREATE INDEX sessions_by_due ON sessions (due_at_ms);

        -- What every step changes.
        CREATE TABLE session_states (
            ordinal INTEGER PRIMARY KEY REFERENCES sessions (ordinal) ON DELETE CASCADE,
            stepped_at_ms INTEGER NOT NULL,
            steps INTEGER NOT NULL,
            state BLOB NOT NULL
        ) STRICT;

        -- The last steps that came with a key, and what was answered.
        CREATE TABLE session_answers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            ordinal INTEGER NOT NULL REFERENCES sessions (ordinal) ON DELETE CASCADE,
            idempotency_key TEXT NOT NULL,
            request_digest TEXT NOT NULL,
            answer TEXT,
            UNIQUE (ordinal, idempotency_key)
        ) STRICT;
        """,
        // 7
        """
        -- Housekeeping asks all the time who has ended long ago and which data are needed: not by reading every job.
        CREATE INDEX jobs_by_end ON jobs (finished_at_ms) WHERE finished_at_ms IS NOT NULL;
        CREATE INDEX jobs_by_data ON jobs (data, status, finished_at_ms)
            WHERE status IN ('queued', 'running', 'paused', 'failed');
        """,
    ]

    /// Brings the file to the newest version, each step in a transaction with its number (`user_version`).
    ///
    /// A file of an earlier step is copied first, to `<path>.schema-<n>`, where it can be had again.
    static func migrate(_ database: Database, keepsCopy: Bool = true) throws(StoreError) {
        let found = try version(of: database)
        if keepsCopy, found > 0, found < steps.count {
            try keepCopy(of: database, as: "\(database.path).schema-\(found)")
        }
        while try version(of: database) < steps.count {
            try database.begin(durable: true)
            do throws(StoreError) {
                try migrateOneStep(database)
                try database.commit()
            } catch {
                database.rollback()
                throw error
            }
        }
    }

    private static func keepCopy(of database: Database, as path: String) throws(StoreError) {
        do throws(StoreError) {
            if !Files.exists(path) { try database.copy(to: path) }
        } catch .file(.alreadyExists) {
            // Another process was faster.
        }
    }

    private static func migrateOneStep(_ database: Database) throws(StoreError) {
        // Read again inside the transaction: another process may have been faster.
        let version = try version(of: database)
        guard version < steps.count else { return }
        try database.executeScript(steps[version])
        try database.executeScript("PRAGMA user_version = \(version + 1)")
    }

    static func version(of database: Database) throws(StoreError) -> Int {
        let version = try database.query("PRAGMA user_version") { $0.int(0) ?? 0 }.first ?? 0
        guard version <= steps.count else {
            throw .newerSchema(path: database.path, found: version, known: steps.count)
        }
        return max(version, 0)
    }
}
