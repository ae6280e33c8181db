import JSON
package import Logging
package import Store

/// Deletes versions that are too many, too old or too large together, where the configuration says so.
package struct VersionRetention {
    private let store: any RecordStore
    private let models: ModelService
    private let retention: Retention
    private let logger: Logger

    /// For the versions of a service.
    package init(store: any RecordStore, models: ModelService, retention: Retention, logger: Logger) {
        self.store = store
        self.models = models
        self.retention = retention
        self.logger = logger
    }

    /// Looks at all versions once. Who gets a label meanwhile is kept.
    ///
    /// - Throws: `StoreError`, `FileError`; what is left goes at the next round.
    package func run(nowMs: Int64) throws {
        if retention.keepsVersions { return }
        for version in retention.expired(try versions(), nowMs: nowMs) {
            let place = VersionPlace(name: version.model, version: version.version)
            guard try models.deleteUnlabelled(place) else { continue }
            logger.notice(
                "version deleted by retention",
                metadata: ["model": "\(place)", "bytes": .number(version.sizeBytes)])
        }
    }

    private func versions() throws -> [RetainedVersion] {
        var needed: Set<String> = []
        for job in try store.jobs(in: JobStatus.allCases.filter({ !$0.isFinal })) {
            // What does not read may be anything: nothing goes before it has ended.
            needed.insert(try JobSettings(text: job.settings).from ?? "")
        }
        var found: [RetainedVersion] = []
        for name in try store.models() {
            let labelled = Set(try store.labels(name).values)
            for record in try store.versions(name) {
                found.append(
                    RetainedVersion(
                        model: name, version: record.version, createdAtMs: record.createdAtMs,
                        sizeBytes: VersionInfo(record: record).json["size_bytes"]?.asInt ?? 0,
                        isNeeded: labelled.contains(record.version) || needed.contains("\(name)@\(record.version)")))
            }
        }
        return found
    }
}
