package import System

/// Digests of the files of a directory: its `SHA256SUMS`, a line `<64 hexadecimal digits>  <file name>` for each, as
/// `sha256sum -c` reads them.
package struct DigestList: Sendable, Equatable {
    /// The list's own name.
    package static let fileName = "SHA256SUMS"
    /// Largest list that is read.
    static let sizeBytesMax = 4096

    private var digests: [(name: String, digest: String)]

    /// Of files by name.
    package init(_ digests: [(name: String, digest: String)]) { self.digests = digests }

    /// - Parameter path: what errors call the text.
    /// - Throws: `FileError.damaged` for a line that is none.
    package init(_ text: [UInt8], path: String) throws(FileError) {
        digests = []
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].utf8.count == 64 else {
                throw .damaged(path: path, detail: "a line is not a digest and a name")
            }
            digests.append((String(parts[1]), String(parts[0])))
        }
    }

    /// Reads the list of a directory.
    ///
    /// - Throws: `FileError.notFound`, `damaged`, `tooLarge`, `io`.
    package init(directory: String) throws(FileError) {
        let path = directory + "/" + Self.fileName
        try self.init(AtomicFile.read(path: path, sizeBytesMax: Self.sizeBytesMax), path: path)
    }

    /// Files with their digests, in the order of the list.
    package var entries: [(name: String, digest: String)] { digests }

    /// As the file holds it.
    package var text: [UInt8] { Array(digests.map { "\($0.digest)  \($0.name)\n" }.joined().utf8) }

    /// The digest of a file; nil for one that is not listed.
    package subscript(name: String) -> String? { digests.last { $0.name == name }?.digest }

    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - path: the file's, for the error.
    /// - Throws: `FileError.damaged` when the file is not listed or its digest is another.
    package func check(_ bytes: [UInt8], _ name: String, path: String) throws(FileError) {
        guard let expected = self[name] else {
            throw .damaged(path: path, detail: "\(Self.fileName) has no digest of it")
        }
        guard SHA256.hex(bytes) == expected else {
            throw .damaged(path: path, detail: "its SHA-256 is not the one in \(Self.fileName)")
        }
    }

    /// Whether both say the same of the same files in the same order.
    package static func == (first: DigestList, second: DigestList) -> Bool { first.text == second.text }
}
