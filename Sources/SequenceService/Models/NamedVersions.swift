package import Store
import Synchronization

/// The versions that references were found to name, as long as nothing was recorded in the store since: whoever asks
/// again is answered without the database, on any thread. Where the disk cannot be read, what they named last holds on.
package final class NamedVersions: Sendable {
    private struct Question: Hashable {
        let reference: ModelReference
        let scope: Scope
    }

    private struct Found {
        let version: Int
        /// Where commits stood before it was read; nil where that cannot be told.
        let mark: CommitMark?
        /// `VersionStore.namingChanges` then.
        let changes: Int
    }

    /// More are not kept, whoever asks for them.
    private static let countMax = 4096

    private let store: any VersionStore
    private let known = Mutex<[Question: Found]>([:])

    /// Nothing is known.
    package init(_ store: any VersionStore) { self.store = store }

    /// References that are known.
    package var count: Int { known.withLock { $0.count } }

    /// The version a reference names now, if that is known; never waits for the database.
    package func version(_ reference: ModelReference, in scope: Scope) -> Int? {
        version(Question(reference: reference, scope: scope), at: store.commitMark)
    }

    private func version(_ question: Question, at mark: CommitMark?) -> Int? {
        guard let mark, let found = known.withLock({ $0[question] }), found.mark == mark else { return nil }
        return found.version
    }

    /// The version a reference names now; of a disk that cannot be read (EIO) what it named when that was last found,
    /// unless this process has changed names since. Blocks.
    ///
    /// - Throws: as `ModelReference.version`.
    package func find(_ reference: ModelReference, in scope: Scope) throws -> Int {
        let question = Question(reference: reference, scope: scope)
        // Before the reading: what is recorded in between makes it old.
        let mark = store.commitMark, changes = store.namingChanges
        if let version = version(question, at: mark) { return version }
        do {
            let version = try reference.version(in: store, scope)
            known.withLock { known in
                if known.count >= Self.countMax { known = [:] }
                known[question] = Found(version: version, mark: mark, changes: changes)
            }
            return version
        } catch let error as StoreError where error.isReadFailure {
            guard let last = known.withLock({ $0[question] }), last.changes == changes else { throw error }
            return last.version
        }
    }
}
