import Kernels
import SequenceModels
import Testing

/// Two versions on the same cases, against what their answers say.
@Suite struct VersionComparerTests {
    private let pool = ComputePool(threads: 1)

    private func parent(_ model: TrainedModel) -> ParentModel {
        ParentModel(name: "m@1", description: model.description, tensors: model.tensors)
    }

    private func rival(
        _ model: TrainedModel, learned: LearnedCases? = LearnedCases([], without: .nothing, isAll: false)
    )
        -> VersionComparer.Rival
    {
        VersionComparer.Rival(parent(model), learned: learned, recorded: nil)
    }

    private func labels(_ count: Int, from: Int = 0) -> [TrainingExample] {
        (from..<from + count).map { index in
            let letter = ["a", "b", "c"][index % 3]
            let noise = String(index, radix: 2).replacing("0", with: "d").replacing("1", with: "e")
            return TrainingExample(input: .text(noise + letter + noise), label: letter.uppercased())
        }
    }

    private func request(_ epochs: Int, seed: UInt64 = 1) -> SettingsRequest {
        var request = SmallProblem.request(epochs: epochs, batch: 16, hidden: 12)
        request.training.seed = seed
        request.training.earlyStopping.patience = 1_000
        return request
    }

    /// Whether an answer is wrong, as a client sees it.
    private func wrong(_ model: TrainedModel, _ example: TrainingExample) throws -> Double {
        let model = try SequenceModel(description: model.description, tensors: model.tensors)
        let prediction = try #require(try answer(model, example.input) as? LabelPrediction)
        return prediction.label == example.label ? 0 : 1
    }

