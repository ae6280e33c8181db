package import System

/// Why the store refused or failed. Refusals leave no trace; after a failed write the caller must not go on as if it
/// had happened (see `isFatal`).
package enum StoreError: Error, Equatable, CustomStringConvertible {
    /// No job has this id.
    case unknownJob(id: String)
    case unknownModel(name: String)
    case unknownSession(id: String)
    /// A version that sessions stand on, which would be lost with it.
    case sessionsOnVersion(model: String, version: Int?, count: Int)
    /// The session has gone on, or away, since it was read.
    case sessionMoved(id: String)
    case unknownVersion(model: String, version: Int)
    /// The arrow does not exist in the diagram of `JobStatus`.
    case invalidTransition(id: String, from: JobStatus, action: String)
    /// The job is running, but for another process.
    case notRunner(id: String)
    /// The idempotency key was used before with a different request.
    case idempotencyConflict(key: String, jobID: String)
    /// A model or an unfinished job of another tenant has the name.
    case modelNameTaken(name: String)
    case queueFull(jobCountMax: Int)
    case tooManyLabels(model: String, countMax: Int)
    /// The file was written by a later version of the program.
    case newerSchema(path: String, found: Int, known: Int)
    /// The file was written by an earlier version of the program, and may not be changed to be read.
    case olderSchema(path: String, found: Int, known: Int)
    /// The file is damaged or no database.
    case damaged(path: String, detail: String)
    /// Files were deleted or replaced while it was open; `detail` says which, and what became of the rows.
    case filesLost(detail: String)
    /// It was opened for reading, and stays as it is.
    case servesOnly(path: String)
    /// The number is the version of another row already.
    case versionExists(model: String, version: Int)
    /// The database failed, for a reason other than what was asked of it. `detail` has its own words and code.
    case database(operation: String, path: String, fault: DatabaseFault, detail: String)
    /// A file beside the database (runner locks) failed.
    case file(FileError)

    /// What a failure of the database means to whoever called it.
    package enum DatabaseFault: Sendable {
        /// Its disk is full, or the quota used up.
        case full
        /// Its file system is read-only now.
        case readOnly
        /// Too many files are open.
        case descriptors
        /// Others hold it for too long.
        case busy
        /// A page could not be read, or a copy not be written: what is on disk is as it was.
        case unread
        /// Writing or syncing failed: what is on disk is unknown.
        case inputOutput
        /// Anything else, such as a constraint that a bug of ours would break.
        case other
    }

    /// What is in the way now and may not be later; nil: it failed for another reason. Nothing was written.
    package var obstacle: Obstacle? {
        switch self {
        case .database(_, _, .full, _): .full
        case .database(_, _, .readOnly, _): .readOnly
        case .database(_, _, .descriptors, _): .descriptors
        case .file(let error): error.obstacle
        default: nil
        }
    }

    /// The disk is full (the database says so, or ENOSPC/EDQUOT): 507 to a client.
    package var isDiskFull: Bool { obstacle == .full }

    /// An I/O error of writing (a failed fsync included), or files that were taken away: what is on disk is unknown,
    /// the process should end and start again from the file.
    package var isFatal: Bool {
        switch self {
        case .database(_, _, .inputOutput, _), .filesLost: true
        default: false
        }
    }

    /// Reading failed (EIO), which changes nothing, and may work the next time: 503 to a client.
    package var isReadFailure: Bool {
        if case .database(_, _, .unread, _) = self { true } else { false }
    }

    /// Whether the next start may find what failed: it was written, and to make sure of it failed. Until then nobody
    /// knows, so what belongs to it must stay.
    package var mayHaveHappened: Bool { isFatal }

    /// The file is damaged. Another start finds the same: nothing is written any more, and what can be read is read.
    package var isDamage: Bool {
        if case .damaged = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .unknownJob(let id): "no job has the id '\(id)'"
        case .unknownSession(let id): "no session has the id '\(id)': it was deleted, has expired, or never was"
        case .sessionsOnVersion(let model, let version, let count):
            "\(count) session\(count == 1 ? "" : "s") stand\(count == 1 ? "s" : "") on "
                + "\(version.map { "\(model)@\($0)" } ?? "versions of '\(model)'"): move them with rebase, delete "
                + "them, or delete them together with it by '?sessions=delete'"
        case .sessionMoved(let id): "session '\(id)' has changed meanwhile"
        case .unknownModel(let name): "no model has the name '\(name)'"
        case .unknownVersion(let model, let version): "model '\(model)' has no version \(version)"
        case .invalidTransition(let id, let from, let action): "cannot \(action) job '\(id)', which is \(from.rawValue)"
        case .notRunner(let id): "job '\(id)' is run by another process"
        case .idempotencyConflict(let key, let jobID):
            "idempotency key '\(key)' was used for job '\(jobID)' with a different request"
        case .modelNameTaken(let name): "the name '\(name)' is taken; choose another one for the model"
        case .queueFull(let jobCountMax): "the queue holds \(jobCountMax) jobs, the most allowed"
        case .tooManyLabels(let model, let countMax):
            "model '\(model)' would have more than \(countMax) labels, the most allowed: remove some"
        case .newerSchema(let path, let found, let known):
            "\(path) has schema \(found), this program knows up to \(known): use a newer program"
        case .olderSchema(let path, let found, let known):
            "\(path) has schema \(found), this program reads \(known): let it start once on the directory, or on a "
                + "copy of it, where it may write"
        case .damaged(let path, let detail): "\(path) is damaged: \(detail)"
        case .filesLost(let detail): detail
        case .servesOnly(let path): "\(path) is open for reading only"
        case .versionExists(let model, let version): "model '\(model)' has a version \(version) already"
        case .database(let operation, let path, _, let detail): "\(operation) in \(path): \(detail)"
        case .file(let error): error.description
        }
    }
}
