import JSON
import Logging
import ModelFiles
import SequenceService
import Store
import System
import TestSupport
import Testing

/// A process that is killed at any call that changes a file, from the first of a new data directory to the last of a
/// publication: what was said is kept, what is seen is whole, and the job ends with the same weights.
@Suite struct JobCrashTests {
    /// Parts of the calls, tested side by side.
    private static let parts = 4
    private static let request = JobSamples.quick(epochs: 1)

    /// How a child ended, and what it had said before.
    private struct Ending {
        let wasKilled: Bool
        let accepted: String?
        let isFinished: Bool
        let text: String
    }

    @Test(arguments: 0..<parts) func nothingSaidIsLostAtAnyCall(part: Int) async throws {
        let expected = try await undisturbedDigest()
        var crashAt = part + 1
        while true {
            let directory = try TemporaryDirectory()
            let ending = try run(directory, crashAt: crashAt)
            guard ending.wasKilled else {
                #expect(ending.isFinished && ending.text.contains("calls "), "\(ending.text)")
                #expect(crashAt > 100, "a life is more calls than that")
                return
            }
            try await check(directory, ending, expected, "killed at call \(crashAt)")
            crashAt += Self.parts
            try #require(crashAt < 2000)
        }
    }

    private func check(_ directory: TemporaryDirectory, _ ending: Ending, _ expected: String, _ name: String)
        async throws
    {
        let service = try service(directory.path)
        let jobs = try service.store.jobs(limit: 9)
        #expect(try service.store.check().isEmpty && jobs.flatMap(JobRules.faults).isEmpty, "\(name)")
        #expect(jobs.count <= 1, "\(name)")
        if let accepted = ending.accepted { #expect(jobs.map(\.id) == [accepted], "\(name)") }
        if ending.isFinished { #expect(jobs.first?.status == .succeeded, "\(name)") }

        // Whatever has a name is whole, and what has a row has files.
        for (model, versions) in try service.directory.versions() {
            for version in versions {
                let digest = try service.directory.load(name: model, version: version).weightsSHA256
                #expect(digest == expected, "\(name)")
            }
        }
        let isDone = jobs.first?.status == .succeeded
        #expect(try service.store.versionNumbers("m") == (isDone ? [1] : []), "\(name)")
        #expect(try service.store.labels("m") == (isDone ? ["stable": 1] : [:]), "\(name)")

        // The client asks again with its key: the same job, or the first.
        let job = try submit(service)
        if let first = jobs.first { #expect(job.id == first.id, "\(name)") }
        service.start()
        let deadline = ContinuousClock.now + .seconds(120)
        while try service.store.job(job.id)?.status.isFinal == false, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(2))
        }
        await service.stop()
        let done = try #require(try service.store.job(job.id))
        #expect(done.status == .succeeded && done.version == 1 && done.attempt <= 2, "\(name): \(done)")
        #expect(try service.directory.load(name: "m", version: 1).weightsSHA256 == expected, "\(name)")
        #expect(try service.store.versionNumbers("m") == [1] && service.store.labels("m") == ["stable": 1], "\(name)")
        let place = ServiceDirectory(root: directory.path)
        #expect(TemporaryDirectory.names(in: place.checkpoints).isEmpty, "\(name)")
        #expect(TemporaryDirectory.names(in: place.models + "/.work").isEmpty, "\(name)")
        // Killed between the end of the job and the removal of its data, they stay for an hour.
        #expect([[], [done.data]].contains(TemporaryDirectory.names(in: place.data)), "\(name)")
    }

    private func service(_ path: String) throws -> Service {
        try Service(
            configuration: ServiceConfiguration(
                dataDirectory: path, trainingThreads: 1, trainingNiceness: 0, predictionThreads: 2),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onFatal: { _ in })
    }

    private func submit(_ service: Service) throws -> JobRecord {
        try service.jobs.submit(
            TrainBody.read(JSONParser.parse(Self.request), limits: ServiceLimits()),
            digest: SHA256.hex(Array(Self.request.utf8)), key: IdempotencyKey("key"), in: .all
        ).record
    }

    private func undisturbedDigest() async throws -> String {
        let fixture = try JobFixture()
        return try await fixture.digest(fixture.run(fixture.submit(Self.request).id))
    }

    private func run(_ directory: TemporaryDirectory, crashAt: Int) throws -> Ending {
        let stream = try #require(popen("exec '\(Self.child)' '\(directory.path)' \(crashAt) '\(Self.request)'", "r"))
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, stream)
        let status = pclose(stream)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let accepted = text.split(separator: "\n").first { $0.hasPrefix("accepted ") }.map { String($0.dropFirst(9)) }
        let wasKilled = status & 0x7F == SIGKILL
        guard wasKilled || status == 0 else { throw ChildFailed(status: status, text: text) }
        return Ending(wasKilled: wasKilled, accepted: accepted, isFinished: text.contains("finished\n"), text: text)
    }

    private struct ChildFailed: Error {
        let status: Int32
        let text: String
    }

    /// Built with the tests, beside them.
    private static let child: String = {
        let bundle = CommandLine.arguments.first ?? ""
        let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let candidates = [folder + "/crash-child", ".build/debug/crash-child", ".build/release/crash-child"]
        return candidates.first { access($0, X_OK) == 0 } ?? "crash-child"
    }()
}
