import JSON
import ModelFiles
package import SequenceModels
package import System

/// Training data on disk, under the SHA-256 of its bytes.
package struct TrainingDataFiles: Sendable {
    /// An unused file younger than this may belong to a request that is about to insert its job.
    private static let unusedSecondsMin = 3600

    private let files: DataFiles

    /// Below the service's own directory.
    package init(directory: ServiceDirectory) { files = DataFiles(root: directory.data) }

    /// Writes the data durably and answers its name. The same data has the same name.
    package func store(_ data: TrainingData) throws(FileError) -> String { try files.put(data.document.bytes) }

    /// - Throws: `FileError` if the file is missing or damaged.
    package func load(_ name: String, tokens: TokenUnit?) throws -> TrainingData {
        try TrainingData.stored(JSONParser.parse(files.get(name)), tokens: tokens)
    }

    /// Reads data that a new job is about to need again.
    ///
    /// - Throws: as `load`.
    func reload(_ name: String, tokens: TokenUnit?) throws -> TrainingData {
        try files.renew(name)
        return try load(name, tokens: tokens)
    }

    /// Deletes data that no unfinished job needs, unless a request has come with the same data since, whose job may be
    /// about to be recorded. What fails is left to `removeUnused`.
    func remove(_ name: String, unchangedSinceMs: Int64) { files.remove(name, unchangedSinceMs: unchangedSinceMs) }

    /// Deletes old files that no unfinished job needs.
    package func removeUnused(inUse: Set<String>) throws(FileError) {
        try files.removeUnused(keeping: inUse, olderThanSeconds: Self.unusedSecondsMin)
    }
}
