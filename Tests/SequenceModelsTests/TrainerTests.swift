import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// The trainer's contract: same bytes for any threads and across any checkpoint; it stops when told.
@Suite struct TrainerTests {
    @Test(arguments: SmallProblem.all.indices)
    func resumesFromEveryCheckpointWithTheSameBytes(problem: Int) throws {
        var request = SmallProblem.request(epochs: 3, batch: 20)
        request.training.checkpointSeconds = 0.5  // every step
        request.network.dropout = 0.2
        let examples = SmallProblem.all[problem].examples
        let observer = RecordingObserver()
        let whole = try train(request, examples, observer: observer)
        #expect(observer.checkpoints.count >= 6)
        for checkpoint in observer.checkpoints {
            let resumed = try train(request, examples, resume: checkpoint)
            #expect(resumed.tensors == whole.tensors, "\(SmallProblem.all[problem].name) at \(checkpoint.metadata)")
            #expect(resumed.metrics == whole.metrics)
        }
    }

    @Test(arguments: SmallProblem.all.indices)
    func threadsChangeNothing(problem: Int) throws {
        var request = SmallProblem.request(epochs: 2, batch: 64)
        request.network.dropout = 0.3
        let examples = SmallProblem.all[problem].examples
        let one = try train(request, examples, threads: 1)
        let three = try train(request, examples, threads: 3)
        #expect(one.tensors == three.tensors)
        #expect(one.metrics == three.metrics)
    }

    /// What steps do not show is said: a second training on all data, and the measuring at the end.
    @Test func phasesAreReported() throws {
        let forecast = RecordingObserver(), text = RecordingObserver()
        _ = try train(SmallProblem.request(epochs: 2), SmallProblem.seasonal, observer: forecast)
        guard case .refit(let epochs) = forecast.phases.first else { throw NotFinished() }
        #expect((1...2).contains(epochs) && Array(forecast.phases.dropFirst()) == [.measuring])
        _ = try train(SmallProblem.request(epochs: 1), SmallProblem.text, observer: text)
        #expect(text.phases == [.measuring])
    }

    @Test func seedsChangeTheWeights() throws {
        var request = SmallProblem.request(epochs: 1)
        let first = try train(request, SmallProblem.text)
        request.training.seed = 7
        #expect(try train(request, SmallProblem.text).tensors != first.tensors)
    }

