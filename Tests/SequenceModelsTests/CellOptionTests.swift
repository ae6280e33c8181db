import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// Projection, layer normalisation, recurrent dropout and the GRU's reset gate, from the request to the model.
@Suite struct CellOptionTests {
    static let requests: [SettingsRequest] = {
        let changes: [(inout NetworkRequest) -> Void] = [
            { ($0.projection, $0.layers, $0.residual) = (3, 2, true) },
            { ($0.layerNorm, $0.recurrentDropout) = (true, 0.25) },
            { ($0.cell, $0.layerNorm, $0.gruReset) = (.gru, true, .before) },
            { ($0.cell, $0.layerNorm) = (.rnn, true) },
            { ($0.projection, $0.layerNorm, $0.recurrentDropout, $0.initializer) = (5, true, 0.2, .orthogonal) },
        ]
        return changes.map { change in
            var request = SmallProblem.request(epochs: 2)
            change(&request.network)
            return request
        }
    }()

    @Test(arguments: requests) func reachTheNetwork(_ request: SettingsRequest) throws {
        for example in SmallProblem.all {
            let plan = try Planner.plan(request: request, examples: example.examples, validation: nil)
            let model = try train(request, example.examples)
            let network = try #require(model.description.network.recurrent), asked = request.network
            #expect(network.projection == asked.projection ?? 0 && network.layerNorm == asked.layerNorm ?? false)
            #expect(
                network.recurrentDropout == Float(asked.recurrentDropout ?? 0)
                    && network.gruReset == asked.gruReset ?? .after)
            let loaded = try SequenceModel(description: model.description, tensors: model.tensors)
            #expect(loaded.parameterCount == plan.parameterCount, "\(example.name)")
            let effective = plan.settings
            #expect(
                try JSONDecoder().decode(EffectiveSettings.self, from: JSONEncoder().encode(effective)) == effective)
        }
        #expect(try JSONDecoder().decode(SettingsRequest.self, from: JSONEncoder().encode(request)) == request)
    }

    /// The weights depend neither on the threads, nor on a pause; and what is normalised learns.
    @Test(arguments: requests) func sameBytesEveryWay(_ request: SettingsRequest) throws {
        var request = request
        request.training.batchSize = 16
        let whole = try train(request, SmallProblem.labelled)
        #expect(try train(request, SmallProblem.labelled, threads: 3).tensors == whole.tensors)
        let first = RecordingObserver()
        first.pauseAtStep = 3
        #expect(throws: NotFinished.self) { try train(request, SmallProblem.labelled, observer: first) }
        #expect(try train(request, SmallProblem.labelled, resume: first.checkpoints.last).tensors == whole.tensors)
        request.training.epochs = 40
        #expect(try train(request, SmallProblem.labelled).metrics["accuracy"] ?? 0 > 0.9)
    }

    @Test func recurrentDropoutDrawsInTrainingOnly() throws {
        var request = SmallProblem.request(epochs: 2)
        let plain = try train(request, SmallProblem.labelled)
        request.network.recurrentDropout = 0
        #expect(try train(request, SmallProblem.labelled).tensors == plain.tensors)
        request.network.recurrentDropout = 0.5
        let dropped = try train(request, SmallProblem.labelled)
        #expect(dropped.tensors != plain.tensors && dropped.tensors.map(\.name) == plain.tensors.map(\.name))
    }

    private func faults(_ change: (inout NetworkRequest) -> Void) throws -> [String] {
        var request = SmallProblem.request()
        change(&request.network)
        return try pointers { _ = try Planner.plan(request: request, examples: SmallProblem.text, validation: nil) }
    }

    @Test func impossibleOptionsAreRefused() throws {
        for cell in [CellChoice.gru, .rnn] {
            #expect(try faults { ($0.cell, $0.projection) = (cell, 2) } == ["/network/projection"])
        }
        for projection in [0, -1, 8, 9, ModelLimits.hiddenMax + 1] {
            #expect(try faults { $0.projection = projection } == ["/network/projection"], "\(projection)")
        }
        for cell in [CellChoice.lstm, .rnn, nil] {
            #expect(try faults { ($0.cell, $0.gruReset) = (cell, .before) } == ["/network/gru_reset"])
        }
        for rate in [-0.1, 1, .nan, .infinity] {
            #expect(try faults { $0.recurrentDropout = rate } == ["/network/recurrent_dropout"])
        }
        #expect(try faults { ($0.hidden, $0.layerNorm) = (1, true) } == ["/network/layer_norm"])
        #expect(
            try faults { ($0.projection, $0.weightTying, $0.embedding) = (4, true, 8) } == ["/network/weight_tying"])
    }

    /// Tied, the embedding is as wide as the projected state; and the memory estimate knows what the options keep.
    @Test func widthAndCost() throws {
        var request = SmallProblem.request()
        (request.network.projection, request.network.weightTying) = (3, true)
        #expect(
            try Planner.plan(request: request, examples: SmallProblem.text, validation: nil).settings.network.embedding
                == 3)
        func bytes(_ change: (inout NetworkRequest) -> Void) throws -> Int {
            var request = SmallProblem.request(hidden: 64)
            change(&request.network)
            return try Planner.plan(request: request, examples: SmallProblem.text, validation: nil).estimatedMemoryBytes
        }
        let plain = try bytes { _ in }
        #expect(try bytes { $0.layerNorm = true } > plain)
        #expect(try bytes { $0.recurrentDropout = 0.1 } > plain)
        #expect(try bytes { ($0.cell, $0.gruReset) = (.gru, .before) } > bytes { $0.cell = .gru })
    }
}
