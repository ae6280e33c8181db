import ModelFiles
package import System

/// Writes the files of a tar archive that is a backup into a directory, and believes it only when its list of digests
/// is there and agrees with every file.
///
/// Feed it the bytes as they come, then call `finish`. The directory is whole and on disk when that returns.
package final class BackupUnpacker {
    private static let sizeBytesMax = 1 << 50

    private let root: String
    private let name: String
    private var buffer: [UInt8] = []
    private var file: OpenFile?
    private var skippedBytes = 0
    private var digests: [String: String] = [:]
    private var folders: Set<String> = []
    /// The zeros at the end were there.
    private var isEnded = false

    private final class OpenFile {
        let path: String
        let descriptor: FileDescriptor
        var leftBytes: Int
        let paddingBytes: Int
        var hash = SHA256()

        init(_ path: String, root: String, sizeBytes: Int) throws(FileError) {
            self.path = path
            descriptor = try FileDescriptor.open(
                root + "/" + path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, operation: "create")
            leftBytes = sizeBytes
            paddingBytes = TarHeader.paddingBytes(sizeBytes)
        }

        func digest() -> String {
            var last = SHA256()
            swap(&last, &hash)
            return last.finalizeHex()
        }
    }

    /// - Parameters:
    ///   - root: a directory that is there and empty.
    ///   - name: what errors call the archive.
    package init(into root: String, name: String) {
        self.root = root
        self.name = name
    }

    /// Takes the next bytes of the archive.
    ///
    /// - Throws: `FileError.damaged` for what no backup has; `FileError.io`.
    package func feed(_ bytes: [UInt8]) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if let file, file.leftBytes > 0 {
                let part = Array(rest.prefix(file.leftBytes))
                try file.descriptor.write(part, root + "/" + file.path)
                file.hash.update(part)
                file.leftBytes -= part.count
                rest = rest.dropFirst(part.count)
            } else if skippedBytes > 0 {
                let count = min(skippedBytes, rest.count)
                skippedBytes -= count
                rest = rest.dropFirst(count)
            } else {
                let part = rest.prefix(TarHeader.blockSizeBytes - buffer.count)
                buffer += part
                rest = rest.dropFirst(part.count)
                if buffer.count == TarHeader.blockSizeBytes { try takeHeader() }
            }
            try endFile()
        }
    }

    private func endFile() throws(FileError) {
        guard let file, file.leftBytes == 0 else { return }
        try file.descriptor.synchronize(root + "/" + file.path)
        digests[file.path] = file.digest()
        skippedBytes = file.paddingBytes
        self.file = nil
    }

    private func takeHeader() throws(FileError) {
        defer { buffer = [] }
        guard !isEnded else { return }
        let header: TarHeader?
        do throws(TarHeader.Fault) {
            header = try TarHeader.read(buffer)
        } catch {
            throw damaged(buffer.starts(with: [0x1F, 0x8B]) ? "it is compressed: gunzip it first" : error.detail)
        }
        guard let header else {
            isEnded = true
            return
        }
        if header.kind == .directory { return }
        let path = header.path.hasPrefix("./") ? String(header.path.dropFirst(2)) : header.path
        guard header.kind == .file, BackupFile.isName(path), header.sizeBytes <= Self.sizeBytesMax else {
            throw damaged("it has an entry \"\(path.prefix(100))\", which no backup has")
        }
        guard digests[path] == nil else { throw damaged("it has \(path) twice") }
        let folder = Files.parent(of: path)
        if folder != ".", folders.insert(folder).inserted { try Files.makeDirectories(root + "/" + folder) }
        file = try OpenFile(path, root: root, sizeBytes: header.sizeBytes)
    }

    /// Compares every file with the list of digests, and waits until all is on disk.
    ///
    /// - Throws: `FileError.damaged` naming the first file that is missing, another, or not listed.
    package func finish() throws(FileError) {
        guard isEnded, file == nil, let own = digests.removeValue(forKey: BackupFile.digests) else {
            throw damaged("it breaks off")
        }
        let path = root + "/" + BackupFile.digests
        let text = try AtomicFile.read(path: path, sizeBytesMax: BackupFile.digestsSizeBytesMax)
        guard SHA256.hex(text) == own else { throw damaged("its list of digests changed while it was written") }
        for (file, digest) in try DigestList(text, path: path).entries {
            guard let found = digests.removeValue(forKey: file) else { throw damaged("\(file) is missing") }
            guard found == digest else {
                throw damaged("\(file): its SHA-256 is not the one in \(BackupFile.digests)")
            }
        }
        if let other = digests.keys.sorted().first {
            throw damaged("\(BackupFile.digests) has no digest of \(other)")
        }
        for folder in folders { try AtomicFile.fsyncDirectory(root + "/" + folder) }
        try AtomicFile.fsyncDirectory(root)
    }

    private func damaged(_ detail: String) -> FileError { .damaged(path: name, detail: detail) }
}
