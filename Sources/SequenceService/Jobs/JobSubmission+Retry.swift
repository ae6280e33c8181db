import ModelFiles
import SequenceModels
package import Store
import System

extension JobSubmission {
    /// Queues a job that has failed or was cancelled again, as a new job: the same data, settings and parent, and the
    /// checkpoint that it had, so that it ends with the weights that the first one would have had. The first stays as
    /// it is.
    ///
    /// - Throws: `ServiceError.conflict` for a job that succeeded or has not ended, one that is tried again already,
    ///   and one whose data or parent is gone; as `submit`.
    package func retry(_ first: JobRecord) throws -> JobRecord {
        try checkMayBeTriedAgain(first)
        try services.reserve.checkRoom()
        let settings = try JobSettings(text: first.settings)
        let data = try kept(first, "training data") {
            try services.data.reload(first.data, tokens: settings.requested.tokens)
        }
        let parent = try settings.from.map { name in
            try kept(first, "copy of \(name)") { try loadParent(name, of: first) }
        }
        let request = JobRequest(
            model: first.model, settings: settings.requested, data: data,
            promotion: JobRequest.Promotion(rawValue: first.promote) ?? .ifBetter, metadata: first.metadata,
            roles: settings.roles)
        let accepted = try validate(request, parent: parent, in: .tenant(first.tenant))
        let now = Clock.wallMilliseconds()
        let job = JobRecord(
            id: ids.make(nowMs: now), model: first.model, task: first.task, createdAtMs: now,
            settings: try JobSettings(
                requested: settings.requested, plan: accepted.plan, from: settings.from, roles: settings.roles,
                retryOf: first.id
            ).text(), data: first.data, metadata: first.metadata, promote: first.promote,
            requestDigest: first.requestDigest, tenant: first.tenant)
        let stored = try insert(job, parent: parent, checkpointsOf: first.id)
        services.signal.notify()
        runner.wake()
        return stored
    }

    private func checkMayBeTriedAgain(_ first: JobRecord) throws {
        switch first.status {
        case .failed, .cancelled: break
        case .succeeded:
            throw ServiceError.conflict(
                "job \(first.id) succeeded: there is nothing to try again; POST /train trains anew")
        case .queued, .running, .paused:
            throw ServiceError.conflict(
                "job \(first.id) is \(first.status.rawValue): only a failed or cancelled job is tried again")
        }
        for status in JobStatus.allCases where !status.isFinal {
            for job in try services.store.jobs(status: status, model: first.model, limit: .max)
            where (try? JobSettings(text: job.settings))?.retryOf == first.id {
                throw ServiceError.conflict("job \(first.id) is tried again by \(job.id), which is \(status.rawValue)")
            }
        }
    }

    /// The copy of the first job, or the version itself.
    private func loadParent(_ name: String, of first: JobRecord) throws -> ParentModel {
        if let copy = try? services.checkpoints.loadParent(named: name, of: first.id) { return copy }
        guard let reference = ModelReference(name) else { throw FileError.notFound(path: name) }
        return try services.parents.version(reference, in: .tenant(first.tenant))
    }

    /// Reads something that the first job had, and that may be gone.
    private func kept<Value>(_ first: JobRecord, _ noun: String, _ read: () throws -> Value) throws -> Value {
        func gone(_ why: String) -> ServiceError {
            .conflict("the \(noun) of job \(first.id) is \(why): send the training again")
        }
        do {
            return try read()
        } catch FileError.notFound, ServiceError.notFound {
            let days = services.retention.failedSecondsMax / 86_400
            throw gone(
                "not there any more (it is kept of failed jobs only, for \(Int(days.rounded())) days)")
        } catch FileError.damaged, ServiceError.damaged {
            throw gone("damaged")
        }
    }
}
