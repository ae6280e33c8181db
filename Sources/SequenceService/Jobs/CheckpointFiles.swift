import JSON
import ModelFiles
package import SequenceModels
package import System

/// What jobs keep on disk besides their data, until they are finished and for a while of failed ones:
///
///     <data>/checkpoints/<job>/checkpoint-<n>-<sha256>.safetensors   the newest checkpoint, and the one before
///                              parent.json, parent.safetensors       a copy of the version that it continues
///                              SHA256SUMS                            digests of the copy
///
/// Nothing of it is believed that does not match its digest: a job that went on from a damaged checkpoint would end
/// with other weights than an undisturbed one.
package struct CheckpointFiles: Sendable {
    private static let sizeBytesMax = 32 << 30
    private static let parentWeightsName = "parent.safetensors"
    private static let parentJSONName = "parent.json"
    /// A checkpoint of before they had digests.
    private static let unverifiedName = "checkpoint.safetensors"

    private let directory: ServiceDirectory

    /// Below the service's own directory.
    package init(directory: ServiceDirectory) { self.directory = directory }

    private func folder(_ jobID: String) -> String { directory.checkpoints + "/" + jobID }
    private func path(_ jobID: String, _ name: CheckpointName) -> String { folder(jobID) + "/" + name.text }

    /// Of a job, the oldest first.
    private func names(_ jobID: String) -> [CheckpointName] {
        ServiceDirectory.entries(folder(jobID)).compactMap(CheckpointName.init(text:)).sorted { $0.number < $1.number }
    }

    // MARK: Checkpoints

    /// Adds the job's newest checkpoint and keeps the one before; after a crash at any moment there is one, whole.
    ///
    /// - Throws: `FileError` when it cannot be written; what was there is still there, or the newest of it.
    package func save(_ checkpoint: Checkpoint, of jobID: String) throws {
        try Files.makeDirectories(folder(jobID))
        let bytes = try SafeTensors.encode(checkpoint.tensors, metadata: checkpoint.metadata)
        let kept = names(jobID)
        let name = CheckpointName(number: (kept.last?.number ?? 0) + 1, digest: SHA256.hex(bytes))
        func removeOlder() { for old in kept.dropLast() { ServiceDirectory.removeFile(path(jobID, old)) } }
        do throws(FileError) {
            try AtomicFile.write(bytes, to: path(jobID, name))
        } catch {
            guard error.isDiskFull, kept.count > 1 else { throw error }
            removeOlder()
            try AtomicFile.write(bytes, to: path(jobID, name))
        }
        removeOlder()
    }

    /// The newest checkpoint of a job that is as it was written, nil if there is none, and what is wrong with newer
    /// ones. Damaged ones are deleted; what crashes left half written, too.
    package func load(_ jobID: String) -> (checkpoint: Checkpoint?, faults: [FileError]) {
        try? AtomicFile.removeLeftovers(in: folder(jobID))
        var faults: [FileError] = []
        for name in names(jobID).reversed() {
            do throws(FileError) {
                return (try read(name, of: jobID), faults)
            } catch {
                faults.append(error)
                if case .damaged = error { ServiceDirectory.removeFile(path(jobID, name)) }
            }
        }
        let unverified = folder(jobID) + "/" + Self.unverifiedName
        if Files.exists(unverified) {
            faults.append(.damaged(path: unverified, detail: "it has no digest, as before this version"))
            ServiceDirectory.removeFile(unverified)
        }
        return (nil, faults)
    }

    private func read(_ name: CheckpointName, of jobID: String) throws(FileError) -> Checkpoint {
        let path = path(jobID, name)
        let bytes = try AtomicFile.read(path: path, sizeBytesMax: Self.sizeBytesMax)
        guard SHA256.hex(bytes) == name.digest else {
            throw .damaged(path: path, detail: "its SHA-256 is not the one in its name")
        }
        let (tensors, metadata) = try SafeTensors.decode(bytes, path: path)
        return Checkpoint(tensors: tensors, metadata: metadata)
    }

    /// What is wrong with the checkpoints of a job, each with its file. Changes nothing.
    package func faults(of jobID: String) -> [(path: String, error: FileError)] {
        names(jobID).compactMap { name in
            do throws(FileError) {
                _ = try read(name, of: jobID)
                return nil
            } catch {
                return (path(jobID, name), error)
            }
        }
    }

    // MARK: Parents

    /// Copies the version that a job continues: it may be deleted before the job runs.
    ///
    /// - Throws: `FileError` when it cannot be written.
    package func saveParent(_ parent: ParentModel, of jobID: String) throws {
        try Files.makeDirectories(folder(jobID))
        let files = [
            (Self.parentWeightsName, try SafeTensors.encode(parent.tensors, metadata: [:])),
            (Self.parentJSONName, try CodableJSON.value(of: parent.description).bytes),
        ]
        for (name, bytes) in files { try AtomicFile.write(bytes, to: folder(jobID) + "/" + name) }
        let digests = DigestList(files.map { ($0.0, SHA256.hex($0.1)) })
        try AtomicFile.write(digests.text, to: folder(jobID) + "/" + DigestList.fileName)
    }

    /// - Throws: `FileError` if it is missing, damaged or does not read; `ServiceError.damaged` if it breaks a rule of
    ///   models.
    package func loadParent(named name: String, of jobID: String) throws -> ParentModel {
        let digests = try DigestList(directory: folder(jobID))
        return try readParent(name, of: jobID) { bytes, name, path throws(FileError) in
            try digests.check(bytes, name, path: path)
        }
    }

    /// The copy of a job that was accepted before copies had digests; nil if this is none such.
    package func loadUnverifiedParent(named name: String, of jobID: String) -> ParentModel? {
        if Files.exists(folder(jobID) + "/" + DigestList.fileName) { return nil }
        return try? readParent(name, of: jobID) { _, _, _ in }
    }

    private func readParent(
        _ name: String, of jobID: String, _ check: ([UInt8], String, String) throws(FileError) -> Void
    ) throws -> ParentModel {
        func read(_ name: String, sizeBytesMax: Int) throws(FileError) -> [UInt8] {
            let path = folder(jobID) + "/" + name
            let bytes = try AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax)
            try check(bytes, name, path)
            return bytes
        }
        let weights = try read(Self.parentWeightsName, sizeBytesMax: Self.sizeBytesMax)
        let tensors = try SafeTensors.decode(weights, path: folder(jobID) + "/" + Self.parentWeightsName).tensors
        let json = try read(Self.parentJSONName, sizeBytesMax: ModelDirectory.modelJSONSizeBytesMax)
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

    /// Gives a job what another one has saved: its checkpoints, so that it goes on from there.
    ///
    /// - Throws: `FileError.io`.
    func copyCheckpoints(of first: String, to second: String) throws(FileError) {
        for name in names(first) {
            try Files.makeDirectories(folder(second))
            do throws(FileError) {
                try Files.link(path(first, name), as: path(second, name))
            } catch .notFound {
                // Housekeeping took it; then the job starts afresh.
            }
        }
        if Files.exists(folder(second)) { try AtomicFile.fsyncDirectory(folder(second)) }
    }

    // MARK: Folders

    /// Removes the checkpoints and the parent's copy of a job, if there are any.
    package func remove(_ jobID: String) {
        for name in ServiceDirectory.entries(folder(jobID)) { ServiceDirectory.removeFile(folder(jobID) + "/" + name) }
        ServiceDirectory.removeFile(folder(jobID))
    }

    /// Since the job's directory changed.
    func ageSeconds(_ jobID: String) -> Int { ServiceDirectory.ageSeconds(folder(jobID)) }

    /// Jobs that have a checkpoint directory.
    package func jobs() -> [String] { ServiceDirectory.entries(directory.checkpoints) }
}

/// `checkpoint-<n>-<sha256>.safetensors`: numbers rise.
private struct CheckpointName {
    let number: Int
    let digest: String

    init(number: Int, digest: String) {
        self.number = number
        self.digest = digest
    }

    /// nil for the name of another file.
    init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "checkpoint", parts[2].hasSuffix(Self.suffix),
            let number = Int(parts[1]), (1..<Int(Int32.max)).contains(number)
        else { return nil }
        self.init(number: number, digest: String(parts[2].dropLast(Self.suffix.count)))
    }

    var text: String { "checkpoint-\(number)-\(digest)\(Self.suffix)" }
    private static let suffix = ".safetensors"
}
