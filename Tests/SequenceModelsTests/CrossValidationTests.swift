import Kernels
import SequenceModels
import Testing

/// Small sets of sequences with targets: each is held back once, and all are learned in the end.
@Suite struct CrossValidationTests {
    private static let problems = [SmallProblem.labelled, SmallProblem.valued, SmallProblem.tagged]

    private func words(_ count: Int, from: Int = 0) -> [TrainingExample] {
        (from..<from + count).map { index in
            let noise = String(index, radix: 2).replacing("0", with: "d").replacing("1", with: "e")
            let letter = ["a", "b", "c"][index % 3]
            return TrainingExample(input: .text(noise + letter), label: letter.uppercased())
        }
    }

    @Test(arguments: problems.indices) func everySequenceIsACase(problem: Int) throws {
        let examples = Self.problems[problem], observer = RecordingObserver()
        let model = try train(SmallProblem.request(epochs: 3), examples, observer: observer)
        #expect(model.evaluation.basis == "5-fold cross-validation, \(examples.count) sequences")
        #expect(model.heldBack == .examples(Array(examples.indices)) && model.learnsAll)
        #expect(model.evaluation.cases.map { $0.cases.keys.sorted() } == Array(examples.indices))
        #expect(observer.measurings.last.map { $0.done == $0.total && $0.total == examples.count } == true)
        let folds = observer.phases.prefix(5), repeats = observer.phases.dropFirst(5).prefix(5)
        #expect(Array(folds) == (1...5).map { TrainingPhase.fold(number: $0, of: 5, epochs: nil) })
        guard case .refit(let epochs) = observer.phases.dropFirst(10).first else { throw NotFinished() }
        #expect((1...3).contains(epochs) && Array(observer.phases.dropFirst(11)) == [.measuring])
        #expect(Array(repeats) == (1...5).map { TrainingPhase.fold(number: $0, of: 5, epochs: epochs) })
        // What is known of the steps to come is right in the end, and steps are those of all trainings.
        let last = try #require(observer.reports.last)
        #expect(last.step == last.steps && last.step == observer.reports.count && last.remainingSeconds == 0)
        #expect(observer.reports.map(\.step) == Array(1...observer.reports.count))
        #expect(zip(observer.reports, observer.reports.dropFirst()).allSatisfy { $0.tokens < $1.tokens })
        let plan = try Planner.plan(request: SmallProblem.request(epochs: 3), examples: examples, validation: nil)
        #expect(plan.folds == 5 && plan.refits && plan.settings.validation == 0.2)
        #expect(plan.notes.contains { $0.contains("5-fold cross-validation") }, "\(plan.notes)")
    }

    /// The model is that of a training on all sequences for the epochs that proved best, and of nothing else.
    @Test func allIsLearnedAsAnyTrainingWould() throws {
        var request = SmallProblem.request(epochs: 6)
        request.training.earlyStopping.patience = 100
        request.training.schedule.name = .constant
        let observer = RecordingObserver()
        let model = try train(request, words(60), observer: observer)
        guard case .refit(let epochs) = observer.phases.dropFirst(10).first else { throw NotFinished() }
        request.training.epochs = epochs
        request.validation = 0
        #expect(try train(request, words(60)).tensors == model.tensors)
    }

