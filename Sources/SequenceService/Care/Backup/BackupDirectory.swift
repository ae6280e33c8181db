package import System

/// A backup as a directory: written under another name, and renamed when it is whole.
package final class BackupDirectory {
    private let target: String
    private let work: LockedDescriptor
    private let unpacker: BackupUnpacker

    /// Begins a directory that must not be there yet.
    ///
    /// - Throws: `FileError.alreadyExists`, `notFound` when its parent is not there, `io`.
    package init(at target: String) throws(FileError) {
        var path = target
        while path.count > 1, path.last == "/" { path.removeLast() }
        guard !Files.exists(path) else { throw .alreadyExists(path: path) }
        Self.removeAbandoned(path)
        self.target = path
        work = try LockedDescriptor.makeDirectory(path)
        unpacker = BackupUnpacker(into: work.path, name: "the backup")
    }

    /// What earlier attempts at the same name left.
    private static func removeAbandoned(_ path: String) {
        let parent = Files.parent(of: path), name = path.split(separator: "/").last.map(String.init) ?? path
        for entry in (try? Files.names(in: parent)) ?? []
        where entry.hasPrefix(name + ".tmp-") && AtomicFile.isTemporary(entry) {
            try? LockedDescriptor.removeIfAbandoned(parent + "/" + entry)
        }
    }

    /// Takes the next bytes of the archive.
    ///
    /// - Throws: as `BackupUnpacker.feed`.
    package func feed(_ bytes: [UInt8]) throws(FileError) { try unpacker.feed(bytes) }

    /// Makes the directory appear, verified and on disk.
    ///
    /// - Returns: what its files say is damaged in it.
    /// - Throws: as `BackupUnpacker.finish`; `FileError.alreadyExists` if there is a directory of the name by now.
    package func finish() throws(FileError) -> [(place: String, detail: String)] {
        let path = work.path
        try unpacker.finish()
        let damage = try BackupStream.damage(ofBackup: path)
        do throws(FileError) {
            try Files.rename(path, to: target)
        } catch .io(_, _, let code) where [ENOTEMPTY, EEXIST, ENOTDIR].contains(code) {
            throw .alreadyExists(path: target)
        }
        try AtomicFile.fsyncDirectory(Files.parent(of: target))
        return damage
    }

    /// Deletes what was written so far.
    package func abandon() { try? Files.removeTree(work.path) }
}
