import Store

/// The rows of a store as plain values: what is copied for a transaction and put back when it succeeds.
struct MemoryTables: Sendable {
    /// In the order of acceptance.
    var jobs: [JobRecord] = []
    var events: [EventRecord] = []
    var lastEvent: Int64 = 0
    var counters: [String: Int] = [:]
    var versions: [String: [Int: VersionRecord]] = [:]
    var labels: [String: [String: Int]] = [:]
    var tenants: [String: String] = [:]
    var leftovers: [String: [Int: Int64]] = [:]
    var sessions: [MemorySession] = []
    var lastSession: Int64 = 0

    /// Jobs of `other` that are not the same here.
    func changes(to other: MemoryTables) -> [JobRecord] {
        let known = Dictionary(jobs.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return other.jobs.filter { known[$0.id] != $0 }
    }

    /// What breaks an invariant or refers to what is not there, in words.
    func faults() -> [String] {
        let ids = Set(jobs.map(\.id))
        var faults = jobs.flatMap(JobRules.faults)
        if ids.count != jobs.count { faults.append("two jobs have one id") }
        faults += events.filter { !ids.contains($0.jobID) }.map { "event \($0.id) is of no job" }
        for (model, labels) in labels {
            for (label, version) in labels where versions[model]?[version] == nil {
                faults.append("label \(label) of \(model) is at no version")
            }
        }
        return faults
    }
}

/// One user's draft of the rows.
final class MemoryTransaction: RecordTransaction {
    var tables: MemoryTables

    init(_ tables: MemoryTables) { self.tables = tables }
}

extension MemoryTransaction {
    func job(_ id: String) -> JobRecord? { tables.jobs.first { $0.id == id } }

    func job(idempotencyKey: String, of tenant: String) -> JobRecord? {
        tables.jobs.first { $0.idempotencyKey == idempotencyKey && $0.tenant == tenant }
    }

    func insert(_ job: JobRecord) { tables.jobs.append(job) }

    func save(_ job: JobRecord) {
        guard let index = tables.jobs.firstIndex(where: { $0.id == job.id }) else { return }
        tables.jobs[index] = job
    }

    func jobs(_ filter: JobFilter) -> [JobRecord] {
        let end = filter.before.flatMap { id in tables.jobs.firstIndex { $0.id == id } } ?? tables.jobs.count
        let found = tables.jobs[..<end].reversed().lazy.filter { job in
            let isOfScope = if case .tenant(let tenant) = filter.scope { job.tenant == tenant } else { true }
            return isOfScope && filter.status.map { $0 == job.status } ?? true
                && filter.model.map { $0 == job.model } ?? true
        }
        return Array(found.prefix(filter.limit))
    }

    func oldestQueuedJob() -> JobRecord? { tables.jobs.first { $0.status == .queued } }
    func runningJobs() -> [JobRecord] { tables.jobs.filter { $0.status == .running } }
    func queuedCount() -> Int { tables.jobs.count { $0.status == .queued } }

    func queuePositions(of ids: [String]) -> [String: Int] {
        let queue = tables.jobs.filter { $0.status == .queued }.map(\.id)
        let places = ids.map { id in (id, queue.firstIndex(of: id).map { $0 + 1 }) }
        return Dictionary(places.compactMap { id, place in place.map { (id, $0) } }) { first, _ in first }
    }

    func jobCounts() -> [JobStatus: Int] { Dictionary(grouping: tables.jobs, by: \.status).mapValues(\.count) }
    func neededData(failedSinceMs: Int64) -> Set<String> {
        Set(
            tables.jobs.filter { job in
                !job.status.isFinal || job.status == .failed && job.finishedAtMs ?? 0 > failedSinceMs
            }.map(\.data))
    }
    func needsData(_ name: String, failedSinceMs: Int64) -> Bool {
        neededData(failedSinceMs: failedSinceMs).contains(name)
    }
    func fileOwners() -> [JobFileOwner] {
        tables.jobs.filter { !$0.status.isFinal || $0.status == .failed }.map {
            JobFileOwner(id: $0.id, tenant: $0.tenant, data: $0.data)
        }
    }
    func expiredJobs(endedBeforeMs: Int64, keeping count: Int, limit: Int) -> [JobRecord] {
        let finished = tables.jobs.filter(\.status.isFinal)
        let beyond = Set(finished.dropLast(count).map(\.id))
        return Array(
            finished.filter { $0.finishedAtMs ?? 0 < endedBeforeMs || beyond.contains($0.id) }.prefix(limit))
    }

    func deleteJob(_ id: String) {
        tables.events.removeAll { $0.jobID == id }
        tables.jobs.removeAll { $0.id == id }
    }

