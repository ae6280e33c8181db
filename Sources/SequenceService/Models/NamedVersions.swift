package import Store
import Synchronization

/// The versions that references were found to name, as long as nothing was recorded in the store since: whoever asks
/// again is answered without the database, on any thread. Where the disk cannot be read, what they named last holds on.
package final class NamedVersions: Sendable {
    private struct Question: Hashable {
        let reference: ModelReference
        let scope: Scope
    }

    private struct Known {
        /// What `versions` were found at.
        var mark: CommitMark?
        var versions: [Question: Int] = [:]
        /// What `last` were found at.
        var changes = 0
        var last: [Question: Int] = [:]
    }

    /// More are not kept, whoever asks for them.
    private static let countMax = 4096

    private let store: any VersionStore
    private let known = Mutex(Known())

    /// Nothing is known.
    package init(_ store: any VersionStore) { self.store = store }

    /// References that are known.
    package var count: Int { known.withLock { max($0.versions.count, $0.last.count) } }

    /// The version a reference names now, if that is known; never waits for the database.
    package func version(_ reference: ModelReference, in scope: Scope) -> Int? {
        guard let mark = store.commitMark else { return nil }
        return known.withLock { known in
            known.mark == mark ? known.versions[Question(reference: reference, scope: scope)] : nil
        }
    }

    /// The version a reference names now; of a disk that cannot be read (EIO) what it named when that was last found,
    /// unless this process has changed names since. Blocks.
    ///
    /// - Throws: as `ModelReference.version`.
    package func find(_ reference: ModelReference, in scope: Scope) throws -> Int {
        let question = Question(reference: reference, scope: scope)
        // Before the reading: what is recorded in between makes it old.
        let mark = store.commitMark, changes = store.namingChanges
        do {
            let version = try reference.version(in: store, scope)
            note(version, for: question, at: mark, changes)
            return version
        } catch let error as StoreError where error.isReadFailure {
            let last = known.withLock { $0.changes == changes ? $0.last[question] : nil }
            guard let last else { throw error }
            return last
        }
    }

    private func note(_ version: Int, for question: Question, at mark: CommitMark?, _ changes: Int) {
        known.withLock { known in
            if known.changes != changes || known.last.count >= Self.countMax { known.last = [:] }
            known.changes = changes
            known.last[question] = version
            guard let mark else { return }
            if known.mark != mark || known.versions.count >= Self.countMax { known.versions = [:] }
            known.mark = mark
            known.versions[question] = version
        }
    }
}
