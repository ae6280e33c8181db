import Kernels
import ModelFiles
import System
import TestSupport
import Testing

@Suite struct ModelDirectoryTests {
    private let tensors = [NamedTensor(name: "w", shape: [2, 2], values: [1, 2, 3, 4])]
    private let json = Array(#"{"task":"forecast"}"#.utf8)

    private func fresh(_ files: TemporaryDirectory) throws -> ModelDirectory {
        let models = ModelDirectory(root: files.path + "/models")
        try models.prepare()
        return models
    }

    @Test func whatIsPublishedIsLoaded() throws {
        let files = try TemporaryDirectory()
        let models = try fresh(files)
        let digest = try models.publish(name: "air.line-1_A", version: 3, modelJSON: json, tensors: tensors)
        try models.publish(name: "air.line-1_A", version: 12, modelJSON: json, tensors: [])
        try models.publish(name: "b", version: 1, modelJSON: json, tensors: tensors)
        let loaded = try models.load(name: "air.line-1_A", version: 3)
        #expect(loaded.modelJSON == json && loaded.tensors == tensors && loaded.weightsSHA256 == digest)
        #expect(try SHA256.hex(TemporaryDirectory.get(models.weightsPath(name: "air.line-1_A", version: 3))) == digest)
        #expect(try models.loadModelJSON(name: "b", version: 1) == json)
        let versions = try models.versions()
        #expect(versions.map(\.name) == ["air.line-1_A", "b"] && versions.map(\.versions) == [[3, 12], [1]])
        #expect(throws: FileError.alreadyExists(path: models.root + "/b/1")) {
            try models.publish(name: "b", version: 1, modelJSON: [], tensors: [])
        }
        #expect(try models.load(name: "b", version: 1).tensors == tensors)
        try models.publish(name: "b", version: 1, modelJSON: [0x31], tensors: [], replacing: true)
        #expect(try models.load(name: "b", version: 1).modelJSON == [0x31])
        try models.remove(name: "b", version: 1)
        try models.remove(name: "b", version: 1)
        #expect(throws: FileError.notFound(path: models.root + "/b/1")) { try models.load(name: "b", version: 1) }
        #expect(TemporaryDirectory.names(in: models.root + "/.work").isEmpty)
        #expect(try models.versions().map(\.name) == ["air.line-1_A"])
    }

    /// A link in the place of a model's or a version's directory leads nowhere, though all behind it is well.
    @Test func linkedDirectoriesAreNotFollowed() throws {
        let files = try TemporaryDirectory()
        let models = try fresh(files)
        try models.publish(name: "a", version: 1, modelJSON: json, tensors: tensors)
        try #require(symlink("a", models.root + "/b") == 0 && symlink("1", models.root + "/a/2") == 0)
        for (name, version) in [("b", 1), ("a", 2)] {
            #expect(throws: FileError.self) { try models.load(name: name, version: version) }
            #expect(throws: FileError.self) { try models.loadModelJSON(name: name, version: version) }
            #expect(throws: FileError.self) { _ = try models.openWeights(name: name, version: version) }
        }
        let weights = try models.openWeights(name: "a", version: 1)
        #expect(try weights.read(sizeBytesMax: 1, "weights").count == 1)
        // The operator's own link to the whole is followed.
        try #require(symlink("models", files.path + "/linked") == 0)
        #expect(try ModelDirectory(root: files.path + "/linked").load(name: "a", version: 1).tensors == tensors)
    }

    @Test func namesThatCouldLeaveTheDirectoryAreRefused() throws {
        let files = try TemporaryDirectory()
        let models = try fresh(files)
        let long = String(repeating: "a", count: 64)
        for name in [
            "", ".", "..", "../x", "a/b", "/a", ".work", "-a", "_a", "a b", "a\0", "a\n", "é", "a%2f", long + "a",
            String(repeating: "a", count: 1 << 20),
        ] {
            #expect(!ModelName.isValid(name))
            #expect(throws: FileError.invalidName(name: name)) {
                try models.publish(name: name, version: 1, modelJSON: json, tensors: [])
            }
            #expect(throws: FileError.invalidName(name: name)) { try models.load(name: name, version: 1) }
            #expect(throws: FileError.invalidName(name: name)) { try models.remove(name: name, version: 1) }
        }
        for name in ["a", "0", "A.b_c-d", long] { #expect(ModelName.isValid(name)) }
        for version in [0, -1, Int.min] {
            #expect(throws: FileError.self) { try models.load(name: "a", version: version) }
        }
        #expect(TemporaryDirectory.tree(files.path) == ["models", "models/.work"])
    }

