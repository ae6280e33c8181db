import Kernels
import SequenceModels
import Testing

/// The rate falls to its end whatever ends a training: its plan, patience or time.
@Suite struct ScheduleTests {
    /// A text without any pattern: validation soon becomes no better.
    private static let noise: [TrainingExample] = {
        let random = CounterRandom(seed: 3, stream: 0)
        let text = String((0..<600).map { Character(Unicode.Scalar(97 + UInt8(random.bits(UInt64($0)) % 8))) })
        return [TrainingExample(input: .text(text))]
    }()

    private static func impatient() -> SettingsRequest {
        var request = SmallProblem.request(epochs: 200, hidden: 16)
        request.training.earlyStopping.patience = 2
        request.training.optimizer.learningRate = 0.02
        return request
    }

    @Test func theRateFallsOverTheLastFifthOfThePlan() throws {
        let observer = RecordingObserver()
        var request = SmallProblem.request(epochs: 20)
        request.validation = 0.1
        _ = try train(request, SmallProblem.labelled, observer: observer)
        let rates = observer.reports.map(\.learningRate), peak = rates.max() ?? 0
        #expect(rates.count { $0 < peak } * 4 < rates.count)
        #expect((rates.last ?? 1) < 0.05 * peak && rates.suffix(3) == rates.suffix(3).sorted(by: >))
        #expect(observer.phases == [.measuring])
    }

    @Test func patienceEndsInACoolDownFromTheBestWeights() throws {
        var request = Self.impatient()
        request.training.schedule.warmup = 0
        let observer = RecordingObserver()
        let model = try train(request, Self.noise, observer: observer)
        guard case .coolDown(let epochs) = observer.phases.first else { throw NotFinished() }
        let rates = observer.reports.map(\.learningRate), peak = rates.max() ?? 0
        let losses = observer.reports.compactMap(\.validationLoss)
        #expect((rates.last ?? 1) < 0.2 * peak)
        #expect(model.metrics["validation_loss"] == losses.min())
        let last = try #require(observer.reports.last)
        #expect(last.step == last.steps && last.epoch < 100)
        // A quarter of what was done before the best, as if the plan had ended there.
        let first = try #require(observer.reports.first { $0.learningRate < peak })
        #expect(last.epoch - first.epoch + 1 == epochs)
    }

    /// Schedules that the request names end with patience as they always did.
    @Test(arguments: [ScheduleKind.constant, .cosine]) func otherSchedulesStopWithPatience(_ name: ScheduleKind) throws
    {
        var request = Self.impatient()
        request.training.schedule.name = name
        let observer = RecordingObserver()
        _ = try train(request, Self.noise, observer: observer)
        #expect(observer.phases == [.measuring])
        let losses = observer.reports.compactMap(\.validationLoss), best = losses.firstIndex(of: losses.min() ?? 0) ?? 0
        let perEpoch = losses.count / max(1, observer.reports.last?.epoch ?? 1)
        #expect(losses.count - 1 - best <= 3 * max(1, perEpoch + 1))
    }

    @Test func aCoolDownGoesOnFromEveryCheckpoint() throws {
        var request = Self.impatient()
        request.training.checkpointSeconds = 0.5  // every step
        let observer = RecordingObserver()
        let whole = try train(request, Self.noise, observer: observer)
        #expect(observer.phases.count == 2)
        for checkpoint in observer.checkpoints.suffix(12) {
            let resumed = try train(request, Self.noise, resume: checkpoint)
            #expect(resumed.tensors == whole.tensors && resumed.metrics == whole.metrics, "\(checkpoint.metadata)")
        }
    }

