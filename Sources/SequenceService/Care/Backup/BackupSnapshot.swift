import ModelFiles
import Store
package import System

/// What a backup has, held on to in a directory of its own below `.backup`: a copy of the rows, and links to the files
/// that these ask for. Deletions and trainings go on meanwhile, and do not change it.
///
/// DESIGN. Rows and files change under the hands of who reads them, and nothing may stand still for a backup. So:
///
/// 1. Data and checkpoints are linked. They are there before their job is, and go after it has ended.
/// 2. The rows are copied, of one moment (`VACUUM INTO`).
/// 3. Versions are linked by the copied rows. A version that was deleted since is forgotten in the copy, too.
/// 4. Jobs that were queued between 1 and 2 have their data linked now. Where that is gone already, the job has ended
///    in between: then all begins again, which costs a moment.
///
/// Versions, data and checkpoints are written once under their names and never again, so a link is as good as a copy.
package final class BackupSnapshot {
    private static let attemptsMax = 8

    /// A job has come and gone while its files were looked for.
    private struct Outrun: Error {}

    /// The directory of the links.
    let root: String
    private let work: LockedDescriptor
    private let place: ServiceDirectory
    /// Versions and jobs whose files are not there.
    private var damage: [(place: String, detail: String)] = []
    private let createdAtMs: Int64

    /// Holds on to what a data directory has now, whoever works on it.
    ///
    /// - Throws: `StoreError`, `FileError`; `ServiceError.busy` if jobs come and go too quickly.
    package init(of place: ServiceDirectory, nowMs: Int64 = Clock.wallMilliseconds()) throws {
        self.place = place
        createdAtMs = nowMs
        try Files.makeDirectories(place.backups)
        work = try LockedDescriptor.makeDirectory(place.backups + "/backup")
        root = work.path
        for attempt in 1... {
            do {
                try collect()
                return
            } catch is Outrun {
                damage = []
                for name in try Files.names(in: root) { try Files.removeTree(root + "/" + name) }
                guard attempt < Self.attemptsMax else {
                    throw ServiceError.busy("jobs end too quickly for a backup", retryAfterSeconds: 10)
                }
            }
        }
    }

    deinit { try? Files.removeTree(root) }

    /// The archive of all this; it reads the files while it is read.
    ///
    /// - Throws: `FileError` when the directory does not read.
    package func stream() throws(FileError) -> BackupStream {
        BackupStream(root: root, files: try files(""), damage: damage, createdAtMs: createdAtMs)
    }

    /// All files below a directory, as paths below the root, the database first.
    private func files(_ folder: String) throws(FileError) -> [String] {
        var found: [String] = []
        for name in try Files.names(in: root + "/" + folder) {
            let path = folder.isEmpty ? name : folder + "/" + name
            let isFolder = try Files.status(root + "/" + path).st_mode & S_IFMT == S_IFDIR
            found += isFolder ? try files(path) : [path]
        }
        return folder.isEmpty ? found.filter { !$0.contains("/") } + found.filter { $0.contains("/") } : found
    }

    // MARK: Collecting

    private func collect() throws {
        for name in try DataFiles(root: place.data).names() { try link("data/" + name) }
        let checkpoints = CheckpointFiles(directory: place)
        for id in checkpoints.jobs() { try linkJob(id) }
        let rows = try StoreCopy(of: place.database, at: root + "/" + BackupFile.database)
        for name in try rows.models() {
            for version in try rows.versionNumbers(name) { try linkVersion(name, version, rows) }
        }
        let unfinished = try rows.jobs(in: JobStatus.allCases.filter { !$0.isFinal })
        for job in unfinished { try linkNeeds(of: job) }
        let kept = try unfinished + rows.jobs(in: [.failed])
        try removeOthers("data", Set(kept.map(\.data)))
        try removeOthers("checkpoints", Set(kept.map(\.id)))
        try rows.releaseJobs(atMs: createdAtMs)
        for path in [place.history, place.keys] { try link(String(path.dropFirst(place.root.count + 1))) }
    }

    /// Links a file; false if there is none.
    @discardableResult
    private func link(_ path: String) throws(FileError) -> Bool {
        let target = root + "/" + path
        if Files.exists(target) { return true }
        do throws(FileError) {
            // A link is not followed, and what is not a file is not kept.
            guard try Files.status(place.root + "/" + path).st_mode & S_IFMT == S_IFREG else { return false }
            try Files.makeDirectories(Files.parent(of: target))
            try Files.link(place.root + "/" + path, as: target)
            return true
        } catch .notFound {
            return false
        }
    }

    private func linkJob(_ id: String) throws(FileError) {
        let folder = "checkpoints/" + id
        for name in try Files.names(in: place.root + "/" + folder)
        where BackupFile.isName(folder + "/" + name) && !AtomicFile.isTemporary(name) {
            try link(folder + "/" + name)
        }
    }

    private func linkVersion(_ name: String, _ version: Int, _ rows: StoreCopy) throws {
        let folder = "models/\(name)/\(version)"
        var isWhole = true
        for file in ["model.json", "model.safetensors", DigestList.fileName] {
            if try !link(folder + "/" + file) { isWhole = false }
        }
        guard !isWhole else { return }
        if try StoreSnapshot(path: place.database).hasVersion(name, version) {
            damage.append(("\(name)@\(version)", "files of it are missing"))
        } else {
            try rows.forget(name, version)
            try Files.removeTree(root + "/" + folder)
        }
    }

    /// Data and the parent's copy of an unfinished job.
    private func linkNeeds(of job: JobRecord) throws {
        let data = "data/" + job.data
        var isWhole = try DataFiles.isName(job.data) && link(data)
        try linkJob(job.id)
        if (try? JobSettings(text: job.settings))?.from != nil {
            isWhole = isWhole && Files.exists(root + "/checkpoints/\(job.id)/" + DigestList.fileName)
        }
        guard !isWhole else { return }
        let now = try StoreSnapshot(path: place.database).job(job.id)
        guard now?.status.isFinal == false else { throw Outrun() }
        damage.append((job.id, "files that this job needs are missing"))
    }

    private func removeOthers(_ folder: String, _ kept: Set<String>) throws(FileError) {
        for name in try Files.names(in: root + "/" + folder) where !kept.contains(name) {
            try Files.removeTree(root + "/" + folder + "/" + name)
        }
    }
}
