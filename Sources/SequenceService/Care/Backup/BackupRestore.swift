import Store
package import System

/// Puts a backup into an empty data directory.
///
/// DESIGN. A data directory may be the root of a volume, which cannot be renamed, so what is restored is made inside:
///
/// 1. `.restore.tmp-…`: the files are written and verified; nothing else is there.
/// 2. It becomes `.restore` by one rename: from here on the backup is whole and on disk.
/// 3. Its entries move up one by one, the database last, and `.restore` goes.
///
/// A process that dies in 1 leaves a leftover; in 3 it leaves `.restore`, with which no service starts, and the next
/// restore goes on with 3.
package struct BackupRestore {
    /// What may be in an empty directory.
    private static let harmless: Set<String> = ["lock", "lost+found"]

    private let place: ServiceDirectory
    private let lock: DirectoryLock

    /// Takes hold of a data directory, which is made if it is not there.
    ///
    /// - Throws: `DirectoryInUse`; `NotEmpty`; `FileError`.
    package init(into place: ServiceDirectory) throws {
        self.place = place
        try Files.makeDirectories(place.root)
        let found = try Files.names(in: place.root).filter { !Self.harmless.contains($0) && !Self.isLeftover($0) }
        // With the half of a restore in it, it holds nothing but that restore.
        guard found.isEmpty || place.isHalfRestored else {
            throw NotEmpty(directory: place.root, entries: found)
        }
        lock = try DirectoryLock(place, for: .care)
        for name in try Files.names(in: place.root) where Self.isLeftover(name) {
            try LockedDescriptor.removeIfAbandoned(place.root + "/" + name)
        }
    }

    private static func isLeftover(_ name: String) -> Bool {
        name.hasPrefix(ServiceDirectory.restoreName + ".tmp-") && AtomicFile.isTemporary(name)
    }

    /// The directory has something in it.
    package struct NotEmpty: Error, CustomStringConvertible {
        let directory: String
        let entries: [String]

        package var description: String {
            let shown = entries.prefix(3).joined(separator: ", ") + (entries.count > 3 ? ", …" : "")
            return
                "\(directory) is not empty (\(shown)): a backup is restored into an empty data directory; move this "
                + "one away, or name another with --data"
        }
    }

    /// What does not belong into a backup, or not together.
    package struct Unsound: Error, CustomStringConvertible {
        let findings: [StoreFinding]

        package var description: String {
            "the backup is not a sound store: " + (findings.first.map { "\($0.place): \($0.detail)" } ?? "")
        }
    }

    /// Whether an earlier restore broke off when all was verified; `goOn` ends it.
    package var isHalfDone: Bool { place.isHalfRestored }

    /// Ends what an earlier restore began.
    ///
    /// - Throws: `FileError.io`.
    package func goOn() throws(FileError) { try moveUp() }

    /// Restores what `next` answers, piece by piece: an archive to its end.
    ///
    /// - Parameter name: what errors call the archive.
    /// - Returns: a check of the restored store; versions that were damaged before are in it.
    /// - Throws: `FileError`, `StoreError`, `Unsound`; then nothing of it is to be seen.
    package func run(_ name: String, next: () throws -> [UInt8]) throws -> StoreCheck {
        let work = try LockedDescriptor.makeDirectory(place.restored)
        let path = work.path
        do {
            let unpacker = BackupUnpacker(into: path, name: name)
            while true {
                let bytes = try next()
                if bytes.isEmpty { break }
                try unpacker.feed(bytes)
            }
            try unpacker.finish()
            _ = try BackupStream.damage(ofBackup: path)
            let check = try verified(path)
            for own in [BackupFile.about, BackupFile.digests] { try Files.remove(path + "/" + own) }
            try AtomicFile.fsyncDirectory(path)
            try Files.rename(path, to: place.restored)
            try AtomicFile.fsyncDirectory(place.root)
            try moveUp()
            return check
        } catch {
            try? Files.removeTree(path)
            throw error
        }
    }

    /// Rows and files agree, apart from versions that are known to be damaged.
    private func verified(_ path: String) throws -> StoreCheck {
        let check = try StoreCheck(ServiceDirectory(root: path), isAlone: true)
        let unsound = check.findings.filter { [.databaseDamaged, .databaseMissing, .versionUnknown].contains($0.kind) }
        guard unsound.isEmpty else { throw Unsound(findings: unsound) }
        // Reading a database makes files beside it.
        for suffix in ["-wal", "-shm"] { try Files.remove(path + "/" + BackupFile.database + suffix) }
        return check
    }

    private func moveUp() throws(FileError) {
        let names = try Files.names(in: place.restored)
        for name in names.filter({ $0 != BackupFile.database }) + names.filter({ $0 == BackupFile.database }) {
            try Files.rename(place.restored + "/" + name, to: place.root + "/" + name)
            try AtomicFile.fsyncDirectory(place.root)
        }
        try Files.remove(place.restored)
        try AtomicFile.fsyncDirectory(place.root)
    }
}
