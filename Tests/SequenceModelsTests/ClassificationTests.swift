import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct ClassificationTests {
    private func label(_ model: SequenceModel, _ value: SequenceValue, top: Int? = nil) throws -> LabelPrediction {
        var request = PredictionRequest()
        request.sequence = value
        request.top = top
        guard let answer = try model.predict(request) as? LabelPrediction else { throw NotFinished() }
        return answer
    }

    @Test(arguments: [false, true])
    func learnsTexts(bidirectional: Bool) throws {
        var request = SmallProblem.request(epochs: 40, batch: 8, hidden: 12)
        request.network.bidirectional = bidirectional
        let trained = try train(request, SmallProblem.labelled)
        #expect(trained.metrics["accuracy"] == 1 && trained.skill ?? -1 >= 0)
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        #expect(try label(model, .text("ababab")).label == "up")
        let answer = try label(model, .text("baba"), top: 1)
        #expect(answer.label == "down" && answer.probabilities.count == 1)
        #expect(try label(model, .text("?a")).probabilities.count == 2)  // unknown characters have a place
        #expect(try label(model, .text("")).probabilities.allSatisfy { $0.probability.isFinite })
    }

    @Test func learnsSeriesWithGaps() throws {
        let random = CounterRandom(seed: 1, stream: 1)
        let examples = (0..<60).map { index in
            let rising = index % 2 == 0
            let values = (0..<12 + index % 5).flatMap { t -> [Double] in
                let slope = Double(rising ? t : -t)
                return [slope + Double(random.normal(UInt64(index * 100 + t))), t % 4 == 3 ? .nan : 5]
            }
            return TrainingExample(
                input: .numeric(NumericSeries(values: values, channels: 2)), label: rising ? "up" : "down")
        }
        var request = SmallProblem.request(epochs: 30, batch: 8, hidden: 12)
        request.training.optimizer.learningRate = 0.01
        let trained = try train(request, examples)
        #expect(trained.metrics["accuracy"] ?? 0 >= 0.8)
        #expect(trained.description.channelScaling?.indicators == true)
        let model = try SequenceModel(description: trained.description, tensors: trained.tensors)
        var wrong = PredictionRequest()
        wrong.sequence = .numeric(NumericSeries(values: [1, 2, 3]))
        #expect(try pointers { _ = try model.predict(wrong) } == ["/sequence"])
        wrong.sequence = nil
        wrong.top = 0
        #expect(try pointers { _ = try model.predict(wrong) } == ["/top"])
        #expect(try label(model, .numeric(NumericSeries(values: [.nan, .nan], channels: 2))).probabilities.count == 2)
    }

    @Test(arguments: [false, true])
    func paddingChangesNoByte(bidirectional: Bool) throws {
        let network = RecurrentNetwork(
            settings: NetworkSettings(
                input: .tokens(vocabulary: 5, embedding: 4), cell: .lstm, layers: 2, hidden: 6,
                bidirectional: bidirectional, dropout: 0, outputs: 3, readout: .lastStep),
            seed: 9)
        let rows: [[Int32]] = [[1, 2, 3, 4, 1, 2], [3], [2, 2, 1], []]
        let together = outputs(network, rows)
        for (index, row) in rows.enumerated() { #expect(outputs(network, [row]) == [together[index]]) }
    }

    private func outputs(_ network: RecurrentNetwork, _ rows: [[Int32]]) -> [[Float]] {
        let steps = max(1, rows.map(\.count).max() ?? 1)
        let window = WindowWorkspace(network: network, stepsMax: steps, batchMax: rows.count, training: false)
        window.begin(steps: steps, batch: rows.count)
        for (row, tokens) in rows.enumerated() {
            for (t, token) in tokens.enumerated() {
                window.tokens[t * rows.count + row] = token
                window.mask[t * rows.count + row] = 1
            }
        }
        network.forward(window, training: false, dropoutKey: 0)
        return rows.indices.map { row in (0..<3).map { window.outputs[row * 3 + $0] } }
    }

    @Test func validatesOnWhatIsSent() throws {
        let held = [
            TrainingExample(input: .text("ab"), label: "up"), TrainingExample(input: .text("ba"), label: "sideways"),
        ]
        #expect(
            try pointers {
                _ = try Planner.plan(request: SettingsRequest(), examples: SmallProblem.labelled, validation: held)
            }
                == ["/validation/sequences/1/target"])
        let model = try train(SmallProblem.request(epochs: 2), SmallProblem.labelled, validation: [held[0]])
        #expect(model.metrics["accuracy"] != nil)
    }

    @Test func confusionMatrixByHand() {
        var matrix = ConfusionMatrix(classes: 3)
        for (truth, guess) in [(0, 0), (0, 0), (0, 1), (1, 1), (1, 0)] { matrix.add(truth: truth, guess: guess) }
        #expect(matrix.accuracy == 0.6)
        // F1: class 0 4/6, class 1 2/4; class 2 does not occur.
        #expect(abs(matrix.macroF1 - (4.0 / 6 + 0.5) / 2) < 1e-12)
    }
}
