import Logging
import ModelFiles
import SequenceModels
import SequenceService
import Store
import System
import TestSupport
import Testing

/// A check finds what is wrong, a repair mends what can be, and neither takes anything that is worth something.
@Suite(.serialized) struct StoreCheckTests {
    private let data: ServicePlace

    init() throws { data = try ServicePlace() }

    private func kinds(_ check: StoreCheck) -> [StoreFinding.Kind] { check.findings.map(\.kind) }

    @Test func aSoundStoreHasNoFindings() async throws {
        let beside = try await data.serving { service in
            _ = try await data.train("wave", service)
            _ = try await data.train("wave", service, epochs: 2)
            return try data.check()
        }
        for check in [beside, try data.check()] {
            #expect(check.findings == [] && check.isSound)
            #expect(check.counts.versions == 2 && check.counts.models == 1 && check.counts.jobs == 2)
            #expect(check.counts.versionBytes > 1000)
        }
        #expect(try data.repaired().findings == [])
    }

    /// A damaged version is told by the check, and after a repair by every list, until its files are back.
    @Test func aDamagedVersionIsListedAsDamaged() async throws {
        try await data.serving { service in
            _ = try await data.train("wave", service)
            _ = try await data.train("wave", service, epochs: 2)
        }
        let weights = data.place.models + "/wave/1/model.safetensors"
        let good = TemporaryDirectory.get(weights)
        try data.flip(weights)
        #expect(try kinds(data.check()) == [.versionDamaged])
        let repaired = try data.repaired()
        #expect(repaired.findings.map(\.outcome) == ["listed as damaged"] && !repaired.isSound)
        #expect(TemporaryDirectory.get(weights) != good, "nothing is deleted")
        try await data.serving { service in
            let versions = try service.modelService.model("wave", in: .all).versions
            #expect(versions.map { $0.damage != nil } == [true, false], "\(versions.map(\.damage))")
        }
        try TemporaryDirectory.put(good, weights)
        let outdated = try data.check()
        #expect(kinds(outdated) == [.markOutdated] && outdated.isSound)
        #expect(try data.repaired().findings.map(\.isMended) == [true])
        try await data.serving { (service) throws in
            #expect(try service.modelService.model("wave", in: .all).versions.map(\.damage) == [nil, nil])
        }
    }

    @Test func missingAndSwappedFoldersAreFound() async throws {
        try await data.serving { service in
            for name in ["a", "b", "c"] { _ = try await data.train(name, service) }
        }
        let models = data.place.models
        try Files.rename(models + "/a/1", to: models + "/x")
        try Files.rename(models + "/b/1", to: models + "/a/1")
        try Files.rename(models + "/x", to: models + "/b/1")
        try Files.removeTree(models + "/c/1")
        let check = try data.check()
        #expect(check.findings.map(\.place) == ["a@1", "b@1", "c@1"])
        #expect(kinds(check) == [.versionDamaged, .versionDamaged, .versionMissing] && !check.isSound)
    }

    /// A store without its index is made again from its folders: the same versions with the same bytes.
    @Test func aLostIndexIsRebuilt() async throws {
        let before = try await data.serving { service in
            _ = try await data.train("wave", service)
            _ = try await data.train("wave", service, epochs: 2)
            _ = try await data.train("tide", service)
            return try service.store.versions("wave")
        }
        for suffix in ["", "-wal", "-shm"] { try Files.remove(data.place.database + suffix) }
        try data.flip(data.place.models + "/tide/1/model.json")
        let lost = try data.check()
        #expect(kinds(lost) == [.databaseMissing, .versionUnknownDamaged, .versionUnknown, .versionUnknown])
        let adopted = try data.repaired(.init(repairs: false, adopts: true))
        #expect(adopted.findings.count(where: \.isMended) == 3)
        #expect(adopted.findings.filter { !$0.isMended }.map(\.place) == ["tide@1", "wave"])
        #expect(adopted.findings.last?.detail.contains("which one had it is not in the folders") == true)
        try await data.serving { service in
            let after = try service.store.versions("wave")
            #expect(after.map(\.info) == before.map(\.info) && after.map(\.jobID) == before.map(\.jobID))
            #expect(try service.store.labels("wave").isEmpty)
            _ = try await service.models.model(name: "wave", version: 2)
            #expect(try await data.train("wave", service, epochs: 3) == 3, "numbers go on")
        }
    }

