import Kernels
import SequenceModels
import Testing

/// What the judge says of models that are no better than something simple, and of few cases.
@Suite struct VerdictTests {
    /// It was "better by 100 %" of five.
    @Test func fiveSequencesAreTooFew() throws {
        let held = Array(SmallProblem.labelled.prefix(5))
        let model = try train(
            SmallProblem.request(epochs: 40, batch: 8, hidden: 12), Array(SmallProblem.labelled.dropFirst(5)),
            validation: held)
        #expect(model.metrics["accuracy"] == 1 && model.evaluation.basis == "5 sequences")
        #expect(!model.verdict.hasPrefix("better"), "\(model.verdict)")
        #expect(model.metrics["log_loss"] ?? 9 < model.baselines["majority"]?["log_loss"] ?? 0)
        for name in ["majority", "naive_bayes", "nearest_neighbour"] {
            #expect(model.baselines[name]?["accuracy"] != nil && model.baselines[name]?["macro_f1"] != nil, "\(name)")
        }
    }

    /// Labels that nothing tells are not praised, whatever is drawn.
    @Test func labelsWithoutAReasonAreNotPraised() throws {
        let random = CounterRandom(seed: 8, stream: 8)
        var praised = 0
        for trial in 0..<6 {
            let examples = (0..<60).map { index in
                let bits = random.bits(UInt64(trial * 100 + index))
                return TrainingExample(
                    input: .text((0..<5).map { bits >> UInt64($0) & 1 == 0 ? "a" : "b" }.joined()),
                    label: bits >> 40 & 1 == 0 ? "x" : "y")
            }
            let model = try train(SmallProblem.request(epochs: 10, batch: 8), examples)
            praised += model.verdict.hasPrefix("better") ? 1 : 0
        }
        #expect(praised == 0)
    }

    /// The tag is the token's: it was praised beside the most frequent tag of all.
    @Test func aTableOfTagsIsAsGood() throws {
        let model = try train(SmallProblem.request(epochs: 40, batch: 8, hidden: 12), SmallProblem.tagged)
        #expect(model.baselines["most_frequent_label"]?["accuracy"] == 1)
        #expect(!model.verdict.hasPrefix("better"), "\(model.verdict)")
        #expect(model.evaluation.basis == "5-fold cross-validation, 40 sequences")
    }

    /// Words that come once in training are unknown to the network, but not to the table.
    @Test func theTableKnowsRareWords() throws {
        func example(_ from: Int) -> TrainingExample {
            let words = (from..<from + 4).map { "w\($0)" }
            return TrainingExample(
                input: .symbols(words), target: .labels(words.indices.map { (from + $0) % 2 == 0 ? "even" : "odd" }))
        }
        let learned = (0..<20).map { example(4 * $0 + $0 % 2) }
        let model = try train(
            SmallProblem.request(epochs: 1), learned, validation: Array(learned.suffix(8)))
        #expect(model.baselines["most_frequent_label"]?["accuracy"] == 1, "\(model.baselines)")
    }