    /// Those of builds that knew no cool-down lack its entries.
    @Test func olderCheckpointsAreAccepted() throws {
        let request = SmallProblem.request(epochs: 3)
        let observer = RecordingObserver()
        observer.pauseAtStep = 3
        let prepared = try Planner.prepare(request: request, examples: SmallProblem.text, validation: nil)
        _ = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil).run(observer)
        var old = try #require(observer.checkpoints.first)
        for key in ["cool_from", "cool_steps", "stable_epochs", "refit_cool_epochs", "training_began"] {
            #expect(old.metadata.removeValue(forKey: key) != nil)
        }
        #expect(
            try train(request, SmallProblem.text, resume: old).tensors == train(request, SmallProblem.text).tensors)
    }

    @Test(arguments: [ScheduleKind.warmupStableDecay, .cosine]) func aSecondTrainingHasAScheduleOfItsOwn(
        _ name: ScheduleKind
    ) throws {
        var request = SmallProblem.request(epochs: 12)
        request.training.schedule.name = name
        let observer = RefitObserver()
        _ = try train(request, SmallProblem.seasonal, observer: observer)
        let rates = observer.reports[observer.refitFrom...].map(\.learningRate), peak = rates.max() ?? 0
        #expect(abs(peak - (observer.reports.map(\.learningRate).max() ?? 0)) < 0.1 * peak)
        #expect((rates.last ?? 1) < 0.1 * peak)
    }

    // MARK: Time

    @Test(arguments: [ScheduleKind.warmupStableDecay, .cosine]) func timeEndsTheScheduleToo(_ name: ScheduleKind) throws
    {
        var request = SmallProblem.request(epochs: 1000)
        request.training.schedule.name = name
        request.training.schedule.warmup = 0.001
        request.training.maxSeconds = 60
        request.validation = 0.1
        let observer = RecordingObserver()
        _ = try train(request, SmallProblem.labelled, observer: observer)
        let rates = observer.reports.map(\.learningRate), peak = rates.max() ?? 0
        #expect((rates.last ?? 1) < 0.15 * peak && rates.count > 45)
        #expect(observer.nowSeconds() <= 63)
        let last = try #require(observer.reports.last)
        #expect(last.steps - last.step < 5, "the plan shrinks to what the time allows: \(last.steps)")
    }

    /// Every look at the clock costs time, as every case that is measured does.
    @Test(arguments: [20.0, 60, 200]) func theMeasuringIsInsideTheTime(limitSeconds: Double) throws {
        var request = SmallProblem.request(epochs: 1000)
        request.training.maxSeconds = limitSeconds
        request.validation = 0.5
        let observer = SlowObserver(lookSeconds: limitSeconds / 1000)
        let pairs = (0..<120).flatMap { _ in SmallProblem.labelled }
        let model = try train(request, pairs, observer: observer)
        let seconds = observer.peek
        #expect(seconds < 1.05 * limitSeconds && seconds > 0.6 * limitSeconds, "\(seconds)")
        let measured = try #require(observer.measurings.last)
        #expect(measured.done > 0 && (measured.done == measured.total) != model.verdict.contains("time was short"))
        #expect(model.metrics["accuracy"] != nil)
    }

    /// Each part that is measured takes a fifth of all the time.
    private final class SlowMeasurer: RecordingObserver {
        private var measuringSeconds = 0.0
        override func nowSeconds() -> Double { super.nowSeconds() + measuringSeconds }
        override func measured(_ progress: EvaluationBudget.Progress) {
            super.measured(progress)
            if progress.done > 0 { measuringSeconds += 8 }
        }
    }

    private static let measuredTasks: [(task: TaskKind?, examples: [TrainingExample])] = [
        (nil, [TrainingExample(input: .text(String(repeating: "hello world. ", count: 400)))]),
        (nil, (0..<6).flatMap { _ in SmallProblem.strings }), (nil, (0..<8).flatMap { _ in SmallProblem.labelled }),
        (nil, (0..<8).flatMap { _ in SmallProblem.tagged }), (nil, (0..<8).flatMap { _ in SmallProblem.valued }),
        (.sequenceToSequence, (0..<4).flatMap { _ in PairedProblem.reversed }), (.pointer, PairedProblem.sorted(200)),
    ]

    /// Texts, sequences, labels, tags, values, pairs, positions: what is left of the time decides how much is measured.
    @Test(arguments: measuredTasks.indices) func everyTaskMeasuresWithinTheTime(index: Int) throws {
        let problem = Self.measuredTasks[index]
        var request = SmallProblem.request(epochs: 1_000)
        request.task = problem.task
        request.training.maxSeconds = 40
        request.validation = 0.5
        let observer = SlowMeasurer()
        let model = try train(request, problem.examples, observer: observer)
        let measured = try #require(observer.measurings.last, "it tells how far it is")
        #expect(measured.done > 0 && measured.done < measured.total, "\(measured)")
        #expect(model.verdict.contains("measured on \(measured.done) of \(measured.total) cases"), "\(model.verdict)")
        #expect(observer.nowSeconds() <= 40 + 2 * 8, "a part after the time is over, or one of each kind")
        #expect(!model.metrics.isEmpty && model.metrics.values.allSatisfy(\.isFinite))
        let cases = try #require(model.evaluation.cases)
        #expect(!cases.cases.isEmpty && cases.cases.values.allSatisfy { $0.error.isFinite && $0.weight > 0 })
    }

    @Test func measuringTellsHowFarItIsAndCanBeCancelled() throws {
        let observer = RecordingObserver()
        _ = try train(SmallProblem.request(epochs: 2), SmallProblem.labelled, observer: observer)
        #expect(observer.measurings.first?.done == 0)
        #expect(observer.measurings.last.map { $0.done == $0.total && $0.total == 60 } == true)
        let impatient = CancellingObserver()
        let prepared = try Planner.prepare(
            request: SmallProblem.request(epochs: 2), examples: SmallProblem.labelled, validation: nil)
        guard
            case .cancelled = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil).run(impatient)
        else { throw NotFinished() }
    }

    /// A pause while measuring keeps the weights that were trained, not the best that are measured.
    @Test func measuringGoesOnAfterAPause() throws {
        let request = SmallProblem.request(epochs: 4)
        let whole = try train(request, SmallProblem.seasonal)
        let observer = CancellingObserver(.pause)
        let prepared = try Planner.prepare(request: request, examples: SmallProblem.seasonal, validation: nil)
        guard case .paused = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil).run(observer) else {
            throw NotFinished()
        }
        let last: Checkpoint = try #require(observer.checkpoints.last)
        let resumed = try train(request, SmallProblem.seasonal, resume: last)
        #expect(resumed.tensors == whole.tensors && resumed.metrics == whole.metrics)
    }
}

/// Notes where the second training begins.
private final class RefitObserver: RecordingObserver {
    var refitFrom = 0

    override func enter(_ phase: TrainingPhase) {
        super.enter(phase)
        if case .refit = phase { refitFrom = reports.count }
    }
}

/// Each look at the clock takes time.
private final class SlowObserver: RecordingObserver {
    private let lookSeconds: Double
    private(set) var peek = 0.0

    init(lookSeconds: Double) { self.lookSeconds = lookSeconds }

    override func nowSeconds() -> Double {
        peek += lookSeconds
        return peek
    }
}

/// Wants something else as soon as the measuring begins.
private final class CancellingObserver: RecordingObserver {
    private let wish: TrainingDirective

    init(_ wish: TrainingDirective = .cancel) { self.wish = wish }

    override func directive() -> TrainingDirective { phases.contains(.measuring) ? wish : .proceed }
}
