import ModelFiles
import Store
import System

// What nobody needs, and what nobody here has made.

extension StoreCheck {
    /// Files that rows do not ask for any more.
    mutating func checkLeftovers(_ rows: StoreSnapshot) throws {
        let oldMs = nowMs - Int64(Retention.unclaimedSecondsMin) * 1000
        for (name, version) in try rows.leftovers(beforeMs: isAlone ? .max : oldMs)
        where try models.hasFiles(name: name, version: version) {
            add(
                .leftover, "models/\(name)/\(version)", "an import, a publication or a deletion broke off",
                .removeVersion(name: name, version: version))
        }
        for id in checkpoints.jobs() {
            let age = isAlone ? Int.max : checkpoints.ageSeconds(id)
            guard try !retention.keepsCheckpoint(of: rows.job(id), ageSeconds: age, nowMs: nowMs) else { continue }
            add(
                .leftover, "checkpoints/\(id)", "its job has ended, or there is none",
                .removeFiles(path: place.checkpoints + "/" + id))
        }
        let needed = try rows.neededData(failedSinceMs: retention.failedSinceMs(nowMs))
        for name in try DataFiles(root: place.data).names() where !needed.contains(name) {
            let path = place.data + "/" + name
            guard isAlone || ServiceDirectory.ageSeconds(path) >= Retention.unclaimedSecondsMin else { continue }
            add(.leftover, "data/\(name)", "no job needs it", .removeFiles(path: path))
        }
    }

    /// Work that a process left when it ended.
    mutating func checkWork() throws {
        for (folder, name) in [(models.root + "/.work", "models/.work"), (place.backups, ".backup")] {
            for entry in try Files.names(in: folder) where LockedDescriptor.isAbandoned(folder + "/" + entry) {
                add(
                    .leftover, name + "/" + entry, "a process ended before it was done",
                    .removeFiles(path: folder + "/" + entry))
            }
        }
        let jobs = checkpoints.jobs().map { "checkpoints/" + $0 }
        for folder in [".", "data", "checkpoints"] + jobs {
            let path = folder == "." ? place.root : place.root + "/" + folder
            for entry in ServiceDirectory.entries(path)
            where AtomicFile.isTemporary(entry) && LockedDescriptor.isAbandoned(path + "/" + entry) {
                let file = folder == "." ? entry : folder + "/" + entry
                add(.leftover, file, "a process ended while it wrote it", .removeFiles(path: path + "/" + entry))
            }
        }
    }

    private static let knownEntries: Set<String> = [
        "rondo.sqlite", "rondo.sqlite-wal", "rondo.sqlite-shm", "rondo.sqlite-journal", "rondo.sqlite.runners", "lock",
        "probe",
        "reserve", BackupFile.about, BackupFile.digests, "durations.json", "keys.json", "keys-required",
        "state-keys.json", "data",
        "checkpoints", "models",
        ".backup", "lost+found",
    ]

    /// Names that are not the service's.
    mutating func checkEntries() throws {
        for name in try Files.names(in: place.root)
        where !Self.knownEntries.contains(name) && !AtomicFile.isTemporary(name) {
            let isCopy = name.hasPrefix("rondo.sqlite-wal.damaged-") || name.hasPrefix("rondo.sqlite.schema-")
            add(
                .unknownFile, name,
                isCopy ? "a copy that was set aside for you" : "the service did not make it, and does not use it",
                .byHand("look at it, and delete it when it is of no use"))
        }
        for name in try Files.names(in: place.models) where name != ".work" {
            let folder = place.models + "/" + name
            let odd = ServiceDirectory.entries(folder).filter { ModelReference.version($0) == nil }
            for entry in ModelName.isValid(name) ? odd.map({ name + "/" + $0 }) : [name] {
                add(
                    .unknownFile, "models/" + entry, "it is not named as models and versions are",
                    .byHand("look at it, and delete it when it is of no use"))
            }
        }
    }
}
