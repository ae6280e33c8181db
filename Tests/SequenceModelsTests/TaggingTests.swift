import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct TaggingTests {
    private func tags(_ model: SequenceModel, _ sequence: SequenceValue) throws -> TagPrediction {
        var request = PredictionRequest()
        request.sequence = sequence
        guard let answer = try model.predict(request) as? TagPrediction else { throw NotFinished() }
        return answer
    }

    /// Of each step, whether the number of ones up to it is odd.
    private func parity(_ bits: [Int]) -> [String] {
        var odd = false
        return bits.map { bit in
            if bit == 1 { odd.toggle() }
            return odd ? "odd" : "even"
        }
    }

    private func bits(_ index: Int, _ count: Int) -> [Int] {
        let random = CounterRandom(seed: 5, stream: UInt64(index))
        return (0..<count).map { random.uniform(UInt64($0)) < 0.5 ? 0 : 1 }
    }

    @Test(arguments: [false, true])
    func learnsParity(numeric: Bool) throws {
        let examples = (0..<300).map { index in
            let bits = bits(index, 4 + index % 7)
            let input: SequenceValue =
                numeric
                ? .numeric(NumericSeries(values: bits.map { Double($0) })) : .text(bits.map { "\($0)" }.joined())
            return TrainingExample(input: input, target: .labels(parity(bits)))
        }
        var request = SmallProblem.request(epochs: 40, batch: 16, hidden: 16)
        request.training.optimizer.learningRate = 0.02
        request.network.dropout = 0
        request.validation = 0.1
        let trained = try train(request, examples, threads: 2)
        #expect(
            trained.metrics["accuracy"] ?? 0 > 0.97 && trained.metrics["macro_f1"] ?? 0 > 0.97, "\(trained.metrics)")
        #expect(trained.description.settings.network.bidirectional && trained.description.labels == ["even", "odd"])
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        let fresh = bits(1000, 9)
        let answer = try tags(
            model,
            numeric ? .numeric(NumericSeries(values: fresh.map { Double($0) })) : .text(fresh.map { "\($0)" }.joined()))
        #expect(answer.labels == parity(fresh) && answer.probabilities.count == 9)
        #expect(answer.probabilities.allSatisfy { $0 > 0.5 && $0 <= 1 })
        #expect(try tags(model, numeric ? .numeric(NumericSeries(values: [])) : .text("")).labels.isEmpty)
    }

    /// Sequences longer than the window are learned in pieces and tagged whole; words are found from the number of
    /// labels.
    @Test func tagsWords() throws {
        let examples = (0..<60).map { index in
            let words = (0..<6 + index % 3).map { ["the", "cat", "sees", "dogs"][(index * 7 + $0 * 3) % 4] }
            let labels = words.map { $0 == "the" ? "article" : $0 == "sees" ? "verb" : "noun" }
            return TrainingExample(input: .text(words.joined(separator: " ")), target: .labels(labels))
        }
        var request = SmallProblem.request(epochs: 20, batch: 8, hidden: 12)
        request.training.window = 4
        request.network.bidirectional = false
        request.training.classWeights = .balanced
        let trained = try train(request, examples)
        #expect(trained.description.settings.tokens == .words && trained.metrics["accuracy"] ?? 0 > 0.9)
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        #expect(try tags(model, .text("cat the dogs sees cat cat")).labels.count == 6)
    }

    /// Steps without a label at the end teach and count nothing: the same bytes as sequences that end before them.
    @Test func masksMissingLabelsExactly() throws {
        func examples(tail: Int) -> [TrainingExample] {
            (0..<60).map { index in
                let text = String((0..<4).map { Character(["a", "b", "c"][(index * 5 + $0 * 3) % 7 % 3]) })
                let labels: [String?] = text.map { $0 == "a" ? "A" : "other" }
                return TrainingExample(
                    input: .text(text + String("bca".prefix(tail))),
                    target: .labels(labels + [String?](repeating: nil, count: tail)))
            }
        }
        var request = SmallProblem.request(epochs: 3, batch: 20)
        request.network.bidirectional = false
        request.network.dropout = 0
        let (short, long) = (try train(request, examples(tail: 0)), try train(request, examples(tail: 3)))
        #expect(short.tensors == long.tensors && short.metrics == long.metrics && short.baselines == long.baselines)
        request.training.classWeights = .balanced
        request.training.window = 4
        #expect(try train(request, examples(tail: 0)).tensors == train(request, examples(tail: 3)).tensors)
        let notes = try Planner.plan(request: request, examples: examples(tail: 3), validation: nil).notes
        #expect(notes.contains("180 labels are missing; they are masked"))
    }

    @Test func masksMissingLabelsInTheMiddle() throws {
        let examples = (0..<200).map { index in
            let bits = bits(index, 4 + index % 7)
            let labels = parity(bits).enumerated().map { ($0.offset + index) % 3 == 0 ? nil : $0.element }
            return TrainingExample(
                input: .numeric(NumericSeries(values: bits.map { Double($0) })), target: .labels(labels))
        }
        var request = SmallProblem.request(epochs: 40, batch: 16, hidden: 16)
        request.training.optimizer.learningRate = 0.02
        request.network.dropout = 0
        request.validation = 0.1
        #expect(try train(request, examples, threads: 2).metrics["accuracy"] ?? 0 > 0.95)
    }

    @Test func refusesWhatDoesNotFit() throws {
        let good = TrainingExample(input: .text("ab"), target: .labels(["x", "y"]))
        let short = TrainingExample(input: .text("abc"), target: .labels(["x", "y"]))
        func faults(_ examples: [TrainingExample], _ validation: [TrainingExample]? = nil) throws -> [String] {
            try pointers {
                _ = try Planner.plan(request: SettingsRequest(), examples: examples, validation: validation)
            }
        }
        #expect(try faults([good, short]) == ["/sequences/1/target"])
        #expect(
            try faults([good], [TrainingExample(input: .text("a"), target: .labels(["z"]))]) == [
                "/validation/sequences/0/target/0"
            ])
        let empty = TrainingExample(input: .text("ab"), target: .labels([nil, nil]))
        #expect(try faults([good, empty]) == ["/sequences/1/target"])
        #expect(try faults([good], [empty]) == ["/validation/sequences/0/target"])
        #expect(try faults([good, TrainingExample(input: .text("ab"), label: "x")]) == ["/sequences/1/target"])
        #expect(try faults([TrainingExample(input: .text("ab"), target: .labels(["x", "x"]))]) == ["/sequences"])
    }
}
