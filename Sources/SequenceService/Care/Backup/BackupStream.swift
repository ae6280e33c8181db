import JSON
import ModelFiles
package import System

/// A backup as the bytes of a tar archive, piece by piece: the files of a directory, each compared with the digest that
/// it is to have, then `backup.json`, and at the end `SHA256SUMS`, without which nothing believes an archive.
///
/// One user at a time; every call blocks.
package final class BackupStream {
    private static let pieceSizeBytes = 256 << 10
    private static let format = "rondo-backup"
    private static let formatVersion = 1

    private let root: String
    private var rest: ArraySlice<String>
    private let createdAtMs: Int64
    /// Files that are made here and follow the others; a backup that is read again has them already.
    private var own: [(name: String, content: (BackupStream) -> [UInt8])]
    private var open: OpenFile?
    private var digests: [(name: String, digest: String)] = []
    private var isEnded = false
    /// What is not as it should be, with the file that is damaged or the version without files.
    package private(set) var damage: [(place: String, detail: String)]

    private final class OpenFile {
        let path: String
        let descriptor: FileDescriptor
        let sizeBytes: Int
        var leftBytes: Int
        var hash = SHA256()

        init(root: String, path: String) throws(FileError) {
            self.path = path
            descriptor = try Files.open(path, below: root)
            sizeBytes = Int(try descriptor.status(path).st_size)
            leftBytes = sizeBytes
        }

        /// Ends the digest, which takes it.
        func digest() -> String {
            var last = SHA256()
            swap(&last, &hash)
            return last.finalizeHex()
        }
    }

    /// Of a new backup.
    ///
    /// - Parameters:
    ///   - root: the directory of the files.
    ///   - files: paths below it.
    ///   - damage: what is known to be wrong already.
    init(root: String, files: [String], damage: [(place: String, detail: String)], createdAtMs: Int64) {
        self.root = root
        self.createdAtMs = createdAtMs
        self.damage = damage
        rest = files[...]
        own = [(BackupFile.about, { $0.about }), (BackupFile.digests, { DigestList($0.digests).text })]
    }

    /// Of a backup that is a directory.
    ///
    /// - Throws: `FileError` when its list of digests does not read.
    package init(backup root: String) throws(FileError) {
        self.root = root
        createdAtMs = 0
        damage = []
        let path = root + "/" + BackupFile.digests
        let text = try AtomicFile.read(path: path, sizeBytesMax: BackupFile.digestsSizeBytesMax)
        let names = try DigestList(text, path: path).entries.map(\.name)
        for name in names where !BackupFile.isName(name) {
            throw .damaged(path: path, detail: "it names \"\(name.prefix(100))\", which no backup has")
        }
        rest = (names + [BackupFile.digests])[...]
        own = []
    }

    /// The next bytes; none at the end.
    ///
    /// - Throws: `FileError` for a file that is not there, or changes while it is read.
    package func next() throws(FileError) -> [UInt8] {
        while !isEnded {
            if let open {
                let bytes = try piece(of: open)
                // A file that fills its blocks has none behind it.
                if bytes.isEmpty { continue }
                return bytes
            }
            if let path = rest.popFirst() {
                let file = try OpenFile(root: root, path: path)
                open = file
                return try header(path, file.sizeBytes)
            }
            guard !own.isEmpty else {
                isEnded = true
                return [UInt8](repeating: 0, count: 2 * TarHeader.blockSizeBytes)
            }
            let (name, content) = own.removeFirst()
            let bytes = content(self)
            digests.append((name, SHA256.hex(bytes)))
            return try header(name, bytes.count) + bytes + Self.zeros(TarHeader.paddingBytes(bytes.count))
        }
        return []
    }

    private func header(_ path: String, _ sizeBytes: Int) throws(FileError) -> [UInt8] {
        let header = TarHeader(path: path, sizeBytes: sizeBytes, changedAt: Int(createdAtMs / 1000))
        guard let bytes = header.bytes else { throw .invalidName(name: path) }
        return bytes
    }

    private func piece(of file: OpenFile) throws(FileError) -> [UInt8] {
        guard file.leftBytes > 0 else {
            end(file)
            open = nil
            return Self.zeros(TarHeader.paddingBytes(file.sizeBytes))
        }
        let bytes = try file.descriptor.read(sizeBytesMax: min(Self.pieceSizeBytes, file.leftBytes), file.path)
        guard !bytes.isEmpty else { throw .damaged(path: file.path, detail: "it was cut while being read") }
        file.hash.update(bytes)
        file.leftBytes -= bytes.count
        return bytes
    }

    private func end(_ file: OpenFile) {
        let digest = file.digest()
        digests.append((file.path, digest))
        guard !own.isEmpty, let expected = BackupFile.expectedDigest(file.path, root: root), expected != digest else {
            return
        }
        damage.append((file.path, "its SHA-256 is not the one that it was written with"))
    }

    private var about: [UInt8] {
        let json: JSONValue = [
            "format": .string(Self.format), "format_version": .integer(Self.formatVersion),
            "created_at": .string(Timestamp.text(milliseconds: createdAtMs)),
            "version": .string(ServiceVersion.number), "files": .integer(digests.count),
            "damaged": .array(damage.map { ["place": .string($0.place), "detail": .string($0.detail)] }),
        ]
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    /// What a `backup.json` says is damaged in its backup.
    ///
    /// - Throws: `FileError` when there is none, or one of a newer format.
    static func damage(ofBackup root: String) throws(FileError) -> [(place: String, detail: String)] {
        let path = root + "/" + BackupFile.about
        let bytes = try AtomicFile.read(path: path, sizeBytesMax: 64 << 20)
        guard let json = try? JSONParser.parse(bytes), json["format"]?.asString == format else {
            throw .damaged(path: path, detail: "it does not say that this is a backup of Rondo's")
        }
        guard let version = json["format_version"]?.asInt, version <= formatVersion else {
            throw .damaged(path: path, detail: "it is of a newer format: use a newer program")
        }
        return (json["damaged"]?.elements ?? []).map { ($0["place"]?.asString ?? "", $0["detail"]?.asString ?? "") }
    }
}
