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
            let stored = try StoredModel.read(models, name: reference.name, version: version)
            return ParentModel(
                name: "\(reference.name)@\(version)", description: stored.document.description,
                tensors: stored.tensors)
        }
    }
}
