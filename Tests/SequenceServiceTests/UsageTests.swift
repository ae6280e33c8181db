import ModelFiles
import SequenceService
import Store
import System
import TestSupport
import Testing

/// What is kept, and what it takes.
@Suite(.serialized) struct UsageTests {
    private let data: ServicePlace

    init() throws { data = try ServicePlace() }

    @Test func everyByteIsSomebodys() async throws {
        try await data.serving { service in
            _ = try await data.train("wave", service)
            _ = try await data.train("wave", service, epochs: 2)
            _ = try await data.train("other", service, in: .tenant("ops"))
        }
        try await data.serving(runsJobs: false) { service in
            _ = try data.submit("later", service, more: #","from":"wave@1""#)
            let all = try service.usage.usage(in: .all)
            #expect(all.tenants.map(\.name) == ["", "ops"] && all.tenants.map(\.versions) == [2, 1])
            #expect(all.kinds.map(\.name) == ["models", "data", "checkpoints", "database", "reserve", "other"])
            let bytes = Dictionary(uniqueKeysWithValues: all.kinds.map { ($0.name, $0.bytes) })
            #expect(all.tenants.reduce(0) { $0 + $1.modelBytes } == bytes["models"])
            #expect(all.tenants[0].dataBytes == bytes["data"] && all.tenants[0].dataBytes > 100)
            #expect(all.tenants[0].checkpointBytes == bytes["checkpoints"] && all.tenants[0].checkpointBytes > 100)
            #expect(all.disk.map { $0.freeBytes > 0 && $0.totalBytes > $0.freeBytes } == true)
            let files = TemporaryDirectory.tree(data.root).map { data.root + "/" + $0 }.filter {
                !Files.isDirectory($0)
            }
            let total = files.reduce(0) { $0 + (ServiceDirectory.sizeBytes($1) ?? 0) }
            #expect(all.kinds.reduce(0) { $0 + $1.bytes } == total)
            let own = try service.usage.usage(in: .tenant("ops"))
            #expect(own.tenants == [all.tenants[1]] && own.kinds.isEmpty && own.disk == nil)
        }
    }

    /// The caretaker deletes what is beyond the configuration, and nothing that somebody needs.
    @Test func versionsBeyondRetentionGo() async throws {
        try await data.serving { service in
            for epochs in 1...5 { _ = try await data.train("wave", service, epochs: epochs) }
            try service.store.changeLabels("wave", set: ["stable": 2])
        }
        try await data.serving(runsJobs: false) { service in
            _ = try data.submit("child", service, more: #","from":"wave@1""#)
        }
        let before = try data.check().counts.versionBytes
        let service = try data.service { $0.limits.retention.versionsMax = 2 }
        let retention = VersionRetention(
            store: service.store, models: service.modelService, retention: service.configuration.limits.retention,
            logger: service.logger)
        try retention.run(nowMs: Clock.wallMilliseconds())
        #expect(try service.store.versionNumbers("wave") == [1, 2, 5], "a parent, a label, and the newest")
        #expect(try service.directory.versions().map(\.versions) == [[1, 2, 5]])
        #expect(try service.store.leftovers(beforeMs: .max).isEmpty)
        try retention.run(nowMs: Clock.wallMilliseconds())
        #expect(try service.store.versionNumbers("wave") == [1, 2, 5])
        await service.stop()
        let check = try data.check()
        #expect(check.isSound && check.counts.versionBytes < before)
    }
}
