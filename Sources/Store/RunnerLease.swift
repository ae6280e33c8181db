/// Says which runner instances are alive, so that a job is rescued when its runner is gone, and only then.
///
/// An open store holds one lease, from its making to its end. How long a lease outlives its holder is its own matter: a
/// lock of the kernel goes with the process, one with a time limit when its holder stops to renew it. A holder whose
/// lease ran out while it was stopped finds that its job is no longer its own (`StoreError.notRunner`).
package protocol RunnerLease: Sendable {
    /// The name of this holder; never used twice.
    var instance: String { get }

    /// Whether an instance may still be running. In doubt it is: rescuing twice would be worse than late.
    func isAlive(_ instance: String) throws(StoreError) -> Bool

    /// Keeps a text, durably, for whoever finds it when this instance has ended without `note("")`.
    func note(_ text: String) throws(StoreError)

    /// The notes of dead instances, each answered once and to one caller.
    func takeNotes() throws(StoreError) -> [(instance: String, note: String)]

    /// Takes the lease anew if what it hangs by has gone, such as a file that somebody has deleted.
    ///
    /// - Returns: whether it had gone. Others may have taken this instance for dead meanwhile.
    func restore() throws(StoreError) -> Bool

    /// Forgets the dead instances that left no note and are not among `runners`, which have jobs still.
    func removeDead(keeping runners: Set<String>) throws(StoreError)
}

extension RunnerLease {
    /// Most hang by nothing that goes.
    package func restore() -> Bool { false }
}
