import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Settings, files and descriptions of the cell `transformer`.
extension TransformerModelTests {
    private func faults(_ examples: [TrainingExample] = SmallProblem.text, _ change: (inout SettingsRequest) -> Void)
        throws -> [String]
    {
        var request = Self.request()
        change(&request)
        return try pointers { _ = try Planner.plan(request: request, examples: examples, validation: nil) }
    }

    @Test func settingsOfStatesAreRefused() throws {
        #expect(
            try faults {
                $0.network.residual = true
                $0.network.weightTying = true
                $0.network.lockedDropout = true
                $0.network.embeddingDropout = 0.1
                $0.network.initializer = .orthogonal
                $0.network.projection = 4
                $0.network.layerNorm = true
                $0.network.recurrentDropout = 0.1
                $0.network.gruReset = .after
                $0.training.stateful = true
                $0.training.stride = 4
                $0.training.window = ModelLimits.contextMax + 1
            }.sorted() == [
                "/network/embedding_dropout", "/network/gru_reset", "/network/initializer", "/network/layer_norm",
                "/network/locked_dropout", "/network/projection", "/network/recurrent_dropout", "/network/residual",
                "/network/weight_tying", "/training/stateful", "/training/stride", "/training/window",
            ])
        #expect(try faults { $0.network.heads = 3 } == ["/network/heads"])
        #expect(try faults { $0.network.heads = 0 } == ["/network/heads"])
        #expect(try faults { $0.network.feedForward = 0 } == ["/network/feed_forward"])
        #expect(try faults { $0.network.embedding = 9 } == ["/network/embedding"])
        #expect(try faults { $0.network.embedding = 8 } == [])
        #expect(try faults { $0.network.bidirectional = true } == ["/network/bidirectional"])
        #expect(try faults(SmallProblem.labelled) { $0.network.bidirectional = false } == ["/network/bidirectional"])
        for activation in [ActivationChoice.tanh, .sigmoid] {
            #expect(try faults { $0.network.activation = activation } == ["/network/activation"])
        }
        #expect(try faults { $0.network.activation = .relu } == [])
        for cell in [CellChoice.lstm, .gru, .rnn] {
            #expect(
                try faults { ($0.network.cell, $0.network.heads, $0.network.feedForward) = (cell, 2, 8) } == [
                    "/network/heads", "/network/feed_forward",
                ])
            #expect(try faults { ($0.network.cell, $0.network.activation) = (cell, .gelu) } == ["/network/activation"])
        }
        // Too much for the memory, with what would fit.
        #expect(
            try faults([TrainingExample(input: .text(String(repeating: "abcdefgh", count: 4000)))]) {
                ($0.network.hidden, $0.training.window, $0.training.batchSize) = (512, 8192, 64)
            } == ["/training/window"])
    }

    @Test func defaultsFit() throws {
        for (name, examples) in SmallProblem.all {
            var request = SettingsRequest()
            request.network.cell = .transformer
            let plan = try Planner.plan(request: request, examples: examples, validation: nil)
            let network = plan.settings.network
            #expect(
                network.heads.map { network.hidden % $0 } == 0 && network.feedForward == 4 * network.hidden, "\(name)")
            #expect(
                network.activation == .gelu && !plan.settings.training.stateful
                    && plan.settings.training.schedule.warmup == 0.1)
            #expect(plan.estimatedMemoryBytes > 4 * plan.parameterCount && plan.estimatedFLOPs > 0)
        }
    }

    @Test func weightsOfATransformerAreNotImported() throws {
        var request = ImportRequest(task: .languageModel)
        request.network.cell = .transformer
        #expect(
            try pointers { _ = try ModelImport.model(request, tensors: Self.writer.get().tensors) } == ["/network/cell"]
        )
    }

    /// So files of older versions read as they did.
    @Test func recurrentModelsAreWrittenAsEver() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.text)
        let text = String(decoding: try JSONEncoder().encode(model.description), as: UTF8.self)
        for member in ["context", "heads", "feed_forward", "transformer"] { #expect(!text.contains("\"\(member)\"")) }
        #expect(text.contains(#""cell":"lstm""#))
        #expect(try ModelDescription.copied(model.description) == model.description)
    }

    // MARK: Costs

    @Test func streamsTellWhatTheyKeep() throws {
        let model = try Self.writer.get()
        let cost = try #require(StreamCost(model.description))
        // Keys and values of 2 blocks of 32, and a token, each of 4 bytes; 32 steps of them.
        #expect(
            cost.stateBytesPerStep == (2 * 2 * 32 + 1) * 4 && cost.stateBytes == 32 * cost.stateBytesPerStep
                && cost.context == 32)
        #expect(try loaded(model).rowSizeBytes == cost.stateBytes)
        let vocabulary = try #require(model.description.vocabulary?.tokens.count)
        #expect(cost.multiplyAddsPerContextStep == 2 * 2 * 32)
        #expect(
            cost.multiplyAdds == 2 * (4 * 32 * 32 + 2 * 32 * 128) + 32 * vocabulary + 32
                * cost.multiplyAddsPerContextStep)

        let lstm = try train(SmallProblem.request(epochs: 1), SmallProblem.text)
        let state = try #require(StreamCost(lstm.description))
        #expect(
            state.stateBytes == 2 * 8 * 4 && state.stateBytesPerStep == 0 && state.multiplyAddsPerContextStep == 0
                && state.context == nil)
        #expect(try loaded(lstm).rowSizeBytes == state.stateBytes)
        let tagger = try train(Self.request(epochs: 1), SmallProblem.tagged)
        #expect(try #require(StreamCost(tagger.description)).stateBytes == 0)
    }
}