    /// Naive Bayes, the nearest and the line read the words as they were sent: the network knows those that come once
    /// in training as unknown ones.
    @Test func simpleMethodsReadTheWordsThatWereSent() throws {
        let learned = (0..<60).map { index in
            TrainingExample(
                input: .symbols(["w\(index)", "the", "w\(index + 500)"]), label: index % 3 == 0 ? "x" : "y")
        }
        // Each held back has the two rare words of one that was learned, which nothing else tells from the others.
        let held = learned.indices.map { index in
            TrainingExample(input: .symbols(["w\(index)", "a", "w\(index + 500)"]), label: learned[index].label)
        }
        let model = try train(SmallProblem.request(epochs: 1), learned, validation: held)
        #expect(model.description.vocabulary?.tokens.contains("w7") == false, "the network does not know them")
        #expect(
            model.baselines["naive_bayes"]?["accuracy"] == 1 && model.baselines["nearest_neighbour"]?["accuracy"] == 1)
        #expect(model.metrics["accuracy"] ?? 1 < 0.8 && model.verdict.hasPrefix("worse"), "\(model.verdict)")
        func valued(_ examples: [TrainingExample]) -> [TrainingExample] {
            examples.map { TrainingExample(input: $0.input, target: .numbers([$0.label == "x" ? 10 : 0])) }
        }
        let values = try train(SmallProblem.request(epochs: 1), valued(learned), validation: valued(held))
        let mean = try #require(values.baselines["mean"]?["rmse"])
        #expect(values.baselines["nearest_neighbour"]?["rmse"] == 0)
        #expect(values.baselines["linear"]?["rmse"] ?? 9 < 0.7 * mean, "\(values.baselines)")
        // The same of a vocabulary that leaves unknown words out.
        var request = SmallProblem.request(epochs: 1)
        request.unknown = .skip
        let skipping = try train(request, learned, validation: held)
        #expect(skipping.baselines["naive_bayes"]?["accuracy"] == 1, "\(skipping.baselines)")
    }

    /// Pieces of one sequence are one case, though each is learned by itself.
    @Test func piecesAreOneCase() throws {
        var request = SmallProblem.request(epochs: 2, batch: 8)
        request.training.window = 3
        request.network.bidirectional = false
        let examples = (0..<40).map { index in
            let values = (0..<10).map { Double(($0 * index) % 5) }
            return TrainingExample(
                input: .numeric(NumericSeries(values: values)),
                target: .labels(values.map { $0 < 2 ? "low" : "high" }))
        }
        let model = try train(request, examples)
        #expect(model.evaluation.basis == "5-fold cross-validation, 40 sequences", "\(model.verdict)")
        #expect(model.baselines["nearest_step"]?["accuracy"] == 1)
    }

    /// The sum of letters is a straight line.
    @Test func aStraightLineIsAsGood() throws {
        let random = CounterRandom(seed: 6, stream: 6)
        let examples = (0..<120).map { index in
            let text = (0..<4 + index % 6).map { ["a", "b", "c"][Int(random.bits(UInt64(index * 10 + $0)) % 3)] }
                .joined()
            return TrainingExample(
                input: .text(text), target: .numbers([text.utf8.reduce(0.0) { $0 + Double($1) - 96 }]))
        }
        let model = try train(SmallProblem.request(epochs: 20, batch: 8, hidden: 16), examples)
        let line = try #require(model.baselines["linear"]?["rmse"])
        #expect(
            line < 0.5 && line < model.baselines["mean"]?["rmse"] ?? 0 && model.baselines["nearest_neighbour"] != nil)
        #expect(model.verdict.contains("a straight line"), "\(model.verdict)")
        #expect(model.evaluation.basis == "5-fold cross-validation, 120 sequences")
        #expect(model.evaluation.comparison?.standardError != nil)
    }

    /// Texts that repeat themselves are counted better than learned: it was praised beside pairs of tokens.
    @Test func countingRunsOfTokens() throws {
        let model = try train(SmallProblem.request(epochs: 20, hidden: 16), SmallProblem.text)
        let ngram = try #require(model.baselines["ngram_5"]?["validation_loss"])
        #expect(ngram < 0.01 && ngram < model.baselines["bigram"]?["validation_loss"] ?? 0)
        #expect(model.verdict.contains("the 5-gram model") && model.skill ?? 1 < 0, "\(model.verdict)")
        // A tenth of 780 characters, the first of which teaches nothing: eight to a part.
        #expect(model.evaluation.basis == "77 characters in 9 parts")
        let strings = try train(SmallProblem.request(epochs: 2), SmallProblem.strings)
        #expect(strings.evaluation.basis?.hasSuffix("parts") == true)
    }

    @Test func pairsBesideTheNearest() throws {
        let trained = try train(PairedProblem.request(.sequenceToSequence, epochs: 2), PairedProblem.reversed)
        for name in ["most_frequent", "copy", "nearest_neighbour"] {
            let found = try #require(trained.baselines[name], "\(name)")
            #expect(found["exact_match"] != nil && found["error_rate"] != nil)
        }
        #expect(trained.metrics["error_rate"] != nil && trained.evaluation.basis == "6 pairs")
        let frames = try train(PairedProblem.request(.sequenceToSequence, epochs: 1), PairedProblem.frames)
        #expect(frames.baselines["nearest_neighbour"] != nil && frames.baselines["copy"] == nil)
    }

    /// Sorting numbers needs no network.
    @Test func sortingNeedsNoNetwork() throws {
        let trained = try train(PairedProblem.request(.pointer, epochs: 1), PairedProblem.sorted(60))
        #expect(trained.baselines["ascending"]?["exact_match"] == 1)
        #expect(trained.baselines["descending"]?["exact_match"] ?? 1 < 1 && trained.baselines["uniform"] != nil)
        #expect(
            trained.verdict.contains("the items in ascending order") && trained.skill ?? 1 <= 0, "\(trained.verdict)")
    }
}
