import JSON
import ModelFiles
package import Store
import System

/// What lies in the data directory: bytes by kind, by tenant, and what is free.
package struct Usage: Sendable, Equatable {
    /// Of one tenant.
    package struct Tenant: Sendable, Equatable {
        /// "" for the unnamed one.
        package let name: String
        /// Versions that it has.
        package var versions = 0
        /// Of its versions.
        package var modelBytes = 0
        /// Training data of its unfinished and failed jobs; what two tenants have counts for both.
        package var dataBytes = 0
        /// Checkpoints and copies of parents of its jobs.
        package var checkpointBytes = 0
    }

    /// By kind, in a fixed order: `models`, `data`, `checkpoints`, `database`, `reserve`, `other`.
    package var kinds: [(name: String, bytes: Int)]
    /// Those who have something, by name.
    package var tenants: [Tenant]
    /// Of the disk, for users; nil where it cannot be told.
    package var disk: (freeBytes: Int, totalBytes: Int)?

    /// Whether both say the same of the directory; what is free changes by itself.
    package static func == (first: Usage, second: Usage) -> Bool {
        first.tenants == second.tenants && first.kinds.map(\.name) == second.kinds.map(\.name)
            && first.kinds.map(\.bytes) == second.kinds.map(\.bytes)
    }
}

/// Looks how much room everything takes. It asks for the size of every file: call it on a thread of our own.
package struct UsageService: Sendable {
    let place: ServiceDirectory
    let store: any RecordStore

    /// Of everybody for who sees all; of the tenant alone for others, without kinds and disk.
    ///
    /// - Throws: `StoreError`.
    package func usage(in scope: Scope) throws -> Usage {
        var tenants: [String: Usage.Tenant] = [:]
        func add(_ tenant: String, _ change: (inout Usage.Tenant) -> Void) {
            if scope.contains(tenant) { change(&tenants[tenant, default: Usage.Tenant(name: tenant)]) }
        }
        for (name, tenant) in try store.read({ records throws(StoreError) in try records.models() }) {
            let versions = try store.versionNumbers(name)
            let bytes = versions.reduce(0) { $0 + Self.bytes(place.models + "/\(name)/\($1)") }
            add(tenant) { ($0.versions, $0.modelBytes) = ($0.versions + versions.count, $0.modelBytes + bytes) }
        }
        var data: Set<String> = []
        for job in try store.fileOwners() {
            let checkpoint = Self.bytes(place.checkpoints + "/" + job.id)
            let isNew = data.insert(job.tenant + "/" + job.data).inserted
            let body = isNew ? Self.bytes(place.data + "/" + job.data) : 0
            if checkpoint + body > 0 {
                add(job.tenant) {
                    ($0.checkpointBytes, $0.dataBytes) = ($0.checkpointBytes + checkpoint, $0.dataBytes + body)
                }
            }
        }
        let seesAll = scope == .all
        return Usage(
            kinds: seesAll ? kinds() : [], tenants: tenants.values.sorted { $0.name < $1.name },
            disk: seesAll ? place.reserve.space : nil)
    }

    private func kinds() -> [(name: String, bytes: Int)] {
        let known = ["models": "models", "data": "data", "checkpoints": "checkpoints", "reserve": "reserve"]
        var bytes: [String: Int] = [:]
        for name in ServiceDirectory.entries(place.root) {
            let kind = known[name] ?? (name.hasPrefix("rondo.sqlite") ? "database" : "other")
            bytes[kind, default: 0] += Self.bytes(place.root + "/" + name)
        }
        return ["models", "data", "checkpoints", "database", "reserve", "other"].map { ($0, bytes[$0] ?? 0) }
    }

    /// Of a file, or of all below a directory; 0 for what is gone meanwhile.
    private static func bytes(_ path: String) -> Int {
        guard let status = try? Files.status(path) else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return Int(status.st_size) }
        return ServiceDirectory.entries(path).reduce(0) { $0 + bytes(path + "/" + $1) }
    }
}
