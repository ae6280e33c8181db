import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

/// A description from a file is believed by arithmetic, allocations and indices: each number of it is checked before.
@Suite struct ModelRulesTests {
    /// The pointers of what is wrong with a description after a change.
    private func faults(_ model: TrainedModel, _ change: (inout ModelDescription) -> Void) throws -> [String] {
        var description = model.description
        change(&description)
        return try pointers { try description.check(model.tensors) }
    }

    @Test func settingsObeyTheRulesOfARequest() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.labelled)
        #expect(try faults(model) { _ in } == [])
        let widths: [WritableKeyPath<EffectiveSettings.Network, Int>] = [\.layers, \.hidden]
        for width in widths {
            for value in [Int.min, -1, 0, 1 << 40, Int.max] {
                #expect(try faults(model) { $0.settings.network[keyPath: width] = value }.count == 1)
            }
        }
        #expect(try faults(model) { $0.settings.network.hidden += 1 } == ["/network"])
        #expect(try faults(model) { $0.settings.network.embedding = .max } == ["/settings/network/embedding"])
        #expect(try faults(model) { $0.settings.network.heads = 0 } == ["/settings/network/heads"])
        #expect(try faults(model) { $0.settings.network.projection = .max } == ["/settings/network/projection"])
        #expect(try faults(model) { $0.settings.network.residual = true } == ["/settings/network/residual"])
        #expect(try faults(model) { $0.settings.training.window = 0 }.first == "/settings/training/window")
        #expect(try faults(model) { $0.settings.training.window = .max }.first == "/settings/training/window")
        #expect(try faults(model) { $0.settings.training.batchSize = -1 } == ["/settings/training/batch_size"])
        #expect(try faults(model) { $0.settings.task = .forecast }.isEmpty == false)
    }

    @Test func networksObeyTheirSettings() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.labelled)
        func broken(_ change: (inout NetworkSettings) -> Void) throws -> [String] {
            var network = try #require(model.description.network.recurrent)
            change(&network)
            return try faults(model) { $0.network = .recurrent(network) }
        }
        #expect(try broken { $0.hidden = .max } == ["/network"])
        #expect(try broken { $0.layers = 0 } == ["/network"])
        #expect(try broken { $0.outputs = 0 } == ["/network"])
        #expect(try broken { $0.input = .tokens(vocabulary: .max, embedding: .max) } == ["/network"])
        #expect(try broken { $0.projection = -1 } == ["/network"])
        #expect(try broken { $0.tied = true } == ["/network"])
        #expect(try broken { $0.readout = .everyStep } == ["/network"])
        // What is only drawn in training may differ.
        #expect(try broken { ($0.dropout, $0.chronoSteps) = (0.5, 9) } == [])
    }

    /// Sizes that would overflow, and indices of tables that are not there.
    @Test func hostileCategoriesAreRefused() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.labelled)
        let network = try #require(model.description.network.recurrent)
        func refused(_ numbers: Int, _ tables: [EmbeddingTable], _ fields: [Int]) throws {
            var mixed = network
            mixed.input = .mixed(numbers: numbers, tables: tables, fields: fields)
            let shape = TransformerShape(layers: 1, width: 8, heads: 2, feedForward: 8)
            let transformer = TransformerSettings(input: mixed.input, shape: shape, causal: true, outputs: 1)
            #expect(try faults(model) { $0.network = .recurrent(mixed) } == ["/network"])
            #expect(try faults(model) { $0.network = .transformer(transformer) } == ["/network"])
        }
        let table = EmbeddingTable(rows: 5, width: 3)
        try refused(2, [table], [0])
        for index in [-1, 1, Int.min, Int.max] { try refused(2, [table], [index, 0]) }
        for size in [Int.min, -1, 0, 1 << 40, Int.max] {
            try refused(2, [EmbeddingTable(rows: size, width: 3)], [0])
            try refused(2, [EmbeddingTable(rows: 5, width: size)], [0])
        }
        for numbers in [Int.min, -1, Int.max] { try refused(numbers, [table], [0]) }
        try refused(2, [], [])
        try refused(2, [table, table], [0])
        try refused(2, [table], [Int](repeating: 0, count: 5_000))
    }

    @Test func vocabulariesAndLabels() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.labelled)
        #expect(try faults(model) { $0.labels = nil } == ["/labels"])
        #expect(try faults(model) { $0.labels = [] } == ["/labels"])
        #expect(try faults(model) { $0.labels = ["up", "up"] } == ["/labels/1"])
        #expect(try faults(model) { $0.labels?.append("left") } == ["/network"])
        #expect(try faults(model) { $0.vocabulary?.tokens = [] } == ["/vocabulary/tokens"])
        #expect(try faults(model) { $0.vocabulary?.unknownIndex = -1 } == ["/vocabulary/unknown_index"])
        #expect(try faults(model) { $0.vocabulary?.endIndex = 1 << 32 } == ["/vocabulary/end_index"])
        #expect(try faults(model) { $0.vocabulary?.unit = .bytes }.first == "/vocabulary/unit")
        #expect(try faults(model) { $0.vocabulary = nil } == ["/vocabulary"])
        #expect(try faults(model) { $0.channels = 1 } == ["/channels"])
    }

    @Test func scalings() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.valued)
        for value in [Double.nan, .infinity, -.infinity, 1e300, -1e300] {
            #expect(try faults(model) { $0.channelScaling?.mean = [value] } == ["/channel_scaling/mean/0"])
            #expect(try faults(model) { $0.targetScaling?.deviation = [value] } == ["/target_scaling/deviation/0"])
        }
        for value in [0.0, -1, 1e-300] {
            #expect(try faults(model) { $0.channelScaling?.deviation = [value] } == ["/channel_scaling/deviation/0"])
        }
        #expect(try faults(model) { $0.channelScaling?.mean = [] } == ["/channel_scaling"])
        #expect(
            try faults(model) {
                $0.targetScaling?.mean = []
                $0.targetScaling?.deviation = []
            } == ["/target_scaling/mean"])
        for value in [0, -1, Int.max, 4097] { #expect(try faults(model) { $0.channels = value }.first == "/channels") }
    }

    @Test func forecasts() throws {
        var request = SmallProblem.request(epochs: 1)
        request.forecast.distribution = .quantile
        let model = try train(request, SmallProblem.seasonal)
        for levels in [[], [0.5], [0.9, 0.1], [0.1, 1.5], [0, 0.5], [0.5, 0.5], [0.5, 1 - 1e-12], [1e-50, 0.5]] {
            #expect(
                try faults(model) { $0.settings.forecast?.quantiles = levels }.first?.hasPrefix(
                    "/settings/forecast/quantiles") == true, "\(levels)")
        }
        for value in [Int.min, 0, 10_001, Int.max] {
            #expect(try faults(model) { $0.settings.forecast?.horizon = value } == ["/settings/forecast/horizon"])
            #expect(try faults(model) { $0.forecast?.horizon = value } == ["/forecast/horizon"])
            #expect(try faults(model) { $0.forecast?.seasonality = value }.contains("/forecast/seasonality"))
        }
        #expect(try faults(model) { $0.forecast?.context = .max } == ["/forecast/context"])
        #expect(try faults(model) { $0.context = -1 } == ["/context"])
        #expect(try faults(model) { $0.forecast?.isCount = true } == ["/forecast/is_count"])
        #expect(try faults(model) { $0.forecast?.pooledScale = [1e300] } == ["/forecast/pooled_scale/0"])
        #expect(try faults(model) { $0.forecast?.pooledDrift = [.nan] } == ["/forecast/pooled_drift/0"])
        #expect(try faults(model) { $0.forecast?.profile[0] = [.infinity] } == ["/forecast/profile/0"])
        #expect(try faults(model) { $0.forecast = nil } == ["/forecast"])
    }

    /// Nothing is allocated for a network whose weights are not there.
    @Test func weightsMustBeThere() throws {
        let model = try train(SmallProblem.request(epochs: 1), SmallProblem.labelled)
        #expect(try pointers { try model.description.check(Array(model.tensors.dropLast())) } == ["/network"])
        var renamed = model.tensors
        let last = renamed.removeLast()
        renamed.append(NamedTensor(name: "other", shape: last.shape, values: last.values))
        #expect(try pointers { try model.description.check(renamed) } == ["/tensors/head.bias"])
    }

    /// Beside a baseline without an error to speak of, any error is a great many times as large.
    @Test func aVerdictOfAnySizeIsSaid() throws {
        func pair(_ value: Double, _ target: Double) -> TrainingExample {
            TrainingExample(input: .numeric(NumericSeries(values: [value, 1])), target: .numbers([target]))
        }
        let model = try train(
            SmallProblem.request(epochs: 1), (0..<20).map { pair(Double($0 % 2), $0 % 2 == 0 ? -1 : 1) },
            validation: [pair(0, 1e-19), pair(1, 1e-19)])
        #expect(model.verdict.contains("more than 1000000 %"), "\(model.verdict)")
    }
}
