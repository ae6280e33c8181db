package import Store
import Synchronization

/// The versions that references were found to name, as long as nothing was recorded in the store since: whoever asks
/// again is answered without the database, on any thread.
package final class NamedVersions: Sendable {
    private struct Question: Hashable {
        let reference: ModelReference
        let scope: Scope
    }

    private struct Known {
        var mark: CommitMark?
        var versions: [Question: Int] = [:]
    }

    /// More are not kept, whoever asks for them.
    private static let countMax = 4096

    private let store: any VersionStore
    private let known = Mutex(Known())

    /// Nothing is known.
    package init(_ store: any VersionStore) { self.store = store }

    /// References that are known.
    package var count: Int { known.withLock { $0.versions.count } }

    /// The version a reference names now, if that is known; never waits for the database.
    package func version(_ reference: ModelReference, in scope: Scope) -> Int? {
        guard let mark = store.commitMark else { return nil }
        return known.withLock { known in
            known.mark == mark ? known.versions[Question(reference: reference, scope: scope)] : nil
        }
    }

    /// The version a reference names now. Blocks.
    ///
    /// - Throws: as `ModelReference.version`.
    package func find(_ reference: ModelReference, in scope: Scope) throws -> Int {
        // Before the reading: what is recorded in between makes it old.
        let mark = store.commitMark
        let version = try reference.version(in: store, scope)
        guard let mark else { return version }
        known.withLock { known in
            if known.mark != mark || known.versions.count >= Self.countMax { known = Known(mark: mark) }
            known.versions[Question(reference: reference, scope: scope)] = version
        }
        return version
    }
}
