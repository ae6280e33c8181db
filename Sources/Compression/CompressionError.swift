/// Why compressed bytes cannot be read.
package enum CompressionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// They end before their end is said.
    case truncated
    /// They are not of the format, or their checksum is wrong.
    case corrupted(reason: String)
    /// The bytes behind the end are not another member.
    case trailingBytes
    /// They expand to more than the limit.
    case tooLarge(limitBytes: Int)
    /// They expand to more than so many times their size.
    case ratio(limit: Int)
    /// zlib has no memory.
    case outOfMemory

    package var description: String {
        switch self {
        case .truncated: "the compressed content ends too early"
        case .corrupted(let reason): "the compressed content is corrupted: \(reason)"
        case .trailingBytes: "bytes follow the end of the compressed content"
        case .tooLarge(let limit): "the content is longer than \(limit) bytes when expanded"
        case .ratio(let limit): "the content expands to more than \(limit) times its size"
        case .outOfMemory: "no memory to expand the content"
        }
    }
}
