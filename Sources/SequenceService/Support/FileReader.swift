import System

/// Reads a file from its start to its end, piece by piece. Used by one task at a time.
package final class FileReader: Sendable {
    private let descriptor: FileDescriptor
    private let path: String

    /// - Parameters:
    ///   - descriptor: open for reading.
    ///   - path: for errors.
    init(_ descriptor: consuming FileDescriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// The next bytes; none at the end.
    ///
    /// - Throws: `ServiceError.damaged` if the file cannot be read.
    package func next(sizeBytesMax: Int) throws(ServiceError) -> [UInt8] {
        do throws(FileError) {
            return try descriptor.read(sizeBytesMax: sizeBytesMax, path)
        } catch {
            throw .damaged(error.description)
        }
    }
}
