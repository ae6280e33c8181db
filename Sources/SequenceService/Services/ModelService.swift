import JSON
package import ModelFiles
import SequenceModels
package import Store
import System

/// What clients do with models and their versions.
///
/// All of it blocks, and descriptions may be large; call it on a thread of our own.
package struct ModelService: Sendable {
    private static let importRetrySeconds = 5

    let store: any VersionStore
    let models: ModelStore
    let directory: ModelDirectory
    private let sessions: SessionParts?
    let limits: ServiceLimits
    private let reserve: DiskReserve?
    /// Each import holds its file in memory several times.
    private let importSlots: Slots

    /// - Parameters:
    ///   - models: forgets what is deleted.
    ///   - directory: the files of versions.
    ///   - sessions: of the versions; nil where there are none.
    ///   - reserve: room for deletions on a full disk; nil where there is none.
    package init(
        store: any VersionStore, models: ModelStore, directory: ModelDirectory, sessions: SessionParts? = nil,
        limits: ServiceLimits, reserve: DiskReserve? = nil
    ) {
        self.sessions = sessions
        self.reserve = reserve
        self.store = store
        self.models = models
        self.directory = directory
        self.limits = limits
        importSlots = Slots(limits.activeImportsMax)
    }

    // MARK: Models

    /// The models that `scope` sees, by name.
    package func list(in scope: Scope) throws -> [ModelSummary] {
        try store.models(in: scope).compactMap { try summary($0, scope) }
    }

    /// A model with its versions.
    ///
    /// - Throws: `ServiceError.notFound`, `StoreError`.
    package func model(_ name: String, in scope: Scope) throws -> ModelDetails {
        try details(name, scope)
    }

    /// Sets and removes labels: all or none.
    ///
    /// - Throws: `ServiceError.notFound`, `.invalid` for a version that is not there, `StoreError`.
    package func change(_ labels: LabelChange, of name: String, in scope: Scope) throws -> ModelDetails {
        let versions = Set(try store.versionNumbers(name, in: scope))
        guard !versions.isEmpty else {
            throw ServiceError.notFound(kind: "model", name: name, known: try store.models(in: scope))
        }
        for (label, version) in labels.settings where !versions.contains(version) {
            // A label has no character that a pointer would escape.
            throw ServiceError.invalid("/" + label, "\(name) has no version \(version)")
        }
        for version in Set(labels.settings.values) { models.warm(name: name, version: version) }
        try store.changeLabels(
            name, set: labels.settings, remove: labels.removals, countMax: limits.labelsPerModelMax, in: scope)
        return try details(name, scope)
    }

    /// Deletes all versions and labels. The records go first: files without a record are leftovers.
    ///
    /// - Parameter deletesSessions: its sessions go with it.
    /// - Throws: `StoreError`, `FileError`.
    package func delete(_ name: String, deletesSessions: Bool = false, in scope: Scope) throws {
        let versions = try freeing { try store.deleteModel(name, deletesSessions: deletesSessions, in: scope) }
        if deletesSessions { sessions?.forget(model: name, version: nil) }
        for version in versions { try removeFiles(name, version) }
    }

    // MARK: Versions

    /// A version and its description.
    ///
    /// - Throws: `ServiceError.notFound`, also of what is deleted meanwhile, `.damaged`, `StoreError`, `FileError`.
    package func version(_ reference: ModelReference, in scope: Scope) throws -> VersionDetails {
        try reading(reference, scope) { place, record in
            let view = view(record, try store.labels(place.name))
            let document = try ModelDocument.parse(directory.loadModelJSON(name: place.name, version: place.version))
            guard document["name"]?.asString == place.name, document["version"]?.asInt == place.version else {
                throw ServiceError.damaged("\(place): its model.json is another version's")
            }
            return VersionDetails(view: view, description: document["model"] ?? .null)
        }
    }

    /// Deletes a version; requests that use it go on.
    ///
    /// - Parameter deletesSessions: its sessions go with it.
    /// - Throws: `StoreError`, `FileError`.
    package func delete(_ place: VersionPlace, deletesSessions: Bool = false, in scope: Scope) throws {
        try freeing {
            try store.deleteVersion(place.name, place.version, deletesSessions: deletesSessions, in: scope)
        }
        if deletesSessions { sessions?.forget(model: place.name, version: place.version) }
        try removeFiles(place.name, place.version)
    }

    /// Deletes a version unless a label points at it.
    ///
    /// - Returns: whether it was deleted.
    /// - Throws: `StoreError`, `FileError`.
    package func deleteUnlabelled(_ place: VersionPlace) throws -> Bool {
        guard try freeing({ try store.deleteUnlabelled(place.name, place.version) }) else { return false }
        try removeFiles(place.name, place.version)
        return true
    }

    /// The safetensors file, opened. It was read once, so that nothing is sent that is not what was published.
    ///
    /// - Throws: as `version`.
    package func weights(of reference: ModelReference, in scope: Scope) throws -> WeightsFile {
        try reading(reference, scope) { place, record in
            let digest = VersionInfo(record: record).weightsSHA256
            let file = FileReader(
                try directory.openWeights(name: place.name, version: place.version, sha256: digest),
                path: try directory.weightsPath(name: place.name, version: place.version))
            return WeightsFile(place: place, sha256: digest, file: file)
        }
    }

    /// The network as an ONNX graph, encoded.
    ///
    /// - Throws: `ServiceError.conflict` for a network that has none; as `version`.
    package func onnx(of reference: ModelReference, in scope: Scope) throws -> (place: VersionPlace, graph: [UInt8]) {
        let (place, stored) = try reading(reference, scope) { place, record in
            (place, try StoredModel.read(directory, record))
        }
        let graph = try ONNXExport.graph(stored.document.description, tensors: stored.tensors, name: "\(place)")
        return (place, graph.encoded())
    }

    // MARK: Import

    /// Takes a place for an import, before its file comes.
    ///
    /// - Returns: to be called once, when the import has ended.
    /// - Throws: `ServiceError.busy` while as many as allowed are under way.
    package func beginImport() throws(ServiceError) -> @Sendable () -> Void {
        guard importSlots.take() else {
            throw .busy(
                "\(limits.activeImportsMax) imports are under way", retryAfterSeconds: Self.importRetrySeconds)
        }
        return { [importSlots] in importSlots.giveBack() }
    }

    /// A safetensors file becomes a version.
    ///
    /// - Parameters:
    ///   - settings: what the tensors are, as the text of a JSON object; nil takes what is in the file.
    ///   - promote: whether the version takes the label `stable`.
    /// - Throws: as `ModelImporter.add`.
    package func importVersion(_ bytes: [UInt8], of name: String, settings: String?, promote: Bool, in scope: Scope)
        throws -> VersionView
    {
        try reserve?.checkRoom()
        let record = try ModelImporter(store: store, directory: directory, limits: limits) { [models] in
            models.warm(name: $0, version: $1)
        }.add(
            bytes, name: name, settings: settings, promote: promote, in: scope)
        return VersionView(
            record: record, labels: promote ? [ModelReference.stableLabel] : [], info: VersionInfo(record: record))
    }
}

