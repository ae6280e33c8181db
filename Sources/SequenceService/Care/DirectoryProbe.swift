import Synchronization
package import System

/// Whether a data directory can be written: by writing to it. Quotas, permissions and remounts show in nothing else.
package final class DirectoryProbe: Sendable {
    private static let bytes = [UInt8](repeating: 0, count: 4096)

    private let path: String
    private let failure = Mutex<FileError?>(nil)

    /// Touches nothing yet.
    package init(directory: String) { path = directory + "/probe" }

    /// Writes a block, waits until it is on disk, and deletes it.
    ///
    /// - Returns: what was in the way; nil: nothing.
    @discardableResult
    package func run() -> FileError? {
        var found: FileError?
        do throws(FileError) {
            try AtomicFile.write(Self.bytes, to: path)
            try Files.remove(path)
        } catch {
            found = error
        }
        failure.withLock { $0 = found }
        return found
    }

    /// What was in the way the last time.
    package var fault: FileError? { failure.withLock { $0 } }
}
