import Store

extension ServiceError {
    /// Asks whether a model may have one more version, before the work of making it.
    ///
    /// - Throws: `conflict` if it has as many as allowed, those of its unfinished jobs included.
    static func checkVersionCount(of model: String, _ store: any VersionStore, _ limits: ServiceLimits) throws {
        guard try store.versionCount(model) >= limits.versionsPerModelMax else { return }
        throw ServiceError.conflict(
            "\(model) has \(limits.versionsPerModelMax) versions, with those of its unfinished jobs, the most allowed: "
                + "delete some"
        )
    }
}