    func unfinishedCount(of model: String) -> Int { tables.jobs.count { $0.model == model && !$0.status.isFinal } }
}

extension MemoryTransaction {
    func appendEvent(_ jobID: String, atMs: Int64, json: String) -> Int64 {
        tables.lastEvent += 1
        let id = tables.lastEvent
        tables.events.append(EventRecord(id: id, jobID: jobID, atMs: atMs, json: json))
        return id
    }

    func events(_ jobID: String, after: Int64, limit: Int) -> [EventRecord] {
        Array(tables.events.lazy.filter { $0.jobID == jobID && $0.id > after }.prefix(limit))
    }

    func eventCount(of jobID: String) -> Int { tables.events.count { $0.jobID == jobID } }

    func thinEvents(_ jobID: String, beginningWith prefix: String) {
        let ids = tables.events.filter { $0.jobID == jobID && $0.json.hasPrefix(prefix) }.map(\.id).reversed()
        let gone = Set(ids.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
        tables.events.removeAll { gone.contains($0.id) }
    }

    func events(_ jobID: String, beginningWith prefix: String) -> [EventRecord] {
        tables.events.filter { $0.jobID == jobID && $0.json.hasPrefix(prefix) }
    }
}

extension MemoryTransaction {
    func takeNextVersion(of model: String) -> Int {
        let version = tables.counters[model] ?? 1
        tables.counters[model] = version + 1
        return version
    }

    func raiseNextVersion(of model: String, to version: Int) -> Bool {
        guard tables.counters[model] ?? 1 < version else { return false }
        tables.counters[model] = version
        return true
    }

    func addLeftover(_ version: Int, of model: String, atMs: Int64) {
        tables.leftovers[model, default: [:]][version] = atMs
    }

    func removeLeftover(_ version: Int, of model: String) { tables.leftovers[model]?[version] = nil }

    func leftovers(beforeMs: Int64) -> [(model: String, version: Int)] {
        tables.leftovers.keys.sorted().flatMap { model in
            (tables.leftovers[model] ?? [:]).filter { $0.value < beforeMs }.keys.sorted().map { (model, $0) }
        }.filter { model, version in
            !tables.jobs.contains { $0.model == model && $0.reservedVersion == version && !$0.status.isFinal }
        }
    }

    func reservedVersions() -> [(model: String, version: Int)] {
        tables.jobs.filter { !$0.status.isFinal }.compactMap { job in job.reservedVersion.map { (job.model, $0) } }
    }

    func setDamage(_ detail: String?, of model: String, _ version: Int) {
        tables.versions[model]?[version]?.damage = detail
    }

    func insertVersion(_ version: VersionRecord) {
        tables.versions[version.model, default: [:]][version.version] = version
    }

    func deleteVersion(_ version: Int, of model: String) -> Bool {
        tables.labels[model] = tables.labels[model]?.filter { $0.value != version }
        return tables.versions[model]?.removeValue(forKey: version) != nil
    }

    func deleteVersions(of model: String) {
        tables.versions[model] = nil
        tables.labels[model] = nil
    }

    func versions(of model: String) -> [VersionRecord] {
        (tables.versions[model] ?? [:]).values.sorted { $0.version < $1.version }
    }

    func versionNumbers(of model: String) -> [Int] { (tables.versions[model] ?? [:]).keys.sorted() }
    func versionCount(of model: String) -> Int { tables.versions[model]?.count ?? 0 }
    func version(_ version: Int, of model: String) -> VersionRecord? { tables.versions[model]?[version] }
    func hasVersion(_ version: Int, of model: String) -> Bool { self.version(version, of: model) != nil }

    func models() -> [(name: String, tenant: String)] {
        tables.versions.filter { !$0.value.isEmpty }.keys.sorted().map { ($0, tenant(of: $0)) }
    }

    func labels(of model: String) -> [String: Int] { tables.labels[model] ?? [:] }
    func version(at label: String, of model: String) -> Int? { tables.labels[model]?[label] }
    func setLabel(_ label: String, of model: String, to version: Int) {
        tables.labels[model, default: [:]][label] = version
    }
    func removeLabel(_ label: String, of model: String) -> Bool {
        tables.labels[model]?.removeValue(forKey: label) != nil
    }
}

extension MemoryTransaction {
    func tenant(of model: String) -> String { tables.tenants[model] ?? "" }
    func setTenant(_ tenant: String, of model: String) { tables.tenants[model] = tenant }
    func isInUse(_ model: String) -> Bool { versionCount(of: model) > 0 || unfinishedCount(of: model) > 0 }
}