extension ModelService {
    /// nil if there is no such model in the scope, or none any more.
    private func summary(_ name: String, _ scope: Scope) throws -> ModelSummary? {
        let versions = try store.versionNumbers(name, in: scope)
        guard let last = versions.last, let newest = try store.version(name, last, in: scope) else { return nil }
        let labels = try store.labels(name)
        let stable = try labels[ModelReference.stableLabel].flatMap { number throws(StoreError) in
            try store.version(name, number, in: scope)
        }
        return ModelSummary(
            name: name, labels: labels, versions: versions, shown: VersionInfo(record: stable ?? newest),
            updatedAtMs: newest.createdAtMs, tenant: try store.tenant(ofModel: name) ?? "")
    }

    private func details(_ name: String, _ scope: Scope) throws -> ModelDetails {
        guard let summary = try summary(name, scope) else {
            throw ServiceError.notFound(kind: "model", name: name, known: try store.models(in: scope))
        }
        let labels = try store.labels(name)
        return ModelDetails(summary: summary, versions: try store.versions(name, in: scope).map { view($0, labels) })
    }

    private func view(_ record: VersionRecord, _ labels: [String: Int]) -> VersionView {
        VersionView(
            record: record, labels: labels.filter { $0.value == record.version }.keys.sorted(),
            info: VersionInfo(record: record).completed(from: directory, name: record.model, version: record.version),
            damage: models.damage(of: record.model, record.version))
    }

    /// Reads something of a version's row and files.
    private func reading<Result>(
        _ reference: ModelReference, _ scope: Scope, _ read: (VersionPlace, VersionRecord) throws -> Result
    ) throws -> Result {
        try reference.reading(in: store, scope) { version in
            let place = VersionPlace(name: reference.name, version: version)
            guard let record = try store.version(place.name, version, in: scope) else {
                throw ServiceError.notFound(kind: "version", name: "\(place)", known: [])
            }
            return try read(place, record)
        }
    }

    private func removeFiles(_ name: String, _ version: Int) throws {
        models.forget(name: name, version: version)
        // Whoever looked it up before may have begun to read it between.
        defer { models.forget(name: name, version: version) }
        try freeing { try directory.remove(name: name, version: version) }
        // Forgotten later if not now: there is nothing left under the number.
        try? store.forgetLeftover(name, version)
    }

    private func freeing<Result>(_ step: () throws -> Result) throws -> Result {
        guard let reserve else { return try step() }
        return try reserve.freeing(in: store, step)
    }
}