    @Test func damageIsNoticedAndNamed() throws {
        let files = try TemporaryDirectory()
        let models = try fresh(files)
        try models.publish(name: "m", version: 1, modelJSON: json, tensors: tensors)
        var generator = SplitMix(state: 3)
        for name in ["model.json", "model.safetensors", "SHA256SUMS"] {
            let path = models.root + "/m/1/" + name
            let good = TemporaryDirectory.get(path)
            func expectDamage() {
                do throws(FileError) {
                    _ = try models.load(name: "m", version: 1)
                    Issue.record("damage in \(name) went unnoticed")
                } catch {
                    guard case .damaged(let named, _) = error else { Issue.record("\(error)"); return }
                    if name != "SHA256SUMS" && named != path { Issue.record("\(name): \(error)") }
                }
            }
            for size in 0..<good.count where name != "SHA256SUMS" || size < good.count - 1 {
                try TemporaryDirectory.put(Array(good[..<size]), path)
                expectDamage()
            }
            for _ in 0..<300 {
                var bytes = good
                let index = Int.random(in: 0..<good.count, using: &generator)
                bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                // A line end may go at the very end without changing what the file says.
                if name == "SHA256SUMS" && index == good.count - 1 { continue }
                try TemporaryDirectory.put(bytes, path)
                expectDamage()
            }
            unlink(path)
            expectDamage()
            symlink("/etc/passwd", path)
            #expect(throws: FileError.self) { try models.load(name: "m", version: 1) }
            unlink(path)
            try TemporaryDirectory.put(good, path)
            #expect(throws: Never.self) { try models.load(name: "m", version: 1) }
        }
    }

    /// A crash while publishing or removing leaves things in `.work`; work of the living stays.
    @Test func leftoversGoAtTheNextStart() throws {
        let files = try TemporaryDirectory()
        let models = try fresh(files)
        let work = models.root + "/.work"
        for name in ["m@1.tmp-1-a", "m@2.tmp-1-b"] {
            mkdir(work + "/" + name, 0o700)
            try TemporaryDirectory.put([1], work + "/" + name + "/model.json")
        }
        try TemporaryDirectory.put([1], work + "/stray")
        try TemporaryDirectory.put([1], files.path + "/outside")
        symlink(files.path + "/outside", work + "/link")
        let busy = open(work + "/m@2.tmp-1-b", O_RDONLY | O_DIRECTORY)
        flock(busy, LOCK_EX)
        try models.prepare()
        #expect(TemporaryDirectory.tree(work) == ["m@2.tmp-1-b", "m@2.tmp-1-b/model.json"])
        #expect(try models.versions().isEmpty)
        close(busy)
        try models.prepare()
        #expect(
            TemporaryDirectory.names(in: work).isEmpty
                && TemporaryDirectory.names(in: files.path) == ["models", "outside"])
    }

    /// Starts of other processes clean while this one publishes, replaces and removes.
    @Test func publishingBesideCleaners() async throws {
        let files = try TemporaryDirectory()
        let models = try fresh(files)
        let (json, tensors) = (json, tensors)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<2 {
                group.addTask {
                    for version in 1...9 {
                        try models.publish(name: "m\(worker)", version: version, modelJSON: json, tensors: tensors)
                        #expect(try models.load(name: "m\(worker)", version: version).tensors == tensors)
                        if version % 2 == 0 { try models.remove(name: "m\(worker)", version: version) }
                    }
                }
            }
            group.addTask { for _ in 0..<60 { try models.prepare() } }
            try await group.waitForAll()
        }
        #expect(
            try models.versions().map(\.versions.count) == [5, 5]
                && TemporaryDirectory.names(in: models.root + "/.work").isEmpty)
    }
}
