// What a store has to keep and to find again: rows, and nothing of what they mean. The rules above them are written
// once, in the extensions of `JobStore`, `EventStore`, `VersionStore` and `NameStore`.

/// The rows of jobs, in their order of acceptance.
package protocol JobRows {
    /// The job with this id; nil when there is none. Inside `write` nobody else changes it until the end.
    func job(_ id: String) throws(StoreError) -> JobRecord?

    /// The job of a tenant that came with this key; nil when there is none.
    func job(idempotencyKey: String, of tenant: String) throws(StoreError) -> JobRecord?

    /// Adds a job behind all others. Its id is new, and so is its key within its tenant.
    func insert(_ job: JobRecord) throws(StoreError)

    /// Replaces what varies in a job that is there.
    func save(_ job: JobRecord) throws(StoreError)

    /// Jobs, newest first.
    func jobs(_ filter: JobFilter) throws(StoreError) -> [JobRecord]

    /// The oldest queued job; nil when none waits. Inside `write` no other process gets it too.
    func oldestQueuedJob() throws(StoreError) -> JobRecord?

    /// All running jobs, oldest first.
    func runningJobs() throws(StoreError) -> [JobRecord]

    /// How many jobs wait.
    func queuedCount() throws(StoreError) -> Int

    /// 1 for the oldest queued job; jobs that are unknown or not queued are absent.
    func queuePositions(of ids: [String]) throws(StoreError) -> [String: Int]

    /// How many jobs are in each status (statuses without jobs are absent).
    func jobCounts() throws(StoreError) -> [JobStatus: Int]

    /// The data files of all jobs that are not finished, or have failed since a time.
    func neededData(failedSinceMs: Int64) throws(StoreError) -> Set<String>

    /// Whether a data file is among `neededData`.
    func needsData(_ name: String, failedSinceMs: Int64) throws(StoreError) -> Bool

    /// Jobs that may have files: those that are not finished, and those that failed.
    func fileOwners() throws(StoreError) -> [JobFileOwner]

    /// How many jobs of a model are not finished.
    func unfinishedCount(of model: String) throws(StoreError) -> Int

    /// Finished jobs that ended before a time, and of the others the oldest beyond a number; the oldest first, at most
    /// `limit`.
    func expiredJobs(endedBeforeMs: Int64, keeping count: Int, limit: Int) throws(StoreError) -> [JobRecord]

    /// Removes a job with its events.
    func deleteJob(_ id: String) throws(StoreError)
}

/// A job, as far as its files have to be found.
package struct JobFileOwner: Sendable, Equatable {
    /// Names its directory of checkpoints.
    package let id: String
    /// Whose they are.
    package let tenant: String
    /// Name of the file with its training data.
    package let data: String

    /// As a job has them.
    package init(id: String, tenant: String, data: String) {
        self.id = id
        self.tenant = tenant
        self.data = data
    }
}

/// Which jobs a page shows.
package struct JobFilter: Sendable {
    /// nil: in any status.
    package var status: JobStatus?
    /// nil: of every name.
    package var model: String?
    /// Only jobs that were accepted before this one, which exists.
    package var before: String?
    /// Whose jobs.
    package var scope: Scope
    /// Jobs at most.
    package var limit: Int
}

/// The rows of events, numbered over all jobs.
package protocol EventRows {
    /// Adds an event of a job that is there.
    ///
    /// - Returns: its id, higher than all before, also than those that are gone.
    @discardableResult
    func appendEvent(_ jobID: String, atMs: Int64, json: String) throws(StoreError) -> Int64

    /// Events of a job with an id above `after`, oldest first, at most `limit`.
    func events(_ jobID: String, after: Int64, limit: Int) throws(StoreError) -> [EventRecord]

    /// How many events a job has.
    func eventCount(of jobID: String) throws(StoreError) -> Int

    /// Removes every second event of a job whose JSON begins with `prefix`, the newest not.
    func thinEvents(_ jobID: String, beginningWith prefix: String) throws(StoreError)

    /// Events of a job whose JSON begins with `prefix`, oldest first.
    func events(_ jobID: String, beginningWith prefix: String) throws(StoreError) -> [EventRecord]
}

