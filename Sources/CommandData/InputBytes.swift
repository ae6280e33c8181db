import Compression
import System

/// The bytes that a command reads: of a file, of a pipe, of standard input (`-`); what is compressed with gzip comes
/// out expanded.
struct InputBytes: ~Copyable {
    /// Together, so that a small file cannot fill the memory.
    static let sizeBytesMax = 16 << 30
    private static let pieceSizeBytes = 1 << 18
    /// Deflate's own bound.
    private static let ratioMax = 1032

    private let path: String
    private let file: FileDescriptor
    private var decompressor: Decompressor?
    private var isBegun = false
    private var isAtEnd = false

    /// - Throws: `FileError` for what cannot be opened.
    init(path: String) throws(FileError) {
        self.path = path
        // Unlike files of the store, what a user names may be a link or a pipe.
        file = try FileDescriptor.open(path == "-" ? "/dev/stdin" : path, 0)
    }

    /// Of all bytes that come; nil where only their end will tell.
    var sizeBytes: Int? {
        guard decompressor == nil, let status = try? file.status(path), status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return Int(status.st_size)
    }

    /// The next bytes; none at the end.
    ///
    /// - Throws: `FileError`; `InputError` for what is broken or too large.
    mutating func next() throws -> [UInt8] {
        if decompressor == nil {
            let piece = try file.read(sizeBytesMax: Self.pieceSizeBytes, path)
            if isBegun || !piece.starts(with: [0x1F, 0x8B]) {
                isBegun = true
                return piece
            }
            isBegun = true
            decompressor = try expanding {
                try Decompressor(.gzip, outputBytesMax: Self.sizeBytesMax, ratioMax: Self.ratioMax)
            }
            decompressor?.feed(piece)
        }
        return try expand()
    }

    private mutating func expand() throws -> [UInt8] {
        while !isAtEnd, let decompressor {
            let output = try expanding { try decompressor.next() }
            if !output.isEmpty { return output }
            let piece = try file.read(sizeBytesMax: Self.pieceSizeBytes, path)
            if piece.isEmpty {
                isAtEnd = true
                try expanding { try decompressor.finish() }
            } else {
                decompressor.feed(piece)
            }
        }
        return []
    }

    private func expanding<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as CompressionError {
            throw InputError(description: "\(path): gzip: \(error)")
        }
    }
}
