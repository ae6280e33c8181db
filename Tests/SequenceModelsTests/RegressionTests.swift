import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct RegressionTests {
    private func value(_ model: SequenceModel, _ sequence: SequenceValue) throws -> [Double] {
        var request = PredictionRequest()
        request.sequence = sequence
        guard let answer = try model.predict(request) as? ValuePrediction else { throw NotFinished() }
        return answer.values
    }

    /// The adding problem (Hochreiter & Schmidhuber 1997): the sum of the two marked numbers among T. Answering 1 errs
    /// by 1/6.
    private func adding(_ count: Int, steps: Int, seed: UInt64) -> [TrainingExample] {
        (0..<count).map { index in
            let random = CounterRandom(seed: seed, stream: UInt64(index))
            let first = Int(random.uniform(1000) * Double(steps / 2)),
                second = steps / 2 + Int(random.uniform(1001) * Double(steps / 2))
            let values = (0..<steps).flatMap { (t: Int) -> [Double] in
                [random.uniform(UInt64(t)), t == first || t == second ? 1 : 0]
            }
            let target = values[2 * first] + values[2 * second]
            return TrainingExample(
                input: .numeric(NumericSeries(values: values, channels: 2)), target: .numbers([target]))
        }
    }

    @Test func learnsTheAddingProblem() throws {
        var request = SmallProblem.request(epochs: 12, batch: 32, hidden: 32)
        request.training.optimizer.learningRate = 0.01
        let model = try train(request, adding(2000, steps: 50, seed: 7), threads: 2)
        let rmse = model.metrics["rmse"] ?? 1
        #expect(rmse * rmse < 0.02, "\(model.metrics)")
        #expect(model.skill ?? 0 > 0.6 && model.metrics["r2"] ?? 0 > 0.9)
        #expect(abs((model.baselines["mean"]?["rmse"] ?? 0) - 0.408) < 0.05)
    }

    @Test(arguments: [LossKind.mse, .mae, .huber])
    func learnsVectorsInTheirOwnUnits(loss: LossKind) throws {
        // The sum of the letters' values, and a thousand times their number; every fifth has no second value.
        let examples = (0..<120).map { index in
            let text = String("abcabcab".prefix(1 + index % 8))
            let sum = text.utf8.reduce(0) { $0 + Int($1) - 96 }
            return TrainingExample(
                input: .text(text),
                target: .numbers([Double(sum), index % 5 == 0 ? .nan : Double(1000 * text.utf8.count)]))
        }
        var request = SmallProblem.request(epochs: 40, batch: 8, hidden: 16)
        request.training.loss = loss
        let trained = try train(request, examples)
        #expect(trained.metrics["r2"] ?? 0 > 0.9, "\(trained.metrics)")
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        let answer = try value(model, .text("abca"))
        #expect(abs(answer[0] - 7) < 2 && abs(answer[1] - 4000) < 700)
        #expect(try value(model, .text("")).allSatisfy(\.isFinite))
        var wrong = PredictionRequest()
        wrong.sequence = .text("ab")
        wrong.horizon = 1
        wrong.top = 1
        wrong.score = true
        #expect(try pointers { _ = try model.predict(wrong) } == ["/horizon", "/score", "/top"])
    }

    @Test func errorsByHand() {
        var errors = RegressionErrors(width: 2)
        errors.add(guesses: [1, 5], truths: [2, .nan])
        errors.add(guesses: [3, 5], truths: [4, 5])
        let metrics = errors.metrics
        // Errors 1, 1, 0; of the first target Σ(y − ȳ)² = 2 and Σe² = 2; the second does not vary.
        #expect(abs((metrics["rmse"] ?? 0) - (2.0 / 3).squareRoot()) < 1e-12)
        #expect(abs((metrics["mae"] ?? 0) - 2.0 / 3) < 1e-12 && metrics["r2"] == 0)
    }

    @Test func refusesWhatDoesNotFit() throws {
        let good = TrainingExample(input: .text("ab"), target: .numbers([1, 2]))
        func faults(_ examples: [TrainingExample], task: TaskKind? = nil) throws -> [String] {
            var request = SettingsRequest()
            request.task = task
            return try pointers { _ = try Planner.plan(request: request, examples: examples, validation: nil) }
        }
        #expect(
            try faults([good, TrainingExample(input: .text("b"), target: .numbers([1]))]) == ["/sequences/1/target"])
        #expect(
            try faults([good, TrainingExample(input: .text("b"), target: .numbers([1, .infinity]))]) == [
                "/sequences/1/target/1"
            ])
        #expect(try faults([good, TrainingExample(input: .text("b"), label: "x")]) == ["/sequences/1/target"])
        #expect(try faults([good, TrainingExample(input: .text("b"))]) == ["/sequences/1/target"])
        #expect(try faults([good], task: .classification) == ["/task"])
        #expect(try faults([TrainingExample(input: .text("b"), target: .numbers([.nan]))]) == ["/sequences"])
    }

    /// Inputs about 1e9 and targets about −1e9, whose small differences are all there is to learn.
    @Test func aLevelFarFromZeroCostsNothing() throws {
        let random = CounterRandom(seed: 2, stream: 2)
        func examples(_ level: Double) -> [TrainingExample] {
            (0..<60).map { index in
                let values = (0..<5).map { random.uniform(UInt64(index * 5 + $0)) }
                return TrainingExample(
                    input: .numeric(NumericSeries(values: values.map { $0 + level })),
                    target: .numbers([values[4] - level]))
            }
        }
        let (near, far) = (
            try train(SmallProblem.request(epochs: 8), examples(0)),
            try train(SmallProblem.request(epochs: 8), examples(1e9))
        )
        let (a, b) = (near.metrics["rmse"] ?? 0, far.metrics["rmse"] ?? 0)
        #expect(a > 0 && abs(b / a - 1) < 1e-2, "\(a) without, \(b) with the level")
    }
}
