import JSON
package import Kernels
package import ModelFiles
import SequenceModels
package import Store
import System

/// A version as its files say, believed only after the rules that every import obeys: a right digest says that nobody
/// has changed a file since, and nothing of who wrote it.
package struct StoredModel: Sendable {
    /// What its version's files say.
    package let document: ModelDocument
    /// Its weights, by the names of `ParameterLayout`.
    package let tensors: [NamedTensor]

    /// - Parameter name: what errors call it: `airline@3`.
    /// - Throws: `ServiceError.damaged` naming the first thing wrong.
    package init(modelJSON: [UInt8], tensors: [NamedTensor], name: String) throws(ServiceError) {
        do throws(ServiceError) {
            document = try ModelDocument(bytes: modelJSON)
        } catch {
            guard case .damaged(let detail) = error else { throw error }
            throw .damaged("\(name): \(detail)")
        }
        do throws(Faults) {
            try document.description.check(tensors)
        } catch {
            throw .damaged("\(name): \(error)")
        }
        self.tensors = tensors
    }

    /// Reads a version from disk. The files must say that they are this version's: folders may be copied and swapped.
    ///
    /// - Parameter sha256: of the weights, as its row has it; nil where it has none.
    /// - Throws: `FileError`, or `ServiceError.damaged`.
    package static func read(
        _ directory: ModelDirectory, name: String, version: Int, sha256: String? = nil
    ) throws -> StoredModel {
        let files = try directory.load(name: name, version: version)
        if let sha256, files.weightsSHA256 != sha256 {
            throw ServiceError.damaged("\(name)@\(version): its weights are not those that were published")
        }
        let stored = try StoredModel(
            modelJSON: files.modelJSON, tensors: files.tensors, name: "\(name)@\(version)")
        guard stored.document.name == name, stored.document.version == version else {
            throw ServiceError.damaged(
                "\(name)@\(version): its files are those of \(stored.document.name)@\(stored.document.version)")
        }
        return stored
    }

    /// Reads a version that a row names.
    ///
    /// - Throws: as the other.
    package static func read(_ directory: ModelDirectory, _ record: VersionRecord) throws -> StoredModel {
        try read(
            directory, name: record.model, version: record.version,
            sha256: VersionInfo(record: record).weightsSHA256)
    }
}