    @Test func pausesWithACheckpointAndGoesOn() throws {
        let request = SmallProblem.request(epochs: 3)
        let whole = try train(request, SmallProblem.text)
        let observer = RecordingObserver()
        observer.pauseAtStep = 3
        let prepared = try Planner.prepare(request: request, examples: SmallProblem.text, validation: nil)
        let trainer = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil)
        guard case .paused = try trainer.run(observer) else { throw NotFinished() }
        #expect(observer.checkpoints.count == 1)
        #expect(try train(request, SmallProblem.text, resume: observer.checkpoints[0]).tensors == whole.tensors)
    }

    /// Forecasts have more data for their second training, texts carry states, pieces and pairs an order by epoch: none
    /// of it may be left over from the training before.
    @Test(arguments: [
        SmallProblem.seasonal, SmallProblem.text, SmallProblem.labelled, PairedProblem.reversed,
    ]) func preparedDataServesManyTrainings(_ examples: [TrainingExample]) throws {
        var request = SmallProblem.request(epochs: 2)
        if examples == PairedProblem.reversed { request.task = .sequenceToSequence }
        let whole = try train(request, examples)
        let prepared = try Planner.prepare(request: request, examples: examples, validation: nil)
        let pool = ComputePool(threads: 1)
        let observer = RecordingObserver()
        observer.pauseAtStep = 3
        guard case .paused = try Trainer(prepared, pool: pool, resume: nil).run(observer) else { throw NotFinished() }
        for resume in [nil, observer.checkpoints[0], nil] {
            guard
                case .finished(let model) = try Trainer(prepared, pool: pool, resume: resume).run(RecordingObserver())
            else { throw NotFinished() }
            #expect(model.tensors == whole.tensors)
        }
    }

    @Test func cancelsWithoutACheckpoint() throws {
        let observer = RecordingObserver()
        observer.cancelAtStep = 2
        let prepared = try Planner.prepare(
            request: SmallProblem.request(), examples: SmallProblem.text, validation: nil)
        let trainer = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil)
        guard case .cancelled = try trainer.run(observer) else { throw NotFinished() }
        #expect(observer.checkpoints.isEmpty)
        #expect(observer.reports.count == 2)
    }

    @Test func stopsWhenTheTimeIsUp() throws {
        var request = SmallProblem.request(epochs: 1000)
        request.training.maxSeconds = 5
        let observer = RecordingObserver()
        let model = try train(request, SmallProblem.seasonal, observer: observer)
        #expect(observer.reports.count == 5)
        #expect(model.metrics["mase"] != nil)
    }

    @Test func stopsEarlyAndKeepsTheBest() throws {
        var request = SmallProblem.request(epochs: 500, hidden: 16)
        request.training.earlyStopping.patience = 3
        request.training.optimizer.learningRate = 0.02
        let random = CounterRandom(seed: 3, stream: 0)
        let noise = String((0..<600).map { Character(Unicode.Scalar(97 + UInt8(random.bits(UInt64($0)) % 8))) })
        let observer = RecordingObserver()
        let model = try train(request, [TrainingExample(input: .text(noise))], observer: observer)
        let losses = observer.reports.compactMap(\.validationLoss)
        #expect((observer.reports.last?.epoch ?? 0) < 200)
        // Summed by case in the end, by batch before.
        #expect(abs((model.metrics["validation_loss"] ?? 0) - (losses.min() ?? 9)) < 1e-12)
    }

    @Test func namesTheStepOfANonFiniteLoss() throws {
        var request = SmallProblem.request(epochs: 50)
        request.forecast.distribution = .mse
        request.training.optimizer.name = .sgd
        request.training.optimizer.learningRate = 10
        request.training.gradientNormMax = 1e6
        request.network.cell = .rnn
        request.network.activation = .relu
        request.training.checkpointSeconds = 0.5  // every step
        let observer = RecordingObserver()
        do {
            _ = try train(request, SmallProblem.seasonal, observer: observer)
            Issue.record("the training went well")
        } catch let failure as TrainingFailure {
            #expect(failure.message.contains("not finite at step \(observer.reports.count + 1) "), "\(failure.message)")
        }
        #expect(observer.checkpoints.count == observer.reports.count && !observer.checkpoints.isEmpty)
        #expect(observer.checkpoints.allSatisfy { $0.tensors.allSatisfy { $0.values.allSatisfy(\.isFinite) } })
    }

    /// Each step multiplies every weight by −9.
    @Test func keepsNoCheckpointAndMakesNoModelOfWeightsThatAreNotFinite() throws {
        var request = SmallProblem.request(epochs: 9)
        request.training.optimizer.name = .sgd
        request.training.optimizer.learningRate = 10
        request.training.optimizer.momentum = 0
        request.training.optimizer.weightDecay = 1
        request.training.schedule.name = .constant
        request.training.checkpointSeconds = 0.5
        request.validation = 0
        let observer = RecordingObserver()
        #expect(throws: TrainingFailure.self) { _ = try train(request, SmallProblem.text, observer: observer) }
        #expect(observer.reports.count > 5)
        #expect(observer.checkpoints.allSatisfy { $0.tensors.allSatisfy { $0.values.allSatisfy(\.isFinite) } })
    }

    @Test func reportsSaturatedGatesAndTheNormBeforeClipping() throws {
        var request = SmallProblem.request(epochs: 2)
        request.network.layers = 2
        request.training.gradientNormMax = 1e-4
        let observer = SaturationObserver()
        _ = try train(request, SmallProblem.labelled, observer: observer)
        #expect(
            !observer.shares.isEmpty
                && observer.shares.allSatisfy { $0.count == 2 && $0.allSatisfy { (0...1).contains($0) } })
        #expect(observer.reports.allSatisfy { $0.gradientNorm > 1e-3 })
        request.network.cell = .rnn
        let plain = SaturationObserver()
        _ = try train(request, SmallProblem.labelled, observer: plain)
        #expect(plain.shares.allSatisfy { $0.isEmpty })
    }

    @Test func refusesAForeignCheckpoint() throws {
        let observer = RecordingObserver()
        observer.pauseAtStep = 1
        let prepared = try Planner.prepare(
            request: SmallProblem.request(), examples: SmallProblem.text, validation: nil)
        let trainer = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil)
        _ = try trainer.run(observer)
        #expect(throws: (any Error).self) {
            _ = try train(SmallProblem.request(hidden: 9), SmallProblem.text, resume: observer.checkpoints[0])
        }
        var broken = observer.checkpoints[0]
        broken.metadata["epoch"] = "x"
        #expect(throws: TrainingFailure.self) {
            _ = try train(SmallProblem.request(), SmallProblem.text, resume: broken)
        }
    }

    /// A checkpoint is counted with: what it says must be within reach of the training.
    @Test func refusesACheckpointThatIsOutOfReach() throws {
        let observer = RecordingObserver()
        observer.pauseAtStep = 3
        let examples = SmallProblem.seasonal
        let prepared = try Planner.prepare(request: SmallProblem.request(), examples: examples, validation: nil)
        let pool = ComputePool(threads: 1)
        func trainer(_ resume: Checkpoint?) throws -> Trainer {
            try Trainer(prepared, pool: pool, resume: resume)
        }
        _ = try trainer(nil).run(observer)
        let good = try #require(observer.checkpoints.first)
        _ = try trainer(good)
        for key in [
            "epoch", "step", "refit_epochs", "steps", "steps_before", "tokens", "epoch_targets", "best_epoch",
            "epochs_without_better", "cuts",
        ] {
            for value in ["-2", "-1", "\(Int.max)", "\(Int.min)"] where !(key == "best_epoch" && value == "-1") {
                var bad = good
                bad.metadata[key] = value
                #expect(throws: TrainingFailure.self, "\(key) \(value)") { try trainer(bad) }
            }
        }
        // The step behind the last one of an epoch has no rows.
        var behind = good
        behind.metadata["step"] = "\(prepared.plan.stepsPerEpoch)"
        #expect(throws: TrainingFailure.self) { try trainer(behind) }
        for (key, value) in [("seconds", Double.nan), ("seconds", 1e300), ("seconds", -1), ("epoch_loss", .infinity)] {
            var bad = good
            bad.metadata[key] = String(value.bitPattern, radix: 16)
            #expect(throws: TrainingFailure.self, "\(key) \(value)") { try trainer(bad) }
        }
        var bad = good
        bad.tensors.append(NamedTensor(name: "best.head.bias", shape: [1], values: [0]))
        #expect(throws: ModelError.self) { try trainer(bad) }
    }
}
