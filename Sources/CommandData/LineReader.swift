/// Reads a file, a pipe or standard input (`-`) line by line, each as soon as it is there.
package struct LineReader {
    /// A longer line is refused.
    private static let sizeBytesMax = 64 << 20

    private let path: String

    /// - Parameter path: of the file; `-` is standard input.
    package init(path: String) { self.path = path }

    /// Calls `body` for each line, without its end; the last one needs none.
    ///
    /// - Throws: `FileError`, `InputError`, and what `body` throws.
    package func forEach(_ body: (String) throws -> Void) throws {
        var input = try InputBytes(path: path)
        var rest: [UInt8] = []
        while true {
            let piece = try input.next()
            if piece.isEmpty { break }
            var start = piece.startIndex
            while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
                rest += piece[start..<end]
                start = end + 1
                try take(&rest, body)
            }
            rest += piece[start...]
            guard rest.count <= Self.sizeBytesMax else {
                throw InputError(description: "\(path): a line of more than \(Self.sizeBytesMax) bytes")
            }
        }
        if !rest.isEmpty { try take(&rest, body) }
    }

    private func take(_ bytes: inout [UInt8], _ body: (String) throws -> Void) throws {
        guard let line = String(validating: bytes, as: UTF8.self) else {
            throw InputError(description: "\(path): a line is not UTF-8")
        }
        bytes.removeAll(keepingCapacity: true)
        try body(line)
    }

    /// All of a short file as a text.
    ///
    /// - Throws: as `forEach`.
    package func text() throws -> String {
        var text = ""
        try forEach { text += $0 + "\n" }
        return text
    }
}
