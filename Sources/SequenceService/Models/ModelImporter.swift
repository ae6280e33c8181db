import JSON
import Kernels
package import ModelFiles
import SequenceModels
package import Store
import System

/// Makes a version of a safetensors file: check everything, reserve a number, publish the files, add the version.
///
/// All of it blocks; call it on a thread of our own. A crash in between leaves files without a record and a number that
/// is not used.
package struct ModelImporter: Sendable {
    let store: any VersionStore
    let directory: ModelDirectory
    let limits: ServiceLimits
    private let warm: @Sendable (_ model: String, _ version: Int) -> Void

    /// Adds to these places, within these limits.
    ///
    /// - Parameter warm: called with a version before the label moves to it.
    package init(
        store: any VersionStore, directory: ModelDirectory, limits: ServiceLimits,
        warm: @escaping @Sendable (_ model: String, _ version: Int) -> Void = { _, _ in }
    ) {
        self.warm = warm
        self.store = store
        self.directory = directory
        self.limits = limits
    }

    /// - Parameters:
    ///   - settings: JSON; nil takes those in the file.
    ///   - promote: whether the version takes the label `stable`.
    ///   - scope: what the sender sees; its tenant, for one who sees all the model's, owns the version.
    /// - Throws: `ServiceError`, `Faults`, `StoreError`, `FileError`. Whatever it throws leaves no version.
    package func add(_ bytes: [UInt8], name: String, settings: String?, promote: Bool, in scope: Scope) throws
        -> VersionRecord
    {
        let tenant = try store.tenant(claiming: name, in: scope)
        try ServiceError.checkVersionCount(of: name, store, limits)
        let file = try Self.file(bytes)
        let read = try readSettings(settings, of: file)
        let tensors = ImportFile(file, leavingOut: read.request.names)
        let model = try ModelImport.model(read.request, tensors: tensors.read, unread: tensors.unread)
        let notes = tensors.roundedNote.map { [$0] } ?? []
        return try publish(model.description, model.tensors, name, read.metadata, notes, promote: promote, of: tenant)
    }

    private static func file(_ bytes: [UInt8]) throws(ServiceError) -> SafeTensorsFile {
        do throws(FileError) {
            return try SafeTensorsFile(bytes, path: "the body")
        } catch {
            throw .unreadable("not a safetensors file: \(ForeignFile(bytes)?.remedy ?? "\(error)")")
        }
    }

    private func readSettings(_ settings: String?, of file: SafeTensorsFile) throws -> ImportReader.Result {
        guard let text = settings ?? file.metadata[ModelExport.settingsKey] else {
            let note = file.metadata[ModelExport.importKey].map { "; the file says: \($0.prefix(200))" } ?? ""
            throw ServiceError.invalid(
                "",
                "what the model is must be said: the query parameter \"settings\", or \"\(ModelExport.settingsKey)\" "
                    + "in the file's __metadata__; at least {\"task\": …}" + note
            )
        }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(text)
        } catch {
            throw ServiceError.unreadable("the settings are no JSON: \(error)")
        }
        return try ImportReader.read(json, limits: limits)
    }

    private func publish(
        _ description: ModelDescription, _ tensors: [NamedTensor], _ name: String, _ metadata: JSONValue,
        _ notes: [String], promote: Bool, of tenant: String
    ) throws -> VersionRecord {
        var version = try store.nextVersion(name)
        // Folders that the database does not know, as after it was restored, keep their numbers.
        while try directory.hasFiles(name: name, version: version) { version = try store.nextVersion(name) }
        var document = ModelDocument(
            name: name, version: version, createdAtMs: Clock.wallMilliseconds(), imported: description,
            parameterCount: tensors.reduce(0) { $0 + $1.values.count }, metadata: metadata)
        document.verdict = ([document.verdict] + notes).joined(separator: "; ")
        do {
            let digest = try directory.publish(
                name: name, version: version, modelJSON: document.json().bytes, tensors: tensors,
                metadata: try ModelExport.metadata(description))
            let sizeBytes = ServiceDirectory.sizeBytes(try directory.weightsPath(name: name, version: version)) ?? 0
            let info = try VersionInfo(document, weightsSHA256: digest, sizeBytes: sizeBytes)
            let record = VersionRecord(
                model: name, version: version, jobID: nil, createdAtMs: document.createdAtMs, info: info.json.text)
            if promote { warm(name, version) }
            try store.addVersion(record, labels: promote ? [ModelReference.stableLabel] : [], of: tenant)
            return record
        } catch {
            // The first failure is the one to report. Where the row may be there after all, the files stay: a label may
            // point at it.
            if (error as? StoreError)?.mayHaveHappened != true {
                try? directory.remove(name: name, version: version)
            }
            throw error
        }
    }
}