    @Test func labelsByTheAnswersOfBoth() throws {
        let validation = labels(60, from: 500)
        let old = try train(request(1), labels(90))
        let new = try train(request(30), labels(90), validation: validation)
        let comparer = VersionComparer(new, examples: labels(90), validation: validation, pool: pool)
        let found = comparer.compare(rival(old), .unlimited)
        let own = try validation.map { try wrong(new, $0) }, other = try validation.map { try wrong(old, $0) }
        let differences = zip(own, other).map { $0 - $1 }
        let mean = differences.reduce(0, +) / 60
        let spread = (differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59 / 60).squareRoot()
        #expect(
            found.cases == 60 && found.error == own.reduce(0, +) / 60 && found.otherError == other.reduce(0, +) / 60)
        #expect(abs((found.difference ?? 9) - mean) < 1e-12 && abs((found.standardError ?? 9) - spread) < 1e-12)
        #expect(found.outcome == .better && found.isSignificant == true, "\(found.words)")
        #expect(found.words.contains("the same 60 sequences") && !found.words.contains("chance"))
        // The other way round nothing is better.
        let back = VersionComparer(
            try train(request(1), labels(90), validation: validation), examples: labels(90), validation: validation,
            pool: pool
        ).compare(rival(new), .unlimited)
        #expect(back.outcome == .notBetter && back.isSignificant == true)
        // It reads the last steps of longer sequences, as when it answers.
        #expect(back.otherError == own.reduce(0, +) / 60)
    }

    /// What the other has learned is left out; where nothing is left, only what speaks against it counts.
    @Test func casesThatTheOtherHasLearned() throws {
        let validation = labels(60, from: 500)
        let old = try train(request(1), labels(90)), better = try train(request(60), labels(90) + validation)
        let new = try train(request(30), labels(90), validation: validation)
        let comparer = VersionComparer(new, examples: labels(90), validation: validation, pool: pool)
        func learned(_ part: ArraySlice<TrainingExample>) -> LearnedCases {
            LearnedCases(Array(part), without: .nothing, isAll: false)
        }
        let part = comparer.compare(rival(old, learned: learned(validation[..<40])), .unlimited)
        #expect(part.cases == 20 && part.learned == 40 && part.words.contains("which m@1 has learned"))
        #expect(part.error == (try validation[40...].map { try wrong(new, $0) }.reduce(0, +) / 20))
        let all = comparer.compare(rival(old, learned: learned(validation[...])), .unlimited)
        #expect(all.cases == 60 && all.outcome == .better && all.words.contains("is worse all the same"))
        let unfair = comparer.compare(rival(better, learned: learned(validation[...])), .unlimited)
        #expect(unfair.outcome == .unknown && unfair.words.contains("says nothing"))
        let unrecorded = comparer.compare(rival(better, learned: nil), .unlimited)
        #expect(unrecorded.outcome == .unknown && unrecorded.words.contains("no record"))
    }

    /// Measured by each for itself, where that was on the same data.
    @Test func recordedErrorsStandIn() throws {
        let new = try train(request(30), labels(90))
        let comparer = VersionComparer(new, examples: labels(90), validation: nil, pool: pool)
        let basis = try #require(new.evaluation.basis)
        func compare(_ accuracy: Double, _ basis: String) -> VersionComparison {
            comparer.compare(
                VersionComparer.Rival(
                    parent(new), learned: LearnedCases(labels(90), without: .nothing, isAll: true),
                    recorded: (["accuracy": accuracy], basis)), .unlimited)
        }
        let found = compare(0.25, basis)
        #expect(found.outcome == .better && found.otherError == 0.75 && found.standardError == nil && found.cases == 0)
        #expect(compare(1, basis).outcome == .notBetter)
        #expect(compare(0.25, "7 sequences").outcome == .unknown, "other cases")
    }

    /// Labels that the other does not know are wrong whatever it answers; what it cannot read is left out.
    @Test func newLabelsAndForeignSequences() throws {
        let validation = labels(30, from: 500)
        let old = try train(request(2), labels(90).filter { $0.label != "C" })
        let new = try train(request(2), labels(90), validation: validation)
        let found = VersionComparer(new, examples: labels(90), validation: validation, pool: pool)
            .compare(rival(old), .unlimited)
        #expect(found.cases == 30 && (found.otherError ?? 0) >= 1 / 3.0)
        #expect(found.otherError == (try validation.map { try wrong(old, $0) }.reduce(0, +) / 30))
        var strict = request(2)
        strict.task = .sequenceToSequence
        let words = PairedProblem.reversed.map { TrainingExample(input: $0.input, target: $0.target) }
        let ab = words.filter { example in
            if case .text(let text) = example.input { !text.contains("c") } else { false }
        }
        let reader = try train(strict, ab), all = try train(strict, words, validation: words)
        let pairs = VersionComparer(all, examples: words, validation: words, pool: pool).compare(
            rival(reader), .unlimited)
        #expect(pairs.cases == ab.count && pairs.unreadable == words.count - ab.count, "\(pairs.words)")
    }

    /// The errors of a text are those that either tells of itself.
    @Test func textsByTheLossOfBoth() throws {
        let random = CounterRandom(seed: 9, stream: 3)
        let text = (0..<3_000).map { ["ab", "ba", "c "][Int(random.bits(UInt64($0)) % 3)] }.joined()
        let examples = [TrainingExample(input: .text(text))]
        let old = try train(request(1), examples), new = try train(request(4), examples)
        let learned = LearnedCases(examples, without: new.heldBack, isAll: false)
        let comparer = VersionComparer(new, examples: examples, validation: nil, pool: pool)
        let found = comparer.compare(rival(old, learned: learned), .unlimited)
        #expect(found.outcome == .better && found.cases > 8, "\(found.words)")
        #expect(abs((found.error ?? 0) - (new.metrics["validation_loss"] ?? 1)) < 1e-9)
        #expect(abs((found.otherError ?? 0) - (old.metrics["validation_loss"] ?? 1)) < 1e-9)
        let knowing = LearnedCases(examples, without: new.heldBack, isAll: true)
        #expect(
            VersionComparer(old, examples: examples, validation: nil, pool: pool)
                .compare(rival(new, learned: knowing), .unlimited).outcome == .unknown)
        let many = SmallProblem.strings
        let first = try train(request(1), many), second = try train(request(6), many)
        let runs = VersionComparer(second, examples: many, validation: nil, pool: pool).compare(
            rival(first), .unlimited)
        #expect(abs((runs.otherError ?? 0) - (first.metrics["validation_loss"] ?? 1)) < 1e-9, "\(runs.words)")
    }

    /// Series by what `POST /evaluate` says of their ends.
    @Test func forecastsByTheirEnds() throws {
        let random = CounterRandom(seed: 2, stream: 8)
        let all = (0..<12).map { index in
            series(
                (0..<120).map { 50 + Double(index) + [0, 9, -4, 2][$0 % 4] + random.normal(UInt64(index * 120 + $0)) })
        }
        func cut(_ end: Int) -> [TrainingExample] {
            all.compactMap {
                guard case .numeric(let numbers) = $0.input else { return nil }
                return series(Array(numbers.values.prefix(end)))
            }
        }
        var few = request(1), many = request(20)
        (few.forecast.horizon, many.forecast.horizon) = (4, 4)
        let old = try train(few, cut(110)), new = try train(many, cut(120))
        let learned = LearnedCases(cut(110), without: old.heldBack, isAll: true)
        let comparer = VersionComparer(new, examples: cut(120), validation: nil, pool: pool)
        let found = comparer.compare(rival(old, learned: learned), .unlimited)
        // Ten steps came after what the other has learned: two horizons of four.
        let expected = try ModelMeasurement.of(
            parent(old), on: cut(120), MeasurementRequest(horizon: 4, origins: 2), pool: pool)
        let errors = (expected.series ?? []).compactMap { $0.metrics["mase"] }
        #expect(
            found.cases == 12 && found.metric == "mase" && found.words.contains("the last 8 steps"), "\(found.words)")
        #expect(abs((found.otherError ?? 0) - errors.reduce(0, +) / 12) < 1e-9)
        let own = try #require(found.error), other = try #require(found.otherError)
        #expect((found.outcome == .better) == (own < other) && found.standardError != nil)
        let nothing = LearnedCases(cut(120), without: new.heldBack, isAll: true)
        #expect(comparer.compare(rival(new, learned: nothing), .unlimited).outcome == .unknown)
    }

    @Test func whatCannotBeCompared() throws {
        let text = try train(request(1), SmallProblem.text), label = try train(request(1), labels(60))
        let comparer = VersionComparer(label, examples: labels(60), validation: nil, pool: pool)
        let other = comparer.compare(rival(text), .unlimited)
        #expect(other.outcome == .unknown && other.words.contains("a language_model, this is a classification"))
        var all = request(1)
        all.validation = 0
        let unmeasured = try train(all, labels(60))
        let blind = VersionComparer(unmeasured, examples: labels(60), validation: nil, pool: pool)
            .compare(rival(label), .unlimited)
        #expect(blind.outcome == .unknown && blind.words.contains("no data was held back"))
        let numbers = try train(request(1), SmallProblem.valued)
        let wide = SmallProblem.valued.map { TrainingExample(input: $0.input, target: .numbers([1, 2])) }
        let pair = try train(request(1), wide)
        let found = VersionComparer(pair, examples: wide, validation: nil, pool: pool).compare(
            rival(numbers), .unlimited)
        #expect(found.outcome == .unknown && found.words.contains("cannot read"), "\(found.words)")
    }

    /// The new one is judged with the weights that it had before it learned what it is judged on.
    @Test func comparesBeforeTheSecondTraining() throws {
        var request = request(6)
        request.forecast.horizon = 4
        let prepared = try Planner.prepare(request: request, examples: SmallProblem.seasonal, validation: nil)
        #expect(prepared.plan.refits)
        let trainer = try Trainer(prepared, pool: pool, resume: nil)
        var seen: [TrainedModel] = []
        trainer.compare(
            Trainer.Comparing(rivals: 1, readingSeconds: 0) { model, budget in
                seen.append(model)
                _ = budget(1)
                return [VersionComparison(with: "m@1", .notBetter, "so it is")]
            })
        let observer = RecordingObserver()
        guard case .finished(let model) = try trainer.run(observer) else { throw NotFinished() }
        #expect(model.learnsAll && model.comparisons.map(\.words) == ["so it is"])
        #expect(observer.phases.suffix(2) == [.measuring, .comparing])
        #expect(seen.count == 1 && seen[0].tensors != model.tensors && seen[0].heldBack == model.heldBack)
    }
}
