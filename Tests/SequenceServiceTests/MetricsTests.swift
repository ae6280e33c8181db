import Logging
import SequenceModels
import SequenceService
import Store
import Testing

/// What is counted, who sees it, and how many series it can become.
@Suite struct MetricsTests {
    private func models(_ families: [MetricFamily]) -> Set<String> {
        Set(families.flatMap(\.samples).compactMap { $0.labels["model"] })
    }

    private func predict(_ model: String, _ fixture: ServiceFixture, in scope: Scope = .all) async throws {
        let question = PredictionQuestion(
            model: try #require(ModelReference(model)) as ModelReference, options: PredictionRequest(), isStream: false,
            inputs: [
                PredictionInput(pointer: "/sequence") { _ in
                    .init(.numeric(NumericSeries(values: [0, 1, 2, 3, 4, 0, 1, 2], channels: 1)))
                }
            ])
        let run = try await fixture.service.predictions.start(
            question, in: scope, for: "a", on: fixture.service.offload, isShort: false)
        _ = try await run.answers()
        // The answer is there a moment before it is counted.
        while fixture.service.engine.activeCount > 0 { await Task.yield() }
    }

    /// Names of models are told to their tenants only, and those of deleted models to nobody.
    @Test func modelsHaveRowsWhileTheyExist() async throws {
        let fixture = try ServiceFixture()
        fixture.service.start()
        for (name, tenant) in [("wave", "a"), ("tide", "b")] {
            try await fixture.train(name, in: .tenant(tenant))
            try await predict(name, fixture, in: .tenant(tenant))
        }
        let readings = fixture.service.readings
        while fixture.service.metrics.models.counts.count < 2 { await Task.yield() }
        #expect(try models(readings.families(in: .all)) == ["wave", "tide"])
        #expect(try models(readings.families(in: .tenant("a"))) == ["wave"])
        let rows = try readings.families(in: .all).first { $0.name == "rondo_model_predictions_total" }
        #expect(rows?.samples.map(\.value) == [.number(1), .number(1)])
        try fixture.service.modelService.delete("wave", in: .all)
        #expect(try models(readings.families(in: .all)) == ["tide"])
        #expect(fixture.service.metrics.models.counts.map(\.model) == ["tide"])
        await fixture.end()
    }

    @Test func noMoreThanAHundredModelsHaveRows() {
        let metrics = ModelMetrics()
        for index in 0..<ModelMetrics.modelsMax + 30 { metrics.add("m\(index)", steps: 2, seconds: 0.01) }
        let counts = metrics.counts
        #expect(counts.count == ModelMetrics.modelsMax + 1)
        #expect(counts.first { $0.model == ModelMetrics.others }?.counts.finished == 30)
        #expect(counts.reduce(0) { $0 + $1.counts.steps } == 2 * (ModelMetrics.modelsMax + 30))
        metrics.keep(["m0", "m1"])
        metrics.add("new", steps: 0, seconds: nil)
        #expect(Set(metrics.counts.map(\.model)) == ["m0", "m1", "new", ModelMetrics.others])
        #expect(ModelReference(ModelMetrics.others) == nil, "no model has this name")
    }

    /// An answer takes a tenth of a millisecond to minutes, a job a tenth of a second to days.
    @Test func bucketsTellFastAnswersApart() {
        var distribution = Distribution.predictionSeconds
        for seconds in [0.00008, 0.0002, 0.0004, 0.0009, 0.002, 40] { distribution.add(seconds) }
        #expect(distribution.counts.filter { $0 > 0 } == [1, 1, 1, 1, 1, 1] && distribution.count == 6)
        for bounds in [Distribution.predictionSeconds, .jobSeconds, .batchSize].map(\.bounds) {
            #expect(bounds == bounds.sorted() && Set(bounds).count == bounds.count)
        }
    }

    @Test func jobsCountTheirWaitAndTheirTime() {
        let metrics = ServiceMetrics()
        var job = JobRecord(id: "job_1", model: "m", task: "forecast", createdAtMs: 1000, settings: "{}", data: "d")
        metrics.countJob(job)
        job.startedAtMs = 3500
        metrics.countClaim(job, nowMs: 3500)
        metrics.countClaim(job, nowMs: 9000)  // again, after a pause
        job.status = .succeeded
        job.finishedAtMs = 10_000
        metrics.countJob(job)
        let families = metrics.families(in: .all, models: [])
        func distribution(_ name: String) -> [Distribution] {
            families.first { $0.name == name }?.samples.compactMap {
                if case .distribution(let value) = $0.value { value } else { nil }
            } ?? []
        }
        #expect(distribution("rondo_job_queue_seconds").map(\.sum) == [2.5])
        #expect(distribution("rondo_job_queue_seconds").map(\.count) == [1])
        #expect(distribution("rondo_job_seconds").map(\.sum) == [6.5])
        #expect(families.flatMap(\.samples).allSatisfy { !$0.labels.values.contains("") })
    }

    @Test func theRunningTrainingIsSeenByItsTenant() {
        let metrics = ServiceMetrics()
        func losses(_ scope: Scope) -> [MetricFamily.Value] {
            metrics.families(in: scope, models: []).filter { $0.name == "rondo_training_loss" }
                .flatMap { $0.samples.map(\.value) }
        }
        #expect(losses(.all) == [])
        metrics.note(
            RunningTraining(
                model: "m", tenant: "a", trainLoss: 0.5, validationLoss: nil, gradientNorm: 1, progress: 0.25))
        #expect(losses(.all) == [.number(0.5)] && losses(.tenant("a")) == [.number(0.5)])
        #expect(losses(.tenant("b")) == [])
        metrics.note(nil)
        #expect(losses(.all) == [])
    }

    // MARK: Log

    private let facts: Logger.Metadata = [
        "job": "job_1", "steps": .number(600), "seconds": .seconds(7.41234), "isLast": .stringConvertible(true),
        "verdict": "better than naive", "levels": [.number(1), .number(-2)], "broken": .stringConvertible(Double.nan),
    ]

    @Test func numbersOfTheLogAreNumbersInJSON() {
        let line = LogLine.json("job succeeded", level: .info, facts: facts, milliseconds: 0)
        #expect(
            line
                == #"{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"job succeeded","broken":"nan","#
                + #""isLast":true,"job":"job_1","levels":[1,-2],"seconds":7.412,"steps":600,"#
                + #""verdict":"better than naive"}"#)
    }

    @Test func timesReadAsTheyAreWritten() {
        for milliseconds: Int64 in [0, 1, 951_782_399_999, 951_782_400_000, 1_796_214_000_123, -1, -62_135_596_800_000]
        {
            let text = Timestamp.text(milliseconds: milliseconds)
            #expect(Timestamp.milliseconds(text) == milliseconds, "\(text)")
        }
        for text in [
            "", "2026-02-30T00:00:00.000Z", "2026-01-01", "2026-01-01T24:00:00.000Z", "x026-01-01T00:00:00.000Z",
        ] {
            #expect(Timestamp.milliseconds(text) == nil, "\(text)")
        }
    }

    @Test func linesOfTheLogStayLines() {
        let line = LogLine.text("a", level: .error, facts: ["b": "c\nd", "e": .number(1)], milliseconds: 0)
        #expect(line == #"1970-01-01T00:00:00.000Z error a b="c\nd" e=1"#)
    }
}
