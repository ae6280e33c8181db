/// Whose the name of a model is: one tenant's while it has versions or unfinished jobs; then it is free for the next.
/// Version numbers go on, so that a name that changes hands never names another's files.
package enum NameRules {
    /// Whether a name must be given to a tenant that wants to use it; false when it is the tenant's already.
    ///
    /// - Parameters:
    ///   - holder: who had the name last.
    ///   - isInUse: whether it has versions or unfinished jobs.
    /// - Throws: `modelNameTaken` when it is another tenant's.
    package static func mustTake(
        _ model: String, for tenant: String, holder: String, isInUse: Bool
    ) throws(StoreError) -> Bool {
        if holder == tenant { return false }
        guard !isInUse else { throw .modelNameTaken(name: model) }
        return true
    }
}