    /// Said what to hold back, that is held back; larger sets and continued trainings hold back a tenth.
    @Test func whatIsAskedForIsDone() throws {
        var request = SmallProblem.request(epochs: 1)
        let first = try train(request, words(60))
        #expect(try train(request, words(301)).evaluation.basis == "30 sequences")
        #expect(
            try train(request, words(60), validation: words(9, from: 100)).evaluation.basis == "9 sequences")
        let parent = ParentModel(name: "m@1", description: first.description, tensors: first.tensors)
        #expect(try train(SettingsRequest(), words(60), parent: parent).evaluation.basis == "6 sequences")
        request.validation = 0.1
        #expect(try train(request, words(60)).evaluation.basis == "6 sequences")
        request.validation = 0
        #expect(try train(request, words(60)).verdict.hasPrefix("not measured"))
    }

    /// One of a class by itself can be learned or measured, not both; two can be both.
    @Test func oddSets() throws {
        let request = SmallProblem.request(epochs: 2)
        let single = words(30) + [TrainingExample(input: .text("x"), label: "X")]
        let model = try train(request, single)
        #expect(model.evaluation.basis == "5-fold cross-validation, 30 sequences")
        #expect(model.description.labels == ["A", "B", "C", "X"] && model.heldBack == .examples(Array(0..<30)))
        let plan = try Planner.plan(request: request, examples: single, validation: nil)
        #expect(plan.notes.contains { $0.contains("1 of them is the only one of its kind") }, "\(plan.notes)")
        // Two of two classes: nothing can be held back.
        let two = try train(request, words(2))
        #expect(two.verdict == "not measured: no data was held back for validation" && two.evaluation.basis == nil)
        let four = try train(request, words(2) + words(2, from: 3))
        #expect(four.evaluation.basis == "4-fold cross-validation, 4 sequences", "\(four.verdict)")
        #expect(four.verdict.contains("4 sequences are too few to tell") || four.verdict.hasPrefix("no different"))
        // Values and tags of two sequences.
        for examples in [SmallProblem.valued, SmallProblem.tagged] {
            let model = try train(request, Array(examples.suffix(2)))
            #expect(model.evaluation.basis == "2-fold cross-validation, 2 sequences")
            #expect(!model.verdict.hasPrefix("better") && !model.verdict.hasPrefix("worse"), "\(model.verdict)")
        }
    }

    /// Long sequences that are sent several times are one case, which is never learned where it is held back.
    @Test func repeatsStayTogether() throws {
        let random = CounterRandom(seed: 4, stream: 4)
        let examples = (0..<90).map { index in
            let values = (0..<20).map { random.normal(UInt64(index % 30 * 100 + $0)) }
            let label = random.uniform(UInt64(9_000 + index % 30)) < 0.5 ? "x" : "y"
            return TrainingExample(input: .numeric(NumericSeries(values: values)), label: label)
        }
        let model = try train(SmallProblem.request(epochs: 2), examples)
        #expect(model.evaluation.basis == "5-fold cross-validation, 30 different sequences")
        let nearest = try #require(model.baselines["nearest_neighbour"]?["accuracy"])
        #expect(nearest < 0.9, "the nearest would be the same: \(nearest)")
        #expect(model.evaluation.cases?.cases.count == 90)
    }

    @Test func cancelsAndPausesWithinAStep() throws {
        let prepared = try Planner.prepare(
            request: SmallProblem.request(epochs: 3), examples: words(60), validation: nil)
        let pool = ComputePool(threads: 1)
        let whole = try train(SmallProblem.request(epochs: 3), words(60))
        let total = 11 * 3 * prepared.plan.stepsPerEpoch
        for step in [1, total / 3, total / 2] {
            let observer = RecordingObserver()
            observer.cancelAtStep = step
            guard case .cancelled = try Trainer(prepared, pool: pool, resume: nil).run(observer) else {
                throw NotFinished()
            }
            #expect(observer.reports.count == step)
            observer.cancelAtStep = nil
            observer.reports = []
            observer.pauseAtStep = step
            guard case .paused = try Trainer(prepared, pool: pool, resume: nil).run(observer) else {
                throw NotFinished()
            }
            let last = try #require(observer.checkpoints.last)
            let resumed = try train(SmallProblem.request(epochs: 3), words(60), resume: last)
            #expect(resumed.tensors == whole.tensors && resumed.metrics == whole.metrics)
        }
    }

    /// Trainings of folds that are shorter than the time between checkpoints are checkpointed all the same.
    @Test func checkpointsComeWhateverTheFolds() throws {
        var request = SmallProblem.request(epochs: 1)
        request.training.checkpointSeconds = 40
        let observer = RecordingObserver()
        _ = try train(request, words(60), observer: observer)
        #expect(observer.reports.count / 40 == observer.checkpoints.count && observer.checkpoints.count > 1)
    }

    @Test func refusesForeignCheckpoints() throws {
        let request = SmallProblem.request(epochs: 2), observer = RecordingObserver()
        observer.pauseAtStep = 150
        let prepared = try Planner.prepare(request: request, examples: words(60), validation: nil)
        let pool = ComputePool(threads: 1)
        _ = try Trainer(prepared, pool: pool, resume: nil).run(observer)
        let good = try #require(observer.checkpoints.last)
        _ = try Trainer(prepared, pool: pool, resume: good)
        for (key, values) in [
            ("fold_used", ["-1", "6", "x", "1"]), ("fold_repeated", ["-1", "6", "5"]), ("fold_steps", ["-1", "x"]),
            ("fold_choices", ["", "1/0/1", "0/0/1,1/0/1,1/0/1,1/0/1,1/0/1", "1/0/9,1/0/1,1/0/1,1/0/1,1/0/1", "a"]),
            ("fold_seconds", ["7ff8000000000000", "x"]), ("fold_search_steps", ["-1", "\(Int.max)"]),
        ] {
            for value in values {
                var bad = good
                bad.metadata[key] = value
                #expect(throws: (any Error).self, "\(key) \(value)") {
                    try Trainer(prepared, pool: pool, resume: bad)
                }
            }
        }
        var without = good
        without.tensors.removeAll { $0.name.hasPrefix("fold.0.") }
        #expect(throws: (any Error).self) { try Trainer(prepared, pool: pool, resume: without) }
        // That of a training that held a tenth back.
        var other = request
        other.validation = 0.1
        let held = RecordingObserver()
        held.pauseAtStep = 3
        let plain = try Planner.prepare(request: other, examples: words(60), validation: nil)
        _ = try Trainer(plain, pool: pool, resume: nil).run(held)
        #expect(throws: TrainingFailure.self) { try Trainer(prepared, pool: pool, resume: held.checkpoints.last) }
    }

    /// A second a step: 15 steps are an epoch of all, 12 of a fold. What there is no time for is left out, and said.
    @Test(arguments: [40.0, 700, 3_000]) func timeDecidesHowManyFoldsThereAre(limitSeconds: Double) throws {
        var request = SmallProblem.request(epochs: 8)
        request.training.maxSeconds = limitSeconds
        let observer = RecordingObserver()
        let model = try train(request, words(60), observer: observer)
        #expect(observer.nowSeconds() <= limitSeconds, "\(observer.nowSeconds())")
        let folds = Set(
            observer.phases.compactMap { phase -> Int? in
                if case .fold(let number, _, _?) = phase { number } else { nil }
            }
        ).count
        let basis = try #require(model.evaluation.basis)
        #expect(
            basis
                == (folds == 5
                    ? "5-fold cross-validation, 60 sequences"
                    : "\(folds) of 5 folds of a cross-validation, \(12 * folds) sequences"))
        #expect(limitSeconds < 100 ? folds == 1 : limitSeconds > 2_000 ? folds == 5 : folds > 1, "\(basis)")
        #expect(model.evaluation.cases?.cases.count == 12 * folds && model.learnsAll)
        #expect(observer.reports.allSatisfy { ($0.remainingSeconds ?? -1) >= 0 })
    }

    // MARK: Beside other versions

    /// Of the same data each version is judged by its folds, whatever its seed; of more, by what is new to the other.
    @Test func versionsAreCompared() throws {
        let pool = ComputePool(threads: 1)
        var request = SmallProblem.request(epochs: 1)
        let old = try train(request, words(60))
        request.training.seed = 5
        request.training.epochs = 12
        let new = try train(request, words(60))
        let rival = VersionComparer.Rival(
            ParentModel(name: "m@1", description: old.description, tensors: old.tensors),
            learned: LearnedCases(words(60), without: old.heldBack, isAll: true),
            recorded: (old.metrics, old.evaluation.basis ?? ""))
        let found = VersionComparer(new, examples: words(60), validation: nil, pool: pool).compare(rival, .unlimited)
        #expect(found.error == new.metrics["accuracy"].map { 1 - $0 } && found.cases == 0, "\(found.words)")
        #expect(found.words.contains("on the same data when it was trained (5-fold cross-validation, 60 sequences)"))
        let more = words(80)
        let grown = try train(request, more)
        let fresh = VersionComparer(grown, examples: more, validation: nil, pool: pool).compare(rival, .unlimited)
        #expect(fresh.cases == 20 && fresh.learned == 60, "\(fresh.words)")
        #expect(fresh.words.contains("judged by its cross-validation"))
        let own = try #require(grown.evaluation.cases)
        #expect(abs((fresh.error ?? 9) - (60..<80).reduce(0) { $0 + (own.cases[$1]?.error ?? 9) } / 20) < 1e-12)
    }

    // MARK: How sure it is

    /// By hand: rests 0, 0, ½, −½.
    @Test func foldsMakeItLessSure() throws {
        let plain = try #require(Comparison(model: [1, 2, 3, 2], other: [2, 4, 5, 5]))
        func folded(_ of: [Int], count: Int) throws -> Double {
            let folds = Comparison.Folds(of: of, count: count)
            let found = try #require(Comparison(model: [1, 2, 3, 2], other: [2, 4, 5, 5], folds: folds))
            #expect(found.skill == plain.skill)
            return (found.standardError ?? 0) / (plain.standardError ?? 1)
        }
        // 1 + m / (K − 1): of cases, ⅔; of folds that differ, 2 · (¼ + ¼) = 1.
        #expect(abs(try folded([0, 0, 1, 1], count: 2) - 3.0.squareRoot()) < 1e-12)
        #expect(abs(try folded([0, 0, 0, 1], count: 2) - (3 * 1.5).squareRoot()) < 1e-12)
        #expect(abs(try folded([0, 0, 1, 1], count: 5) - 1.5.squareRoot()) < 1e-12)
        // Six of six signs are enough by themselves, and no longer where they are of folds and differ by little.
        let model = [Double](repeating: 0, count: 20), other = (0..<20).map { $0 < 6 ? 1.0 : 0 }
        let folds = Comparison.Folds(of: (0..<20).map { $0 % 5 }, count: 5)
        #expect(Comparison(model: model, other: other, areCounts: true, folds: folds)?.isSignificant == true)
        let close = (0..<20).map { $0 < 3 ? 1.0 : 0 }
        #expect(Comparison(model: close, other: other, areCounts: true, folds: folds)?.isSignificant == false)
        // Where the other makes no error there is none to divide by.
        #expect(Comparison(model: other, other: model, areCounts: true, folds: folds)?.isSignificant == false)
        let worse = (0..<20).map { $0 < 10 ? 1.0 : 0 }
        #expect(Comparison(model: worse, other: model, areCounts: true, folds: folds)?.isSignificant == true)
    }
}
