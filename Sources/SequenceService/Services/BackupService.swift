/// Copies of everything, for who may see everything.
package struct BackupService: Sendable {
    private static let retrySeconds = 30

    let place: ServiceDirectory
    /// A backup reads every file.
    let slots: Slots

    /// Holds on to what there is now; jobs, deletions and predictions go on. Blocks.
    ///
    /// - Throws: `ServiceError.busy` while another backup is under way; as `BackupDownload.init`.
    package func begin() throws -> BackupDownload {
        guard slots.take() else {
            throw ServiceError.busy("another backup is under way", retryAfterSeconds: Self.retrySeconds)
        }
        do {
            return try BackupDownload(of: place) { [slots] in slots.giveBack() }
        } catch {
            slots.giveBack()
            throw error
        }
    }
}
