import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct PointerTaskTests {
    private func best(_ prediction: any Prediction) throws -> RankedAnswers<PositionOutput> {
        guard let positions = prediction as? RankedAnswers<PositionOutput> else { throw NotFinished() }
        return positions
    }

    private func load(_ model: TrainedModel) throws -> SequenceModel {
        try SequenceModel(description: model.description, tensors: model.tensors)
    }

    @Test func learnsToSort() throws {
        var request = PairedProblem.request(.pointer, epochs: 40, hidden: 32)
        request.training.earlyStopping.patience = 1000
        request.training.optimizer.learningRate = 0.005
        let trained = try train(request, PairedProblem.sorted(400))
        #expect(
            trained.metrics["exact_match"] ?? 0 > 0.6 && trained.baselines["input_order"]?["exact_match"] ?? 1 < 0.4)
        #expect(trained.description.settings.pointer?.once == true)
        let model = try load(trained)
        let found = try best(answer(model, .numeric(NumericSeries(values: [0.9, 0.1, 0.5]))) { $0.attention = true })
        #expect(
            found.answers[0].output.indices == [1, 2, 0] && found.answers[0].isEnded
                && found.inputNames == ["0.9", "0.1", "0.5"])
        // Each position once, so there is no end: every row is shared out over the items left.
        let rows = try #require(found.answers[0].attention)
        #expect(
            rows.count == 3 && rows.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-4 } && rows[1][1] == 0 && rows[2][2] == 0
        )
        // Longer inputs than any it learned from: still an order of all of them.
        let long = try best(answer(model, .numeric(NumericSeries(values: (0..<9).map { Double(($0 * 5) % 9) / 9 }))))
            .answers[0]
        #expect(long.output.indices.sorted() == Array(0..<9))
        let wide = try best(answer(model, .numeric(NumericSeries(values: [0.9, 0.1, 0.5]))) { $0.nBest = 6 })
        #expect(
            Set(wide.answers.map(\.output.indices)).count == 6
                && wide.answers.allSatisfy { $0.output.indices.sorted() == [0, 1, 2] })
    }

    /// Symbols as items, an item again and again, and answers of any length.
    @Test func symbolsMayBePointedAtAgain() throws {
        let pairs = (0..<30).map { index in
            TrainingExample(
                input: .symbols(index % 2 == 0 ? ["x", "y"] : ["y", "x", "y"]),
                target: .numbers([1, 1, Double(index % 2)]))
        }
        var request = PairedProblem.request(.pointer, epochs: 100, hidden: 16)
        request.training.optimizer.learningRate = 0.01
        request.training.earlyStopping.patience = 1000
        let trained = try train(request, pairs)
        #expect(trained.description.settings.pointer?.once == false)
        let model = try load(trained)
        #expect(try best(answer(model, .symbols(["x", "y"]))).answers[0].output.indices == [1, 1, 0])
        #expect(try pointers { _ = try answer(model, .symbols(["x", "q"])) } == ["/sequence/1"])
        #expect(
            try best(answer(model, .symbols(["x", "y"])) { $0.maxLength = 2 }).answers[0].output.indices.count == 2)
    }

    @Test(arguments: CellKind.allCases, EncoderChoice.allCases)
    func theParametersAreCounted(cell: CellKind, encoder: EncoderChoice) throws {
        for examples in [
            PairedProblem.sorted(20), [TrainingExample(input: .symbols(["a", "b"]), target: .numbers([1]))],
        ] {
            var request = PairedProblem.request(.pointer, epochs: 1)
            (
                request.network.cell, request.network.encoder, request.network.attentionWidth,
                request.network.decoderHidden
            ) = (CellChoice(cell), encoder, 5, 7)
            let plan = try Planner.plan(request: request, examples: examples, validation: nil)
            #expect(try load(train(request, examples)).parameterCount == plan.parameterCount)
        }
    }

    @Test func whatCannotBeIsRefused() throws {
        func faults(_ target: [Double], _ set: (inout SettingsRequest) -> Void = { _ in }) throws -> [String] {
            var request = PairedProblem.request(.pointer)
            set(&request)
            let pair = TrainingExample(input: .numeric(NumericSeries(values: [1, 2, 3])), target: .numbers(target))
            return try pointers {
                _ = try Planner.plan(request: request, examples: PairedProblem.sorted(3) + [pair], validation: nil)
            }
        }
        #expect(try faults([0, 3]) == ["/sequences/3/target/1"])
        #expect(try faults([0, -1]) == ["/sequences/3/target/1"])
        #expect(try faults([0, 0.5]) == ["/sequences/3/target/1"])
        #expect(try faults([0, .nan]) == ["/sequences/3/target/1"])
        #expect(
            try faults([2, 1, 2]) {
                $0.pointer = PointerRequest(); $0.pointer?.once = true
            } == ["/sequences/3/target/2"])
        #expect(try faults([2, 1, 2]) == [])
        #expect(try faults([0]) { $0.network.attention = .dot } == ["/network/attention"])
        #expect(try faults([0]) { $0.network.bidirectional = false } == ["/network/bidirectional"])
        #expect(try faults([0]) { $0.training.labelSmoothing = 0.1 } == ["/training/label_smoothing"])
        let labelled = [TrainingExample(input: .text("a"), target: .label("b"))]
        #expect(
            try pointers {
                _ = try Planner.plan(request: PairedProblem.request(.pointer), examples: labelled, validation: nil)
            } == ["/task"])
    }
}
