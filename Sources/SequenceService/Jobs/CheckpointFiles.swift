import ModelFiles
package import SequenceModels

/// The newest checkpoint of each unfinished job, and for a while of failed ones: `<data>/checkpoints/<job>/checkpoint.safetensors`.
package struct CheckpointFiles: Sendable {
    private static let sizeBytesMax = 32 << 30

    let directory: ServiceDirectory

    private func folder(_ jobID: String) -> String { directory.checkpoints + "/" + jobID }
    private func path(_ jobID: String) -> String { folder(jobID) + "/checkpoint.safetensors" }

    /// Replaces the job's checkpoint; after a crash there is the old one or the new one, whole.
    package func save(_ checkpoint: Checkpoint, of jobID: String) throws {
        try AtomicFile.makeDirectories(folder(jobID))
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

    package func remove(_ jobID: String) {
        for name in ServiceDirectory.entries(folder(jobID)) { ServiceDirectory.removeFile(folder(jobID) + "/" + name) }
        ServiceDirectory.removeFile(folder(jobID))
    }

    /// Jobs that have a checkpoint directory.
    package func jobs() -> [String] { ServiceDirectory.entries(directory.checkpoints) }
}
