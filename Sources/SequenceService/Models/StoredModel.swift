import JSON
package import Kernels
package import ModelFiles
import SequenceModels
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

    /// Reads a version from disk.
    ///
    /// - Throws: `FileError`, or `ServiceError.damaged`.
    package static func read(_ directory: ModelDirectory, name: String, version: Int) throws -> StoredModel {
        let files = try directory.load(name: name, version: version)
        return try StoredModel(modelJSON: files.modelJSON, tensors: files.tensors, name: "\(name)@\(version)")
    }
}
