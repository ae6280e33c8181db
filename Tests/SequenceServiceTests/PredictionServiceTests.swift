import SequenceModels
import SequenceService
import Store
import Testing

/// Questions and answers as values.
@Suite struct PredictionServiceTests {
    private func question(
        _ sequences: [SequenceValue], model: String = "wave", horizon: Int = 3, isStream: Bool = false
    ) throws -> PredictionQuestion {
        var options = PredictionRequest()
        options.horizon = horizon
        return PredictionQuestion(
            model: try #require(ModelReference(model)) as ModelReference, options: options, isStream: isStream,
            inputs: sequences.enumerated().map { index, value in
                PredictionInput(pointer: "/sequences/\(index)") { _ in .init(value) }
            })
    }

    private static func series(_ values: [Double]) -> SequenceValue {
        .numeric(NumericSeries(values: values, channels: 1))
    }

    private let seasons = [series([0, 1, 2, 3, 4, 0, 1, 2]), series([3, 4, 0, 1, 2, 3])]

    private func start(_ question: PredictionQuestion, _ fixture: ServiceFixture, in scope: Scope = .all) async throws
        -> PredictionRun
    {
        try await fixture.service.predictions.start(
            question, in: scope, for: "a", on: fixture.service.offload, isShort: false)
    }

    private func means(_ prediction: any Prediction) -> [Double] {
        for member in prediction.members where member.name == "mean" {
            if case .path(let values) = member.value { return values.flat }
        }
        return []
    }

    @Test func sequencesAreAnsweredInTheirOrder() async throws {
        let fixture = try ServiceFixture()
        fixture.service.start()
        try await fixture.train("wave")
        let run = try await start(question(seasons), fixture)
        #expect(run.identifier == "wave@1" && run.task == .forecast)
        let answers = try await run.answers()
        #expect(answers.count == 2 && answers.allSatisfy { means($0).count == 3 })
        let alone = try await start(question([seasons[1]]), fixture).answers()
        #expect(means(alone[0]) == means(answers[1]), "company changes nothing")
        #expect(run.timing.queueMilliseconds >= 0 && run.timing.computeMilliseconds > 0)

        // As events: the next of each sequence, in turns, and one end.
        var events = try await start(question(seasons, isStream: true), fixture).events
        var order: [Int] = []
        var ending: PredictionEvents.Ending?
        while ending == nil {
            switch try await events.next() {
            case .event(_, let sequence): order.append(sequence)
            case .wait: continue
            case .end(let end): ending = end
            }
        }
        #expect(order == [0, 1, 0, 1, 0, 1])
        #expect(ending?.reasons == ["horizon", "horizon"] && ending?.reason == "horizon" && ending?.steps == 3)
        await fixture.end()
    }

    @Test func faultsHaveThePlacesOfTheRequest() async throws {
        let fixture = try ServiceFixture()
        fixture.service.start()
        try await fixture.train("wave")
        // One that does not read, one of the wrong kind, one that is right.
        let unread = PredictionInput(pointer: "/sequences/0") { form throws(Faults) in
            let detail = "\(form.task.rawValue) \(form.numbersAreSymbols)"
            throw Faults(list: [Fault(pointer: "/sequences/0/7", detail: detail)])
        }
        let inputs = [
            unread, PredictionInput(pointer: "/sequences/1") { _ in .init(.text("abc")) },
            PredictionInput(pointer: "/sequences/2") { [seasons] _ in .init(seasons[0]) },
        ]
        let asked = PredictionQuestion(
            model: try #require(ModelReference("wave")) as ModelReference, options: PredictionRequest(), inputs: inputs)
        guard case .invalid(let faults)? = await ServiceFixture.error({ _ = try await start(asked, fixture) }) else {
            Issue.record("the question was accepted")
            return
        }
        #expect(faults.list.map(\.pointer) == ["/sequences/0/7", "/sequences/1"])
        #expect(faults.list.first?.detail == "forecast false")

        // A fault of the options is told once.
        guard
            case .invalid(let options)? = await ServiceFixture.error({
                _ = try await start(question(seasons, horizon: 0), fixture)
            })
        else {
            Issue.record("0 steps were accepted")
            return
        }
        #expect(options.list.map(\.pointer) == ["/horizon"])
        await fixture.end()
    }

    @Test func modelsAndMemoryAreAskedFirst() async throws {
        var limits = ServiceLimits()
        limits.predictMemoryBytesMax = 100
        let fixture = try ServiceFixture(limits: limits)
        fixture.service.start()
        try await fixture.train("wave", in: .tenant("a"))
        let asked = try question(seasons)
        #expect(
            await ServiceFixture.error { _ = try await start(asked, fixture, in: .tenant("b")) }
                == .notFound(kind: "model", name: "wave", known: []))
        guard
            case .invalid(let faults)? = await ServiceFixture.error({
                _ = try await start(question(seasons), fixture, in: .tenant("a"))
            })
        else {
            Issue.record("more memory than a request may have")
            return
        }
        #expect(faults.list.map(\.pointer) == [""] && fixture.service.budget.usedBytes == 0)
        #expect(fixture.service.engine.activeCount == 0)
        await fixture.end()
    }

    @Test func metricsAreRead() async throws {
        let fixture = try ServiceFixture()
        _ = try fixture.service.jobs.submit(ServiceFixture.season("wave"), digest: "d", in: .all)
        let families = try fixture.service.readings.families(in: .all)
        let values = Dictionary(families.map { ($0.name, $0.samples.first?.value) }, uniquingKeysWith: { $1 })
        #expect(values.count == families.count && families.allSatisfy { !$0.help.isEmpty })
        #expect(values["rondo_jobs_queued"] == .number(1) && values["rondo_predictions_active"] == .number(0))
        #expect(ServiceFixture.error { try fixture.service.checkReady() } == .unavailable("the server is starting"))
        fixture.service.start()
        #expect(ServiceFixture.error { try fixture.service.checkReady() } == nil)
        fixture.service.beginStop()
        #expect(ServiceFixture.error { try fixture.service.checkReady() } == .unavailable("the server is stopping"))
        await fixture.end()
    }
}
