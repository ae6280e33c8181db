/// Something that keeps rows and changes them all or none. What every store is built on; see "A store" in
/// docs/developing.md.
///
/// Safe from any thread and from several processes. Every call blocks, until what it wrote is on disk.
package protocol TransactionalStore: Sendable {
    /// One transaction, undone when `body` throws. What it reads is not changed by anybody else until its end.
    ///
    /// - Parameter durable: false for what may be lost in a power cut, though not when the process ends: the next
    ///   durable transaction keeps it, too.
    func write<Result: Sendable>(
        durable: Bool, _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result

    /// Reads without a transaction: others may write between two readings.
    func read<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result

    /// Where commits stand now, found without waiting for anybody; nil where that cannot be told. What was read after a
    /// mark was taken is still so while the mark is the same.
    var commitMark: CommitMark? { get }

    /// Changes of what names of models and labels mean that this process has made. As long as it is the same, what they
    /// meant they still mean, unless another process has changed it.
    var namingChanges: Int { get }

    /// Care of the files of the store, at a quiet moment and at the end: gives back the room of what was deleted.
    func tidy() throws(StoreError)
}

extension TransactionalStore {
    /// Cannot be told.
    package var commitMark: CommitMark? { nil }

    /// None are counted.
    package var namingChanges: Int { 0 }

    /// Nothing to care for.
    package func tidy() throws(StoreError) {}

    /// One durable transaction.
    func write<Result: Sendable>(
        _ body: (any RecordTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result { try write(durable: true, body) }
}

/// Whose the names of models are. Its methods are in `NameStore.swift`.
package protocol NameStore: TransactionalStore {}

/// Jobs, for clients and for runners. Every method is one transaction by the rules of `JobRules`; a refusal
/// (`unknownJob`, `invalidTransition` …) changes nothing. The methods are in `JobStore+Clients.swift` and
/// `JobStore+Runners.swift`.
package protocol JobStore: NameStore {
    /// Says who this process is as a runner of jobs, and which others live.
    var lease: any RunnerLease { get }
}

/// The history of jobs. Its methods are in `EventStore.swift`.
package protocol EventStore: TransactionalStore {}

/// Versions of models and the labels that point at them. Its methods are in `VersionStore.swift`.
package protocol VersionStore: NameStore {}

/// Sessions. Its methods are in `SessionStore.swift`.
package protocol SessionStore: NameStore {}

/// All that the service keeps about jobs and models.
package protocol RecordStore: JobStore, EventStore, VersionStore, SessionStore {
    /// Reads everything and verifies its structure and its references.
    ///
    /// - Returns: what is wrong, empty when nothing is.
    func check() throws(StoreError) -> [String]

    /// Why nothing is written any more; nil as long as all is well. Every write throws it, reading goes on.
    var fault: StoreError? { get }

    /// It is open for reading: every write throws `StoreError.servesOnly`, and nothing is at fault.
    var isReadOnly: Bool { get }

    /// What was found wrong when it was opened, in words.
    var findings: [String] { get }

    /// What may have been wrong then, and more likely was not.
    var notes: [String] { get }

    /// Looks whether what it keeps rows in is still there, under its name.
    ///
    /// - Throws: `StoreError.filesLost`, from then on also by every write.
    func checkFiles() throws(StoreError)
}
