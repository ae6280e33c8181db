import ModelFiles
package import Store
package import System

/// What lies where below the data directory.
///
///     rondo.sqlite           jobs, events, versions, labels, sessions
///     lock                   held by whoever is at work here; see `DirectoryLock`
///     keys.json              digests of access keys, unless the configuration names another file
///     keys-required          a server has run with keys.json: without it none starts
///     state-keys.json        secrets that seal states of sessions, unless the configuration names another file
///     reserve                room that is given up so that deletions work on a full disk
///     durations.json         what finished trainings took, for estimates
///     data/<sha256>          training data, content-addressed; kept while an unfinished job needs it
///     checkpoints/<job>/     the newest checkpoint of an unfinished job, and the version it continues
///     models/<name>/<v>/     published versions
///     .backup/               what backups under way hold on to
package struct ServiceDirectory: Sendable {
    /// The data directory.
    package let root: String

    /// The layout below `root`; `prepare` makes it.
    package init(root: String) { self.root = root }

    /// The SQLite file.
    package var database: String { root + "/rondo.sqlite" }
    /// The file of what finished trainings took.
    package var history: String { root + "/durations.json" }
    /// Room that is given up when the disk is full.
    package var reserve: DiskReserve { DiskReserve(directory: root) }
    /// The directory of training data.
    package var data: String { root + "/data" }
    /// The directory of checkpoints.
    package var checkpoints: String { root + "/checkpoints" }
    /// The directory of published versions.
    package var models: String { root + "/models" }

    /// The file by whose lock those who work here know of each other.
    package var lock: String { root + "/lock" }
    /// The file of access keys, unless the configuration names another.
    package var keys: String { root + "/keys.json" }
    /// There since a server has found access keys in `keys`: without them none starts.
    package var keysRequired: String { root + "/keys-required" }
    /// The file of the secrets of states, unless the configuration names another.
    package var stateKeys: String { root + "/state-keys.json" }
    /// The directory of what backups hold on to.
    package var backups: String { root + "/.backup" }

    /// The directory of a restore that has not ended, though all of it is there.
    package var restored: String { root + "/" + Self.restoreName }
    static let restoreName = ".restore"
    /// Whether a restore broke off in the middle of its last step.
    package var isHalfRestored: Bool { Files.exists(restored) }

    /// Why no service may work on a directory.
    package struct Unusable: Error, CustomStringConvertible { package let description: String }

    /// - Throws: `Unusable` for a backup, and where a restore has not ended.
    package func checkUse() throws(Unusable) {
        if isHalfRestored {
            throw Unusable(
                description: "a restore into \(root) broke off: run the same rondo restore again, which ends it")
        }
        if Files.exists(root + "/" + BackupFile.about) {
            throw Unusable(description: "\(root) is a backup: rondo restore puts it into a data directory")
        }
    }

    /// Makes the directories that are missing, and deletes what crashes left half done.
    package func prepare() throws(FileError) {
        try Files.makeDirectories(checkpoints)
        try DataFiles(root: data).prepare()
        try ModelDirectory(root: models).prepare()
        try removeAbandoned(in: backups)
    }

    /// Deletes what a process that has ended left in a directory of work under way.
    package func removeAbandoned(in directory: String) throws(FileError) {
        for name in try Files.names(in: directory) {
            try LockedDescriptor.removeIfAbandoned(directory + "/" + name)
        }
    }

    /// What other users of this machine may do with the data, in words; nil: nothing. A directory that is there is not
    /// changed: a volume may be shared on purpose.
    package var exposure: String? {
        guard let bits = Files.mode(root)?.bits, bits & 0o077 != 0 else { return nil }
        let mode = String(bits, radix: 8)
        return "other users of this machine can get into the data directory (mode \(mode)): chmod 700 \(root)"
    }

    /// Names of the entries of a directory; none if it does not read.
    static func entries(_ path: String) -> [String] { (try? Files.names(in: path)) ?? [] }

    /// Bytes of a file, nil if there is none.
    package static func sizeBytes(_ path: String) -> Int? { (try? Files.status(path)).map { Int($0.st_size) } }

    /// Seconds since a file or directory changed; 0 if there is none.
    static func ageSeconds(_ path: String) -> Int {
        (try? Files.status(path)).map { time(nil) - $0.st_mtim.tv_sec } ?? 0
    }

    /// Deletes a file or an empty directory. What stays is for the next start.
    static func removeFile(_ path: String) { try? Files.remove(path) }
}
