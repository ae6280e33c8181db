import JSON
import Kernels
import ModelFiles
import SequenceModels
import SequenceService
import Store
import System
import TestSupport
import Testing

/// How a trained model becomes a version, and when it becomes the stable one.
@Suite struct PublisherTests {
    /// Trains without looking back.
    private final class Observer: TrainingObserver {
        func nowSeconds() -> Double { 0 }
        func report(_ r: TrainingReport) {}
        func directive() -> TrainingDirective { .proceed }
        func save(_ c: Checkpoint) throws {}
    }

    private let fixture: JobFixture
    private let model: TrainedModel

    init() throws {
        fixture = try JobFixture()
        let text = try TrainBody.read(JSONParser.parse(JobSamples.quick()), limits: ServiceLimits())
        let prepared = try Planner.prepare(
            request: text.settings, examples: text.data.examples, validation: nil, parent: nil, memoryBytesMax: .max)
        let trainer = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil)
        guard case .finished(let trained) = try trainer.run(Observer()) else { throw CancellationError() }
        model = trained
    }

    /// A running job for the model.
    private func claimed(promote: String = "always") throws -> JobRecord {
        try fixture.submit(JobSamples.quick(more: #","promote":"\#(promote)""#))
        return try #require(try fixture.store.claimNext(nowMs: 1))
    }

    private func publish(_ job: JobRecord) throws -> JobRecord {
        try fixture.services.publisher.publish(model, of: job, parameterCount: 1)
    }

    @Test func filesComeFirstAndTheJobIsDone() throws {
        let job = try publish(claimed())
        let version = try #require(try fixture.store.version("m", 1))
        let files = try fixture.services.models.load(name: "m", version: 1)
        let result = try JSONParser.parse(job.result ?? "{}")
        #expect(job.status == .succeeded && job.version == 1 && version.jobID == job.id)
        #expect(result["weights_sha256"]?.asString == files.weightsSHA256 && result["promoted"] == .bool(true))
        #expect(VersionInfo(record: version).json["weights_sha256"]?.asString == files.weightsSHA256)
        #expect(try fixture.store.labels("m") == ["stable": 1] && fixture.store.check().isEmpty)
    }

    /// Files of an attempt whose transaction did not happen are replaced by the same ones, under the same number.
    @Test func aVersionHalfDoneIsDoneAgain() throws {
        let job = try claimed()
        let lost = StoreError.database(operation: "COMMIT", path: "memory", fault: .inputOutput, detail: "EIO")
        fixture.database.refuse { jobs in jobs.contains { $0.status == .succeeded } ? lost : nil }
        #expect(throws: lost) { try publish(job) }
        fixture.database.refuse(nil)
        #expect(try fixture.store.versions("m").isEmpty && fixture.store.job(job.id)?.status == .running)
        let digest = try fixture.services.models.load(name: "m", version: 1).weightsSHA256

        let done = try publish(job)
        #expect(try done.version == 1 && fixture.digest(done) == digest)
        #expect(try fixture.services.models.versions().map(\.versions) == [[1]])
    }

    @Test func promotionAsAsked() throws {
        for (promote, stable) in [("never", nil), ("if_better", 2), ("never", 2), ("always", 4), ("if_better", 4)] {
            let job = try publish(claimed(promote: promote))
            #expect(try fixture.store.labels("m")["stable"] == stable, "\(promote), version \(job.version ?? 0)")
            let isPromoted = try JSONParser.parse(job.result ?? "{}")["promoted"]
            #expect(isPromoted == .bool(job.version == stable), "the same skill is not a better one")
        }
    }

    /// The label moves to what is better on the same cases, and away from what nobody can read.
    @Test(arguments: [
        (VersionComparison.Outcome.better, true), (.notBetter, false), (.unknown, false), (.unreadable, true),
    ])
    func comparisonsDecide(outcome: VersionComparison.Outcome, isPromoted: Bool) throws {
        let version = VersionRecord(
            model: "m", version: try fixture.store.nextVersion("m"), jobID: nil, createdAtMs: 1, info: "{}")
        try fixture.store.addVersion(version, labels: ["stable"])
        var model = model
        model.comparisons = [
            VersionComparison(with: "other@1", outcome == .better ? .notBetter : .better, "of another"),
            VersionComparison(with: "m@1", outcome, "a reason"),
        ]
        let job = try fixture.services.publisher.publish(model, of: claimed(promote: "if_better"), parameterCount: 1)
        #expect(try fixture.store.labels("m") == ["stable": isPromoted ? 2 : 1])
        let result = try JSONParser.parse(job.result ?? "{}")
        #expect(result["promoted"] == .bool(isPromoted) && result["compared"]?["with"]?.asString == "m@1")
        #expect(result["promotion"]?.asString?.contains("a reason") == true)
    }

    /// What was learned is kept with the version, and of a damaged record nothing is believed.
    @Test func whatWasLearnedIsKept() throws {
        let examples = (0..<40).map { TrainingExample(input: .text("text \($0)"), label: "x") }
        var model = model
        model.learned = LearnedCases(examples, without: .examples([3, 4]), isAll: false)
        _ = try fixture.services.publisher.publish(model, of: claimed(), parameterCount: 1)
        let bytes = try fixture.services.models.loadModelJSON(name: "m", version: 1)
        let document = try ModelDocument(bytes: bytes)
        #expect(document.learned == model.learned && document.data?.count == 64)
        let text = String(decoding: bytes, as: UTF8.self)
        for (part, other) in [
            (#""bits":""#, #""bits":"g"#), (#""every":1"#, #""every":3"#), (#""every":1"#, #""every":-1"#),
        ] {
            #expect(text.contains(part))
            #expect(try ModelDocument(bytes: Array(text.replacing(part, with: other).utf8)).learned == nil)
        }
    }

    @Test func onlyItsRunnerPublishes() throws {
        let job = try claimed()
        let other = try fixture.restarted()
        #expect(throws: StoreError.notRunner(id: job.id)) {
            try other.services.publisher.publish(model, of: job, parameterCount: 1)
        }
        #expect(try fixture.services.models.versions().isEmpty)
    }
}
