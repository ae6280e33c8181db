import JSON
import ModelFiles
import SequenceModels
import Store
import System

/// Finds the version that a training request continues, among those that its sender sees.
struct ParentVersions: Sendable {
    let store: any VersionStore
    let models: ModelDirectory

    /// - Throws: a fault at `/from` when there is no such version: the request has it in its body, not in its path.
    func load(_ reference: ModelReference, in scope: Scope) throws -> ParentModel {
        do {
            return try version(reference, in: scope)
        } catch ServiceError.notFound(let kind, let name, let known) {
            let hint = Spelling.closest(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            throw ServiceError.invalid("/from", "no \(kind) \"\(name)\"\(hint)")
        }
    }

    /// - Throws: `ServiceError.notFound` when there is no such version.
    func version(_ reference: ModelReference, in scope: Scope) throws -> ParentModel {
        try reference.reading(in: store, scope) { version in
            let digest = try store.version(reference.name, version).flatMap { VersionInfo(record: $0).weightsSHA256 }
            let stored = try StoredModel.read(models, name: reference.name, version: version, sha256: digest)
            return ParentModel(
                name: "\(reference.name)@\(version)", description: stored.document.description,
                tensors: stored.tensors)
        }
    }

    /// The version that an accepted job continues: its copy, or where that is damaged the version itself, of which a
    /// new copy is made. A number never comes twice, so it is the same version.
    ///
    /// - Parameters:
    ///   - name: `airline@3`.
    ///   - replaced: hears what was wrong with a copy that was replaced.
    /// - Throws: `TrainingFailure` when neither is whole.
    func copy(
        named name: String, of jobID: String, in files: CheckpointFiles, replaced: (any Error) -> Void
    ) throws -> ParentModel {
        do {
            return try files.loadParent(named: name, of: jobID)
        } catch let fault {
            guard let reference = ModelReference(name), let parent = try? version(reference, in: .all) else {
                if let parent = files.loadUnverifiedParent(named: name, of: jobID) { return parent }
                replaced(fault)
                throw TrainingFailure(
                    message: "this job's copy of \(name), which it continues, is damaged, and there is no undamaged "
                        + "version \(name) any more to take its place: train afresh, or from another version")
            }
            replaced(fault)
            try? files.saveParent(parent, of: jobID)
            return parent
        }
    }
}
