import JSON
import ModelFiles
import SequenceService
import Store
import System
import TestSupport
import Testing

/// A backup is of one moment, whole or not there, and what is restored from it goes on as what it was made of.
@Suite(.serialized) struct BackupTests {
    private let data: ServicePlace
    private let target: ServicePlace

    init() throws {
        data = try ServicePlace()
        target = try ServicePlace(root: "restored")
    }

    private var path: String { target.directory.path + "/backup" }

    @discardableResult
    private func backup(_ path: String? = nil) throws -> [(place: String, detail: String)] {
        let download = try BackupDownload(of: data.place)
        let directory = try BackupDirectory(at: path ?? self.path)
        while true {
            let bytes = try download.next()
            if bytes.isEmpty { return try directory.finish() }
            try directory.feed(bytes)
        }
    }

    private func archive() throws -> [UInt8] {
        let download = try BackupDownload(of: data.place)
        var all: [UInt8] = []
        while true {
            let bytes = try download.next()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    @discardableResult
    private func restore(_ archive: [UInt8]? = nil) throws -> StoreCheck {
        let restore = try BackupRestore(into: target.place)
        if let archive {
            var rest = archive[...]
            return try restore.run("archive") {
                // Pieces that fit nothing.
                defer { rest = rest.dropFirst(777) }
                return Array(rest.prefix(777))
            }
        }
        let stream = try BackupStream(backup: path)
        return try restore.run(path) { try stream.next() }
    }

    @Test func whatIsRestoredGoesOn() async throws {
        let expected = try await data.serving { service in
            _ = try await data.train("wave", service)
            _ = try await data.train("wave", service, epochs: 2)
            try service.store.changeLabels("wave", set: ["beta": 1])
            return (versions: try service.store.versions("wave"), labels: try service.store.labels("wave"))
        }
        #expect(expected.labels["beta"] == 1 && expected.labels["stable"] != nil)
        // A job in the middle of its life, of a process that is about to be elsewhere.
        let id = try await data.serving(runsJobs: false) { service in
            let id = try data.submit("child", service, more: #","from":"wave@1""#)
            _ = try service.store.claimNext(nowMs: 1)
            #expect(try backup().isEmpty)
            #expect(TemporaryDirectory.names(in: data.place.backups).isEmpty, "nothing is held on to")
            // What comes later is not in it.
            try service.modelService.delete("wave", in: .all)
            return id
        }
        #expect(try StoreCheck.run(ServiceDirectory(root: path)).findings.isEmpty)
        let check = try restore()
        #expect(check.findings.isEmpty && check.counts.versions == 2 && check.counts.unfinishedJobs == 1)
        #expect(!TemporaryDirectory.names(in: target.root).contains { $0.hasPrefix(".restore") || $0 == "backup.json" })
        try await target.serving { service in
            #expect(try service.store.versions("wave") == expected.versions)
            #expect(try service.store.labels("wave") == expected.labels)
            let deadline = ContinuousClock.now + .seconds(60)
            while try service.store.job(id)?.status.isFinal == false, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            let job = try #require(try service.store.job(id))
            #expect(job.status == .succeeded && job.attempt == 1, "a copy counts no attempt: \(job)")
        }
        // Data that was restored is younger than its job, and goes after an hour.
        #expect(try target.check().findings.allSatisfy { $0.kind == .leftover })
    }

    @Test func theArchiveIsTheSame() async throws {
        _ = try await data.serving { try await data.train("wave", $0) }
        let bytes = try archive()
        #expect(try restore(bytes).counts.versions == 1)
        // Another program reads it, too.
        let file = target.directory.path + "/a.tar"
        try TemporaryDirectory.put(bytes, file)
        try Files.makeDirectories(path)
        let command = "cd '\(path)' && tar -xf '\(file)' && sha256sum --quiet -c SHA256SUMS && echo fine"
        #expect(Shell.run(command).output == "fine\n")
    }

    /// No byte of an archive may be another, none may be missing, and nothing may come along.
    @Test func spoiltArchivesLeaveNothing() async throws {
        _ = try await data.serving { try await data.train("wave", $0) }
        let good = try archive()
        func refuses(_ bytes: [UInt8], _ what: String) {
            #expect(throws: (any Error).self, "\(what)") { try restore(bytes) }
            #expect(TemporaryDirectory.names(in: target.root).allSatisfy { $0 == "lock" }, "\(what)")
        }
        for offset in stride(from: 0, to: good.count - 1024, by: max(64, good.count / 97)) {
            var bytes = good
            bytes[offset] ^= 1
            // Zeros between files carry nothing; times in headers are under their checksum.
            guard (try? restore(bytes)) != nil else {
                #expect(TemporaryDirectory.names(in: target.root).allSatisfy { $0 == "lock" }, "byte \(offset)")
                continue
            }
            #expect(try target.check().isSound, "byte \(offset)")
            try Files.removeTree(target.root)
        }
        for count in [0, 1, 511, 512, 5000, good.count / 2, good.count - 1025] {
            refuses(Array(good.prefix(count)), "\(count) bytes")
        }
        refuses([0x1F, 0x8B] + good, "gzip")
        refuses(Array("GET / HTTP/1.1\r\n".utf8) + good, "no archive")
        for name in ["../evil", "/etc/evil", "models/a/../../evil", "models/a/1/evil", "data/evil", "x"] {
            let directory = target.directory.path + "/odd"
            try Files.makeDirectories(directory)
            try TemporaryDirectory.put([1], directory + "/f")
            let expression = "s,^f,\(name),"
            _ = Shell.run("cd '\(directory)' && tar --format=ustar -P --transform='\(expression)' -cf ../odd.tar f")
            refuses(TemporaryDirectory.get(target.directory.path + "/odd.tar"), name)
            #expect(!Files.exists("/etc/evil") && !Files.exists(target.directory.path + "/evil"))
        }
        #expect(try restore(good).isSound)
    }

    @Test func aBackupIsNotOverwrittenAndNotServed() async throws {
        _ = try await data.serving { try await data.train("wave", $0) }
        try backup()
        #expect(throws: FileError.alreadyExists(path: path)) { try backup() }
        #expect(throws: ServiceDirectory.Unusable.self) {
            _ = try data.service { $0.dataDirectory = path }
        }
        try restore()
        do {
            try restore()
            Issue.record("restored over something")
        } catch let error as BackupRestore.NotEmpty {
            #expect(
                "\(error)".contains(target.root) && "\(error)".contains("durations.json, models, rondo.sqlite"),
                "\(error)")
        }
    }

    /// What was damaged before is told, and all else is kept.
    @Test func damageIsSaidAndKeptApart() async throws {
        try await data.serving { service in
            for name in ["a", "b", "c"] { _ = try await data.train(name, service) }
        }
        try data.flip(data.place.models + "/a/1/model.safetensors")
        try Files.remove(data.place.models + "/b/1/model.json")
        #expect(try backup().map(\.place) == ["b@1", "models/a/1/model.safetensors"])
        let check = try restore()
        #expect(check.findings.map(\.place) == ["a@1", "b@1"] && !check.isSound)
        try await target.serving { service in
            _ = try await service.models.model(name: "c", version: 1)
            #expect(await ServiceFixture.error { _ = try await service.models.model(name: "a", version: 1) } != nil)
        }
    }

    /// Died at its last step, it goes on there; before, there is nothing but a leftover.
    @Test func aRestoreThatBrokeOffGoesOn() async throws {
        _ = try await data.serving { try await data.train("wave", $0) }
        try backup()
        try restore()
        let half = target.place.restored
        try Files.makeDirectories(half)
        for name in ["rondo.sqlite", "models"] {
            try Files.rename(target.root + "/" + name, to: half + "/" + name)
        }
        try Files.makeDirectories(target.root + "/.restore.tmp-1-ff")
        #expect(throws: ServiceDirectory.Unusable.self) { try target.service() }
        do {
            let next = try BackupRestore(into: target.place)
            #expect(next.isHalfDone)
            try next.goOn()
        }
        #expect(try target.check().findings.isEmpty && target.check().counts.versions == 1)
    }

    /// Backups while jobs are queued, run, publish and are deleted: each of them is a sound store.
    @Test func backupsBesideWorkAreSound() async throws {
        try await data.serving { service in
            let work = Task {
                for round in 0..<12 {
                    let name = "m\(round % 3)"
                    let id = try data.submit(name, service)
                    while try service.store.job(id)?.status.isFinal == false {
                        try await Task.sleep(for: .milliseconds(1))
                    }
                    if round % 3 == 2 { try service.modelService.delete(name, in: .all) }
                }
            }
            for round in 0..<12 {
                #expect(try backup(path + "\(round)").isEmpty)
                let check = try StoreCheck(ServiceDirectory(root: path + "\(round)"), isAlone: true)
                #expect(check.findings.isEmpty, "\(check.findings)")
            }
            try await work.value
        }
    }
}