    @Test func adoptionTakesNothingsPlace() async throws {
        try await data.serving { _ = try await data.train("wave", $0) }
        let older = TemporaryDirectory.get(data.place.database)
        try await data.serving { service in
            _ = try await data.train("wave", service, epochs: 2)
            _ = try await data.train("own", service, in: .tenant("a"))
        }
        for suffix in ["-wal", "-shm"] { try Files.remove(data.place.database + suffix) }
        try TemporaryDirectory.put(older, data.place.database)
        var wishes = StoreRepair.Wishes(repairs: false, adopts: true)
        wishes.tenant = "b"
        wishes.setsStable = true
        let check = try data.repaired(wishes)
        #expect(kinds(check) == [.versionUnknown, .versionUnknown, .labelMissing] && check.isSound)
        try await data.serving { (service) throws in
            #expect(try service.store.versionNumbers("wave") == [1, 2])
            #expect(try service.store.labels("wave") == ["stable": 1], "a label that is known stays")
            #expect(try service.store.labels("own") == ["stable": 1])
            #expect(try service.store.tenant(ofModel: "own") == "b" && service.store.tenant(ofModel: "wave") == "")
        }
        #expect(try data.repaired(wishes).findings.isEmpty)
    }

    /// What a job that waits needs, and what nobody needs any more.
    @Test func filesOfJobsAreChecked() async throws {
        try await data.serving { _ = try await data.train("parent", $0) }
        let id = try await data.serving(runsJobs: false) { service in
            try data.submit("child", service, more: #","from":"parent@1""#)
        }
        let checkpoints = CheckpointFiles(directory: data.place)
        try checkpoints.save(.init(tensors: [], metadata: [:]), of: id)
        try checkpoints.save(.init(tensors: [], metadata: ["n": "2"]), of: "job_gone")
        #expect(try kinds(data.check()) == [.leftover])
        let folder = data.place.checkpoints + "/" + id
        for name in TemporaryDirectory.names(in: folder) where name.hasSuffix("tensors") {
            try data.flip(folder + "/" + name)
        }
        let name = try #require(TemporaryDirectory.names(in: data.place.data).first)
        try data.flip(data.place.data + "/" + name)
        _ = try DataFiles(root: data.place.data).put([1, 2, 3])
        try TemporaryDirectory.put([1], data.place.data + "/x.tmp-1-ff")
        try TemporaryDirectory.put([1], data.root + "/notes.txt")
        let repaired = try data.repaired()
        #expect(
            kinds(repaired) == [
                .dataDamaged, .parentDamaged, .checkpointDamaged, .leftover, .leftover, .leftover, .unknownFile,
            ], "\(repaired.findings)")
        #expect(repaired.findings.map(\.isMended) == [false, false, true, true, true, true, false])
        #expect(try kinds(data.check()) == [.dataDamaged, .parentDamaged, .unknownFile])
    }

    @Test func aDamagedDatabaseIsNamedAndNotTouched() async throws {
        try await data.serving { service in
            for index in 0..<8 { _ = try await data.train("wave\(index)", service) }
        }
        var bytes = TemporaryDirectory.get(data.place.database)
        for offset in 8192..<8292 { bytes[offset] = 0xA5 }
        try TemporaryDirectory.put(bytes, data.place.database)
        #expect(try kinds(data.check()).contains(.databaseDamaged))
        #expect(throws: StoreError.self) { try data.repaired() }
    }

    /// Who mends and who serves keep each other out.
    @Test func nobodyMendsBesideAService() async throws {
        try await data.serving { service in
            #expect(throws: DirectoryInUse.self) { try DirectoryLock(data.place, for: .care) }
            // The lock file may have been deleted; the store has a lock of its own.
            try Files.remove(data.place.lock)
            #expect(throws: DirectoryInUse.self) { try DirectoryLock(data.place, for: .care) }
        }
        let lock = try data.lock()
        #expect(throws: DirectoryInUse.self) { try data.service() }
        withExtendedLifetime(lock) {}
    }

    /// Killed between the files and the row of a version: its job publishes the same again, so it is not unknown.
    @Test func filesOfAReservedNumberAreNotUnknown() async throws {
        try await data.serving { _ = try await data.train("wave", $0) }
        try await data.serving(runsJobs: false) { service in
            _ = try data.submit("wave", service)
            let job = try #require(try service.store.claimNext(nowMs: 1))
            let version = try service.store.reserveVersion(job.id)
            try service.directory.publish(name: "wave", version: version, modelJSON: [1], tensors: [])
            #expect(try StoreComparison(store: service.store, directory: service.directory).findings.isEmpty)
            #expect(try data.check().findings.isEmpty)
        }
    }
}
