// The history of a job. Changes of status write theirs themselves, in their own transaction.

extension EventStore {
    /// Appends an event: its own members as a JSON object. Outlives the process, but is not synced to disk by itself:
    /// the next change of any job's status does that.
    ///
    /// - Returns: the event's id, higher than all before.
    /// - Throws: `unknownJob`.
    @discardableResult
    package func appendEvent(_ jobID: String, atMs: Int64, json: String) throws(StoreError) -> Int64 {
        try write(durable: false) { records throws(StoreError) in
            _ = try records.requiredJob(jobID)
            return try records.appendEvent(jobID, atMs: atMs, json: json)
        }
    }

    /// The events of a job whose JSON begins with `prefix`, oldest first.
    package func events(_ jobID: String, beginningWith prefix: String) throws(StoreError) -> [EventRecord] {
        try read { records throws(StoreError) in try records.events(jobID, beginningWith: prefix) }
    }

    /// The events of a job with an id above `after`, oldest first; empty for an unknown job.
    package func events(_ jobID: String, after: Int64 = 0, limit: Int) throws(StoreError) -> [EventRecord] {
        try read { records throws(StoreError) in try records.events(jobID, after: after, limit: max(limit, 0)) }
    }
}
