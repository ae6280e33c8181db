/// One trained version of a model.
package struct VersionRecord: Sendable, Equatable {
    /// The model's name.
    package let model: String
    /// From 1, by model.
    package let version: Int
    /// The job that made it; nil for an imported one.
    package let jobID: String?
    /// When it was published.
    package let createdAtMs: Int64
    /// What the service wants to know without opening the files (JSON): task, metrics, skill, digest …
    package let info: String
    /// What a check has found wrong with its files; nil: nothing, or nobody has looked.
    package var damage: String?

    /// A version as it is to be stored.
    package init(
        model: String, version: Int, jobID: String?, createdAtMs: Int64, info: String, damage: String? = nil
    ) {
        self.damage = damage
        self.model = model
        self.version = version
        self.jobID = jobID
        self.createdAtMs = createdAtMs
        self.info = info
    }
}
