import JSON
import ModelFiles
import SequenceModels
import SequenceService
import Store
import System
import TestSupport
import Testing

/// One bit that is another than was written: nothing goes on from it without a word.
@Suite(.serialized) struct DamageTests {
    /// Bytes between two that are spoiled.
    private static let stride = 64
    /// Of these, those with which a whole job runs.
    private static let jobStride = 64 * 11

    /// The bytes with one bit turned over, each time another of its byte.
    private func flipped(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
        var bytes = bytes
        bytes[offset] ^= 1 << UInt8(offset / Self.stride % 8)
        return bytes
    }

    private func checkpoints(_ fixture: JobFixture, _ id: String) -> [String] {
        let folder = fixture.place.checkpoints + "/" + id
        return TemporaryDirectory.names(in: folder).filter { $0.hasPrefix("checkpoint") }.map { folder + "/" + $0 }
    }

    private func warnings(_ fixture: JobFixture, _ id: String) throws -> [String] {
        try fixture.events(id, type: "warning").compactMap { $0["message"]?.asString }
    }

    @Test func aFlippedBitOfACheckpointChangesNoWeight() async throws {
        let undisturbed = try JobFixture()
        let request = JobSamples.quick(epochs: 6)
        let expected = try await undisturbed.digest(undisturbed.run(undisturbed.submit(request).id))
        var fixture = try JobFixture()
        var id = ""
        /// A job that has stopped in the middle.
        func stopped() async throws -> String {
            id = try fixture.submit(request).id
            try await fixture.startHolding { fixture.runner.stop() }
            fixture.runner.join()
            return try #require(checkpoints(fixture, id).last)
        }
        var path = try await stopped()
        let size = TemporaryDirectory.get(path).count
        let good = TemporaryDirectory.get(path), files = fixture.services.checkpoints
        for offset in Swift.stride(from: 0, to: size, by: Self.stride) {
            try TemporaryDirectory.put(flipped(good, at: offset), path)
            let found = files.load(id)
            #expect(found.checkpoint == nil && found.faults.count == 1, "byte \(offset)")
        }
        try TemporaryDirectory.put(good, path)
        for offset in Swift.stride(from: 0, to: size, by: Self.jobStride) {
            try TemporaryDirectory.put(flipped(TemporaryDirectory.get(path), at: offset), path)
            fixture = try fixture.restarted()
            let done = try await fixture.run(id)
            #expect(try done.status == .succeeded && fixture.digest(done) == expected, "byte \(offset)")
            #expect(
                try warnings(fixture, id) == ["the checkpoint does not read; the training starts afresh"],
                "byte \(offset)")
            try fixture.store.deleteModel("m")
            fixture = try fixture.restarted()
            path = try await stopped()
        }
    }

    /// With the newest damaged, the one before is good enough: the same weights, with less done twice.
    @Test func theCheckpointBeforeTakesThePlaceOfADamagedOne() throws {
        let fixture = try JobFixture()
        let files = fixture.services.checkpoints
        for value in 1...3 { try files.save(.init(tensors: [], metadata: ["n": "\(value)"]), of: "job") }
        let names = checkpoints(fixture, "job")
        #expect(names.count == 2 && files.load("job").checkpoint?.metadata["n"] == "3")
        try TemporaryDirectory.put([1, 2, 3], names[1])
        let found = files.load("job")
        #expect(found.checkpoint?.metadata["n"] == "2")
        #expect(found.faults == [.damaged(path: names[1], detail: "its SHA-256 is not the one in its name")])
        #expect(checkpoints(fixture, "job") == [names[0]], "the damaged one does not take a good one's place")
        try files.save(.init(tensors: [], metadata: ["n": "4"]), of: "job")
        #expect(files.load("job").checkpoint?.metadata["n"] == "4" && files.load("job").faults.isEmpty)
    }

    /// The copy of the version that a job continues is taken again from the version, or the job fails and says why.
    @Test func aFlippedBitOfAParentChangesNoWeight() async throws {
        var fixture = try JobFixture()
        _ = try await fixture.run(fixture.submit(JobSamples.quick("parent", epochs: 1)).id)
        let request = { (name: String) in JobSamples.quick(name, epochs: 1, more: #","from":"parent@1""#) }
        fixture = try fixture.restarted()
        let expected = try await fixture.digest(fixture.run(fixture.submit(request("m")).id))
        for name in ["parent.safetensors", "parent.json", "SHA256SUMS"] {
            let queued = try fixture.submit(request("q")).id
            let folder = fixture.place.checkpoints + "/"
            let size = TemporaryDirectory.get(folder + queued + "/" + name).count
            _ = try fixture.control.cancel(queued, in: .all)
            fixture = try fixture.restarted()
            var ids: [String] = []
            for offset in Swift.stride(from: 0, to: size, by: Self.stride) {
                let id = try fixture.submit(request("m\(ids.count)")).id
                let path = folder + id + "/" + name
                try TemporaryDirectory.put(flipped(TemporaryDirectory.get(path), at: offset), path)
                ids.append(id)
            }
            _ = try await fixture.run(try #require(ids.last))
            for id in ids {
                let done = try #require(try fixture.store.job(id))
                #expect(try done.status == .succeeded && fixture.digest(done) == expected, "\(name)")
                #expect(try warnings(fixture, id) == ["the job's copy of parent@1 does not read"], "\(name)")
                try fixture.store.deleteModel(done.model)
                try fixture.services.models.remove(name: done.model, version: done.version ?? 0)
            }
        }
        let id = try fixture.submit(request("m")).id
        let path = fixture.place.checkpoints + "/\(id)/parent.safetensors"
        try TemporaryDirectory.put(flipped(TemporaryDirectory.get(path), at: 128), path)
        try fixture.store.deleteModel("parent")
        fixture = try fixture.restarted()
        let failed = try await fixture.run(id)
        #expect(failed.status == .failed)
        let detail = try JSONParser.parse(failed.error ?? "{}")["detail"]?.asString ?? ""
        #expect(detail.hasPrefix("this job's copy of parent@1, which it continues, is damaged"), "\(detail)")
    }

    /// A digest never stands over bytes that do not have it.
    @Test func damagedWeightsAreNotSent() async throws {
        let fixture = try ServiceFixture()
        fixture.service.start()
        try await fixture.train("wave")
        let models = fixture.service.modelService
        let reference = try #require(ModelReference("wave@1"))
        let path = try fixture.service.directory.weightsPath(name: "wave", version: 1)
        let good = TemporaryDirectory.get(path)
        for offset in Swift.stride(from: 0, to: good.count, by: Self.stride) {
            try TemporaryDirectory.put(flipped(good, at: offset), path)
            guard case .damaged? = ServiceFixture.error({ _ = try models.weights(of: reference, in: .all) }) else {
                Issue.record("sent with byte \(offset) changed")
                break
            }
        }
        try TemporaryDirectory.put(good, path)
        let weights = try models.weights(of: reference, in: .all)
        #expect(try weights.file.next(sizeBytesMax: 1 << 20) == good && weights.sha256 == SHA256.hex(good))
        await fixture.end()
    }
}
