/// One entry of a job's history.
package struct EventRecord: Sendable, Equatable {
    /// Rises over all jobs of the store; never used twice.
    package let id: Int64
    /// The job that it is of.
    package let jobID: String
    /// When it was stored.
    package let atMs: Int64
    /// The event's own members as a JSON object, without id and time.
    package let json: String

    /// An event as it is stored.
    package init(id: Int64, jobID: String, atMs: Int64, json: String) {
        self.id = id
        self.jobID = jobID
        self.atMs = atMs
        self.json = json
    }
}
