#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a file from its start to its end, piece by piece. Used by one task at a time.
package final class FileReader: Sendable {
    private let descriptor: Int32
    private let path: String

    /// - Parameters:
    ///   - descriptor: open for reading; closed with the reader.
    ///   - path: for errors.
    init(_ descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// The next bytes; none at the end.
    ///
    /// - Throws: `ServiceError.damaged` if the file cannot be read.
    package func next(sizeBytesMax: Int) throws(ServiceError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: sizeBytesMax) { buffer, count in
            var got = -1
            repeat { got = read(descriptor, buffer.baseAddress, sizeBytesMax) } while got < 0 && errno == EINTR
            if got < 0 { code = errno }
            count = max(0, got)
        }
        guard code == 0 else { throw .damaged("cannot read \(path): \(String(cString: strerror(code)))") }
        return bytes
    }
}
