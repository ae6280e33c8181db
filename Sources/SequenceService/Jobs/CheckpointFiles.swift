import JSON
import ModelFiles
package import SequenceModels
import System

/// What jobs keep on disk besides their data, until they are finished and for a while of failed ones:
///
///     <data>/checkpoints/<job>/checkpoint.safetensors           the newest checkpoint
///                              parent.json, parent.safetensors  a copy of the version that it continues
package struct CheckpointFiles: Sendable {
    private static let sizeBytesMax = 32 << 30

    private let directory: ServiceDirectory

    /// Below the service's own directory.
    package init(directory: ServiceDirectory) { self.directory = directory }

    private func folder(_ jobID: String) -> String { directory.checkpoints + "/" + jobID }
    private func path(_ jobID: String) -> String { folder(jobID) + "/checkpoint.safetensors" }

    /// Replaces the job's checkpoint; after a crash there is the old one or the new one, whole.
    package func save(_ checkpoint: Checkpoint, of jobID: String) throws {
        try Files.makeDirectories(folder(jobID))
        try AtomicFile.write(SafeTensors.encode(checkpoint.tensors, metadata: checkpoint.metadata), to: path(jobID))
    }

    /// The job's checkpoint, nil if it has none.
    ///
    /// - Throws: `FileError` if it does not read.
    package func load(_ jobID: String) throws -> Checkpoint? {
        guard ServiceDirectory.sizeBytes(path(jobID)) != nil else { return nil }
        let (tensors, metadata) = try SafeTensors.read(path: path(jobID), sizeBytesMax: Self.sizeBytesMax)
        return Checkpoint(tensors: tensors, metadata: metadata)
    }

    /// Copies the version that a job continues: it may be deleted before the job runs.
    package func saveParent(_ parent: ParentModel, of jobID: String) throws {
        try Files.makeDirectories(folder(jobID))
        try AtomicFile.write(
            SafeTensors.encode(parent.tensors, metadata: [:]), to: folder(jobID) + "/parent.safetensors")
        try AtomicFile.write(CodableJSON.value(of: parent.description).bytes, to: folder(jobID) + "/parent.json")
    }

    /// - Throws: `FileError` if it is missing or does not read; `ServiceError.damaged` if it breaks a rule of models.
    package func loadParent(named name: String, of jobID: String) throws -> ParentModel {
        let (tensors, _) = try SafeTensors.read(
            path: folder(jobID) + "/parent.safetensors", sizeBytesMax: Self.sizeBytesMax)
        let json = try AtomicFile.read(
            path: folder(jobID) + "/parent.json", sizeBytesMax: ModelDirectory.modelJSONSizeBytesMax)
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONParser.parse(json)
        } catch {
            throw ServiceError.damaged("the job's parent.json is not JSON: \(error)")
        }
        let description = try ModelDocument.description(document, of: "the job's parent.json")
        do throws(Faults) {
            try description.check(tensors)
        } catch {
            throw ServiceError.damaged("the job's parent: \(error)")
        }
        return ParentModel(name: name, description: description, tensors: tensors)
    }

    /// Removes the checkpoint and the parent's copy of a job, if there are any.
    package func remove(_ jobID: String) {
        for name in ServiceDirectory.entries(folder(jobID)) { ServiceDirectory.removeFile(folder(jobID) + "/" + name) }
        ServiceDirectory.removeFile(folder(jobID))
    }

    /// Since the job's directory changed.
    func ageSeconds(_ jobID: String) -> Int { ServiceDirectory.ageSeconds(folder(jobID)) }

    /// Jobs that have a checkpoint directory.
    package func jobs() -> [String] { ServiceDirectory.entries(directory.checkpoints) }
}
