package import Kernels
package import System

/// The safetensors format (https://github.com/huggingface/safetensors#format): 8 bytes of little-endian header size, a
/// JSON header with dtype, shape and byte range of each tensor, then the tensors without gaps.
///
/// We write F32, header padded with spaces so that the data starts at a multiple of 8. We read F32, F16, BF16 and F64,
/// all to `Float`. Files come from clients too: everything in the header is checked against the size of the file before
/// anything is allocated for a tensor.
package enum SafeTensors {
    /// Longest header, read or written; settings with a vocabulary may be in it.
    package static let headerSizeBytesMax = 16 << 20

    /// The bytes of a file with these tensors in the given order.
    ///
    /// - Parameter metadata: written with sorted keys, so that equal content has equal bytes.
    /// - Throws: `FileError.tooLarge` when the header would pass `headerSizeBytesMax`.
    /// - Precondition: names are distinct and none is `__metadata__`.
    package static func encode(
        _ tensors: [NamedTensor], metadata: [String: String] = [:]
    ) throws(FileError) -> [UInt8] {
        precondition(Set(tensors.map(\.name)).count == tensors.count, "tensor names repeat: \(tensors.map(\.name))")
        precondition(!tensors.contains { $0.name == metadataKey }, "\(metadataKey) is not a name for a tensor")
        var header = SafeTensorsHeader.text(of: tensors, metadata: metadata)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        guard header.count <= headerSizeBytesMax else {
            throw .tooLarge(path: "safetensors header", sizeBytes: header.count, sizeBytesMax: headerSizeBytesMax)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + tensors.reduce(0) { $0 + 4 * $1.values.count })
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header)
        for tensor in tensors {
            append(tensor.values, to: &bytes)
            WorkerThread.worked(4 * tensor.values.count)
        }
        return bytes
    }

    /// All tensors of a file that has nothing but what we read.
    ///
    /// - Parameter path: what errors call the bytes.
    /// - Throws: `FileError.damaged` naming the first thing wrong.
    package static func decode(
        _ bytes: [UInt8], path: String = "safetensors data"
    ) throws(FileError) -> (tensors: [NamedTensor], metadata: [String: String]) {
        let file = try SafeTensorsFile(bytes, path: path)
        var tensors: [NamedTensor] = []
        tensors.reserveCapacity(file.entries.count)
        for entry in file.entries {
            guard let tensor = file.tensor(entry) else {
                throw .damaged(
                    path: path,
                    detail: "tensor '\(entry.name.prefix(80))' has type '\(entry.type.prefix(20))'; "
                        + "\(SafeTensorsFile.readTypes) are read")
            }
            tensors.append(tensor)
        }
        return (tensors, file.metadata)
    }

    /// Writes a file atomically and durably.
    package static func write(
        _ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String
    ) throws(FileError) {
        try AtomicFile.write(try encode(tensors, metadata: metadata), to: path)
    }

    /// - Throws: `FileError.notFound`, `tooLarge`, `io`, `damaged`.
    package static func read(
        path: String, sizeBytesMax: Int
    ) throws(FileError) -> (tensors: [NamedTensor], metadata: [String: String]) {
        try decode(try AtomicFile.read(path: path, sizeBytesMax: sizeBytesMax), path: path)
    }

    static let metadataKey = "__metadata__"

    private static func append(_ values: [Float], to bytes: inout [UInt8]) {
        // The format is little-endian, and so is every machine that Swift runs on; the assertion keeps it honest.
        assert(1.littleEndian == 1, "big-endian machines need a byte swap here")
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}
