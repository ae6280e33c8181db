import ModelFiles
import SequenceModels
package import Store

extension SessionService {
    /// Where a session stands, as a text that `create` and `/predict` take, here or on a server with the same keys and
    /// the same version.
    ///
    /// - Throws: `ServiceError.conflict` before anything was read; `.gone`, `StoreError`, `FileError`.
    package func token(_ id: String, in scope: Scope) async throws -> (text: String, record: SessionRecord) {
        let standing = try await table.standing(id, in: scope), record = standing.record
        guard !standing.state.bytes.isEmpty else {
            throw ServiceError.conflict("session '\(id)' has read nothing yet: there is no state to carry")
        }
        let text = try await sealed(
            standing.state.bytes, steps: record.steps, model: record.model, version: record.version)
        return (text, record)
    }

    /// Where a prediction from a state has come to, as a text.
    ///
    /// - Throws: as `token`.
    package func sealed(_ run: PredictionRun) async throws -> String {
        guard let kept = run.kept else { throw ServiceError.failed("a step kept no state") }
        return try await sealed(
            kept.bytes, steps: try kept.sessionSteps(), model: run.place.name, version: run.place.version)
    }

    /// A state as a text.
    func sealed(_ state: [UInt8], steps: Int, model: String, version: Int) async throws -> String {
        try await offload.run { [store, keys] in
            guard let digest = try store.version(model, version).flatMap({ VersionInfo(record: $0).weightsSHA256 })
            else { throw StoreError.unknownVersion(model: model, version: version) }
            let token = StateToken(
                model: model, version: version, weightsSHA256: digest, steps: steps, state: state)
            return token.sealed(by: try keys.signing())
        }
    }

    /// What a text says, and the version that it is of.
    ///
    /// - Throws: `ServiceError.invalid` at `/state`, `FileError`, `StoreError`.
    func opened(_ text: String, in scope: Scope) async throws -> (model: LoadedModel, token: StateToken) {
        let token: StateToken
        do {
            token = try await offload.run { [store, keys] in
                let token = try StateToken(text, keys: keys)
                let record = try store.version(token.model, token.version, in: scope)
                guard record.flatMap({ VersionInfo(record: $0).weightsSHA256 }) == token.weightsSHA256 else {
                    throw ServiceError.invalid(
                        "/state",
                        "it is of \(token.model)@\(token.version), whose weights this server does not have: restore "
                            + "that version here, or begin with a sequence")
                }
                return token
            }
        } catch let refusal as StateToken.Refusal {
            throw ServiceError.invalid("/state", refusal.detail)
        }
        return (try await predictions.models.model(name: token.model, version: token.version), token)
    }
}

extension StateToken.Refusal {
    fileprivate var detail: String {
        switch self {
        case .notAState: "expected a state as GET /sessions/{id}/state or an answer of /predict has it"
        case .unknownKey:
            "it was sealed with a key that this server does not know: servers that take each other's states share "
                + "state_keys_file"
        case .changed: "it was changed since it was sealed"
        }
    }
}