/// The rows of versions, of their counters, and of labels.
package protocol VersionRows {
    /// Takes the next number of a model, from 1. None comes twice, not even after the model is gone.
    func takeNextVersion(of model: String) throws(StoreError) -> Int

    /// Raises the next number of a model to this one, if it is lower.
    ///
    /// - Returns: whether it was lower.
    func raiseNextVersion(of model: String, to version: Int) throws(StoreError) -> Bool

    /// Remembers that files of a version may be there that has no row.
    func addLeftover(_ version: Int, of model: String, atMs: Int64) throws(StoreError)

    /// Forgets that; one that is not remembered is fine.
    func removeLeftover(_ version: Int, of model: String) throws(StoreError)

    /// Those remembered before a time, but for numbers that unfinished jobs have reserved.
    func leftovers(beforeMs: Int64) throws(StoreError) -> [(model: String, version: Int)]

    /// The numbers that unfinished jobs will give their versions.
    func reservedVersions() throws(StoreError) -> [(model: String, version: Int)]

    /// Adds a version whose number is not there.
    func insertVersion(_ version: VersionRecord) throws(StoreError)

    /// Keeps what a check has found wrong with a version's files; nil takes it back.
    func setDamage(_ detail: String?, of model: String, _ version: Int) throws(StoreError)

    /// Removes a version and the labels at it; false when there was none.
    func deleteVersion(_ version: Int, of model: String) throws(StoreError) -> Bool

    /// Removes all versions and labels of a model; its counter stays.
    func deleteVersions(of model: String) throws(StoreError)

    /// The versions of a model, ascending.
    func versions(of model: String) throws(StoreError) -> [VersionRecord]

    /// The numbers of a model's versions, ascending.
    func versionNumbers(of model: String) throws(StoreError) -> [Int]

    /// How many versions a model has.
    func versionCount(of model: String) throws(StoreError) -> Int

    /// One version; nil when there is none.
    func version(_ version: Int, of model: String) throws(StoreError) -> VersionRecord?

    /// Whether there is such a version. Reads no more than it must.
    func hasVersion(_ version: Int, of model: String) throws(StoreError) -> Bool

    /// Names of all models with at least one version, ascending, with the tenant of each.
    func models() throws(StoreError) -> [(name: String, tenant: String)]

    /// The labels of a model with their versions.
    func labels(of model: String) throws(StoreError) -> [String: Int]

    /// The version at a label; nil when there is none.
    func version(at label: String, of model: String) throws(StoreError) -> Int?

    /// Makes a label point at a version, which is there.
    func setLabel(_ label: String, of model: String, to version: Int) throws(StoreError)

    /// Removes a label; false when there was none.
    func removeLabel(_ label: String, of model: String) throws(StoreError) -> Bool
}

/// The rows of names of models. They outlive the models.
package protocol NameRows {
    /// Who had the name last; "" for the unnamed tenant and for a name that nobody has had.
    func tenant(of model: String) throws(StoreError) -> String

    /// Gives the name to a tenant.
    func setTenant(_ tenant: String, of model: String) throws(StoreError)

    /// Whether a model has versions or unfinished jobs.
    func isInUse(_ model: String) throws(StoreError) -> Bool
}

/// The rows of sessions, in their order of creation.
package protocol SessionRows {
    /// The session with this id; nil when there is none.
    func session(_ id: String) throws(StoreError) -> SessionRecord?

    /// Where a session stands, as bytes.
    func state(of session: SessionRecord) throws(StoreError) -> [UInt8]

    /// Adds a session behind all others. Its id is new, and its version is there.
    ///
    /// - Returns: its place in the order.
    func insert(_ session: SessionRecord, state: [UInt8]) throws(StoreError) -> Int64

    /// Replaces what a step changes, time, steps and state, of a session that is still as it was read.
    ///
    /// - Returns: whether it was.
    func saveStep(
        _ session: SessionRecord, from before: SessionRecord, state: [UInt8]
    ) throws(StoreError) -> Bool

    /// Replaces the version of a session.
    func saveVersion(_ session: SessionRecord) throws(StoreError)

    /// Looks at a session again at a later time.
    func setDue(_ session: SessionRecord, atMs: Int64) throws(StoreError)

    /// Removes a session with its state and answers.
    func deleteSession(_ session: SessionRecord) throws(StoreError)

    /// Sessions, newest first.
    func sessions(_ filter: SessionFilter) throws(StoreError) -> [SessionRecord]

    /// Sessions behind one in the order of creation, the oldest first, at most `limit`.
    func sessions(after ordinal: Int64, limit: Int) throws(StoreError) -> [SessionRecord]

    /// Sessions to look at by this time, the earliest first, at most `limit`.
    func dueSessions(beforeMs: Int64, limit: Int) throws(StoreError) -> [SessionRecord]

    /// How many sessions there are, and the bytes of their states.
    func sessionTotals() throws(StoreError) -> SessionTotals

    /// How many sessions a version of a model has, or all of them.
    func sessionCount(of model: String, version: Int?) throws(StoreError) -> Int

    /// Removes the sessions of a version of a model, or of all of them.
    func deleteSessions(of model: String, version: Int?) throws(StoreError)

    /// What a step with a key was answered; nil when none had it.
    func answer(to key: String, of session: SessionRecord) throws(StoreError) -> SessionAnswer?

    /// Keeps an answer, and of a session no more than the newest.
    func keep(_ answer: SessionAnswer, of session: SessionRecord, countMax: Int) throws(StoreError)
}

/// All rows, as `TransactionalStore` hands them to one user at a time.
package protocol RecordTransaction: JobRows, EventRows, VersionRows, NameRows, SessionRows {}
