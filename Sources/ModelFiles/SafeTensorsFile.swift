package import Kernels
package import System

/// A safetensors file whose header was read and checked, and whose tensors are read one by one: it may hold others than
/// numbers of a network.
package struct SafeTensorsFile: Sendable {
    /// A tensor as the header has it.
    package struct Entry: Sendable {
        /// Distinct within the file.
        package let name: String
        /// The format's name of its elements' type: `F32`, `I64`.
        package let type: String
        let shape: [Int]
        /// Bytes of the file.
        let range: Range<Int>

        /// Whether `tensor` rounds nothing.
        package var isExact: Bool { type != SafeTensorsType.float64.rawValue }
    }

    /// The types of elements that are read, in words.
    package static let readTypes = "F32, F16, BF16 and F64"

    /// In the order of the header.
    package let entries: [Entry]
    /// The texts of `__metadata__`.
    package let metadata: [String: String]
    private let bytes: [UInt8]

    /// - Parameter path: what errors call the bytes.
    /// - Throws: `FileError.damaged` naming the first thing wrong.
    package init(_ bytes: [UInt8], path: String = "safetensors data") throws(FileError) {
        func damaged(_ detail: String) -> FileError { .damaged(path: path, detail: detail) }
        guard bytes.count >= 8 else { throw damaged("shorter than the 8 bytes of the header size") }
        let headerSize = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard headerSize <= UInt64(SafeTensors.headerSizeBytesMax) else {
            throw damaged("the header has \(headerSize) bytes, at most \(SafeTensors.headerSizeBytesMax) are read")
        }
        let dataStart = 8 + Int(headerSize)
        guard dataStart <= bytes.count else { throw damaged("the header ends beyond the file") }
        let header: SafeTensorsHeader
        do throws(SafeTensorsHeader.Fault) {
            header = try SafeTensorsHeader(parsing: bytes[8..<dataStart], dataSizeBytes: bytes.count - dataStart)
        } catch {
            throw damaged(error.detail)
        }
        entries = header.entries.map { entry in
            Entry(
                name: entry.name, type: entry.dtype, shape: entry.shape,
                range: dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound)
        }
        metadata = header.metadata
        self.bytes = bytes
    }

    /// A tensor of the file; nil when its type is none that is read. 64-bit numbers are rounded to the nearest of 32
    /// bits, and those beyond become infinite.
    package func tensor(_ entry: Entry) -> NamedTensor? {
        guard let type = SafeTensorsType(rawValue: entry.type) else { return nil }
        defer { WorkerThread.worked(entry.range.count) }
        return NamedTensor(name: entry.name, shape: entry.shape, values: type.floats(bytes, entry.range))
    }
}
