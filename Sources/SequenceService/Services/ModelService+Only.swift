package import Store

/// What answers where a request names no model.
package enum OnlyModel: Sendable, Equatable {
    case found(ModelReference)
    case none
    /// The names, which a client may choose from.
    case several([String])
}

extension ModelService {
    /// The one model that `scope` sees: its stable version, else its newest.
    ///
    /// - Throws: `StoreError`.
    package func onlyModel(in scope: Scope) throws -> OnlyModel {
        let names = try store.models(in: scope)
        guard let name = names.first else { return .none }
        guard names.count == 1 else { return .several(names) }
        if try store.version(name, at: ModelReference.stableLabel, in: scope) != nil {
            return ModelReference(name).map(OnlyModel.found) ?? .none
        }
        let newest = try store.versionNumbers(name, in: scope).max()
        return newest.flatMap { ModelReference("\(name)@\($0)") }.map(OnlyModel.found) ?? .none
    }
}
