import Foundation
import Kernels
import RecurrentLayers
import SequenceModels
import Testing

@Suite struct ImportTests {
    /// A request with what an export of `model` carries.
    private func request(_ model: ModelDescription) throws -> ImportRequest {
        var request = ImportRequest(task: model.settings.task)
        request.window = model.settings.training.window
        if let vocabulary = model.vocabulary {
            request.tokens = vocabulary.unit
            request.vocabulary = vocabulary.tokens
            request.endToken = vocabulary.endIndex.map { vocabulary.tokens[$0] }
            request.unknownToken = vocabulary.unknownIndex.map { vocabulary.tokens[$0] }
        }
        request.labels = model.labels
        request.channels = model.channels
        request.channelScaling = model.channelScaling
        request.targetScaling = model.targetScaling
        request.forecast = model.settings.forecast
        request.facts = model.forecast
        return request
    }

    /// What a model is comes back whole, its shape from the tensors alone.
    @Test(arguments: SmallProblem.all.indices)
    func everyTaskComesBack(index: Int) throws {
        let problem = SmallProblem.all[index]
        let trained = try train(SmallProblem.request(epochs: 1), problem.examples)
        let model = try ModelImport.model(request(trained.description), tensors: trained.tensors)
        #expect(model.tensors == trained.tensors)
        var expected = trained.description
        expected.settings = model.description.settings
        var network = try #require(trained.description.network.recurrent)
        network.dropout = 0
        expected.network = .recurrent(network)
        #expect(model.description == expected, "\(problem.name)")
        #expect(model.description.settings.training.epochs == 0)
    }

    private func tensor(_ name: String, _ shape: [Int], seed: UInt64 = 1) -> NamedTensor {
        let random = CounterRandom(seed: seed, stream: UInt64(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF))
        return NamedTensor(
            name: name, shape: shape, values: (0..<shape.reduce(1, *)).map { Float(random.uniform(UInt64($0)) - 0.5) })
    }

    /// H = 3, I = 2, two labels.
    private func network(_ rnn: String, _ head: String, gates: Int = 4) -> [NamedTensor] {
        [
            tensor("\(rnn)weight_ih_l0", [gates * 3, 2]), tensor("\(rnn)weight_hh_l0", [gates * 3, 3]),
            tensor("\(rnn)bias_ih_l0", [gates * 3]),
            tensor("\(rnn)bias_hh_l0", [gates * 3]), tensor("\(head)weight", [2, 3]), tensor("\(head)bias", [2]),
        ]
    }

    private var labelled: ImportRequest {
        var request = ImportRequest(task: .classification)
        request.labels = ["no", "yes"]
        return request
    }

    @Test(
        arguments: ["lstm.", "rnn.", "gru.", "module.model.encoder.lstm.", ""],
        ["fc.", "linear.", "head.", "module.classifier."])
    func knowsUsualNames(rnn: String, head: String) throws {
        let model = try ModelImport.model(labelled, tensors: network(rnn, head))
        #expect(
            model.tensors.map(\.name) == [
                "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0", "head.weight", "head.bias",
            ])
        #expect(
            model.description.network.recurrent?.cell == .lstm && model.description.network.recurrent?.hidden == 3
                && model.description.channels == 2)
    }

    @Test func readsTheCellFromTheShapes() throws {
        for (gates, cell) in [(4, CellKind.lstm), (3, .gru), (1, .rnn)] {
            #expect(
                try ModelImport.model(labelled, tensors: network("x.", "fc.", gates: gates)).description.network
                    .recurrent?.cell == cell)
        }
        // A cell has no layer numbers.
        let cell = network("cell.", "out.").map {
            NamedTensor(
                name: $0.name.hasSuffix("_l0") ? String($0.name.dropLast(3)) : $0.name, shape: $0.shape,
                values: $0.values)
        }
        #expect(try ModelImport.model(labelled, tensors: cell).description.network.recurrent?.layers == 1)
    }

    @Test func namesAreMappedAndLeftOut() throws {
        var request = labelled
        let foreign = network("a.", "score_") + [tensor("teacher.weight", [1])]
        #expect(
            try pointers { _ = try ModelImport.model(request, tensors: foreign) }.sorted() == [
                "/tensors/head.bias", "/tensors/head.weight", "/tensors/score_bias", "/tensors/score_weight",
                "/tensors/teacher.weight",
            ])
        request.names = ["score_weight": "head.weight", "score_bias": "head.bias", "teacher.weight": nil]
        #expect(try ModelImport.model(request, tensors: foreign).tensors.count == 6)
        request.names["nowhere"] = "head.bias"
        #expect(try pointers { _ = try ModelImport.model(request, tensors: foreign) } == ["/names/nowhere"])
        let two = network("a.", "fc.") + [tensor("b.weight_ih_l0", [12, 2])]
        #expect(try pointers { _ = try ModelImport.model(labelled, tensors: two) } == ["/tensors/b.weight_ih_l0"])
    }

    @Test func eachWrongTensorIsNamed() throws {
        var tensors = network("lstm.", "fc.")
        tensors[2] = tensor("lstm.bias_ih_l0", [11])
        tensors[4] = NamedTensor(name: "fc.weight", shape: [2, 3], values: [1, 2, .nan, 4, 5, 6])
        tensors.remove(at: 3)
        do {
            _ = try ModelImport.model(labelled, tensors: tensors)
            Issue.record("accepted")
        } catch {
            #expect(
                error.list.map(\.pointer) == [
                    "/tensors/rnn.bias_ih_l0", "/tensors/rnn.bias_hh_l0", "/tensors/head.weight",
                ])
            #expect(
                error.list[0].detail.contains("[11], expected [12]") && error.list[1].detail.contains("missing")
                    && error.list[1].detail.contains("[12]"))
            #expect(error.list[2].detail.contains("value 2 is not finite"))
        }
    }

    @Test func refusesSettingsThatDoNotFit() throws {
        func faults(_ tensors: [NamedTensor]? = nil, _ change: (inout ImportRequest) -> Void) throws -> [String] {
            var request = labelled
            change(&request)
            return try pointers { _ = try ModelImport.model(request, tensors: tensors ?? network("lstm.", "fc.")) }
        }
        #expect(try faults { $0.labels = nil } == ["/labels"])
        #expect(try faults { $0.labels = ["a", "a"] } == ["/labels/1"])
        #expect(try faults { $0.labels = ["a", "b", "c"] } == ["/tensors/head.weight", "/tensors/head.bias"])
        #expect(try faults { $0.network.hidden = 5 }.first == "/tensors/rnn.weight_ih_l0")
        #expect(try faults { $0.network.layers = 2 }.first == "/tensors/rnn.weight_ih_l1")
        #expect(try faults { $0.network.cell = .gru }.first == "/tensors/rnn.weight_ih_l0")
        #expect(try faults { $0.network.hidden = 1 << 40 } == ["/network/hidden"])
        #expect(try faults { $0.network.weightTying = true } == ["/network/weight_tying"])
        #expect(try faults { $0.vocabulary = ["a"] } == ["/vocabulary"])
        #expect(try faults { $0.channels = 3 } == ["/tensors/rnn.weight_ih_l0"])
        let flat = try JSONDecoder().decode(
            ChannelScaling.self, from: Data(#"{"mean":[0,0],"deviation":[1,0],"indicators":false}"#.utf8))
        #expect(try faults { $0.channelScaling = flat } == ["/channel_scaling/deviation/1"])
        #expect(try faults { $0.task = .forecast } == ["/labels", "/forecast", "/facts"])
        #expect(try faults { $0.task = .regression } == ["/labels"])
        #expect(try faults { ($0.task, $0.labels) = (.languageModel, nil) } == ["/vocabulary"])
        #expect(try faults([]) { _ in } == ["/tensors/rnn.weight_hh_l0"])
        let words = network("lstm.", "fc.") + [tensor("emb.weight", [4, 2])]
        #expect(try faults(words) { _ in } == ["/vocabulary"])
        #expect(try faults(words) { $0.vocabulary = ["a", "b"] } == ["/vocabulary"])
        #expect(try faults(words) { $0.vocabulary = ["a", "b", "c", "a"] } == ["/vocabulary/3"])
        #expect(try faults(words) { ($0.vocabulary, $0.endToken) = (["a", "b", "c", "d"], "e") } == ["/end_token"])
        #expect(try faults(words) { ($0.vocabulary, $0.tokens) = (["a", "b", "c", "d"], .bytes) } == ["/vocabulary"])
        #expect(try faults(words) { $0.vocabulary = ["a", "b", "c", "<pad>"] } == [])
    }

    /// Facts of a forecast are believed by arithmetic, so each is checked.
    @Test func refusesWrongForecastFacts() throws {
        let trained = try train(SmallProblem.request(epochs: 1), SmallProblem.seasonal)
        func faults(_ change: (inout ImportRequest) -> Void) throws -> [String] {
            var request = try request(trained.description)
            change(&request)
            return try pointers { _ = try ModelImport.model(request, tensors: trained.tensors) }
        }
        #expect(try faults { $0.facts?.seasonality = 0 }.contains("/facts/seasonality"))
        #expect(try faults { $0.facts?.context = -1 } == ["/facts/context"])
        #expect(try faults { $0.facts?.pooledScale = [] } == ["/facts/pooled_scale"])
        #expect(try faults { $0.facts?.profile = [] } == ["/facts/profile"])
        #expect(try faults { $0.facts?.indicators.toggle() } == ["/tensors/rnn.weight_ih_l0"])
        #expect(try faults { $0.channels = 2 }.contains("/facts/pooled_scale"))
    }

    /// What `/train` refuses is no better in a file.
    @Test func forecastSettingsObeyTheRulesOfTraining() throws {
        var training = SmallProblem.request(epochs: 1)
        training.forecast.distribution = .quantile
        let trained = try train(training, SmallProblem.seasonal)
        func faults(_ change: (inout ImportRequest) -> Void) throws -> [String] {
            var request = try request(trained.description)
            change(&request)
            return try pointers { _ = try ModelImport.model(request, tensors: trained.tensors) }
        }
        #expect(try faults { _ in } == [])
        #expect(try faults { $0.forecast?.quantiles = [] } == ["/forecast/quantiles"])
        #expect(try faults { $0.forecast?.quantiles?.reverse() }.first == "/forecast/quantiles/1")
        #expect(try faults { $0.forecast?.quantiles?[0] = -0.5 } == ["/forecast/quantiles/0"])
        #expect(try faults { $0.forecast?.quantiles?[8] = 1 } == ["/forecast/quantiles/8"])
        #expect(try faults { $0.forecast?.quantiles?[1] = 0.1 }.first == "/forecast/quantiles/1")
        #expect(try faults { $0.forecast?.horizon = .max } == ["/forecast/horizon"])
        #expect(try faults { $0.forecast?.seasonality = 7 } == ["/facts/seasonality"])
        #expect(try faults { $0.facts?.isCount = true } == ["/facts/is_count"])
        #expect(try faults { $0.facts?.pooledScale = [1e200] } == ["/facts/pooled_scale/0"])
        #expect(try faults { $0.window = 0 } == ["/window"])
        #expect(try faults { $0.window = .max } == ["/window"])
        #expect(try faults { $0.network.dropout = 1 - 1e-12 } == ["/network/dropout"])
        #expect(try faults { $0.network.heads = 0 } == ["/network/heads"])
    }

    /// A tensor that is empty in one axis may be of any size in another.
    @Test(arguments: [ImportRequest.GateOrder.pytorch, .keras])
    func emptyTensorsOfAnySize(order: ImportRequest.GateOrder) throws {
        for size in [1, 1 << 20, 1 << 62, Int.max] {
            for shape in [[0, size], [size, 0]] {
                var request = labelled
                request.gateOrder = order
                let name = order == .keras ? "lstm/lstm_cell/recurrent_kernel" : "rnn.weight_hh_l0"
                let tensors = [NamedTensor(name: name, shape: shape, values: [])]
                #expect(try pointers { _ = try ModelImport.model(request, tensors: tensors) }.isEmpty == false)
            }
        }
        var regression = ImportRequest(task: .regression)
        regression.targetScaling = try JSONDecoder().decode(
            ChannelScaling.self, from: Data(#"{"mean":[],"deviation":[],"indicators":false}"#.utf8))
        var tensors = network("lstm.", "fc.")
        tensors[4] = NamedTensor(name: "fc.weight", shape: [0, 3], values: [])
        tensors[5] = NamedTensor(name: "fc.bias", shape: [0], values: [])
        #expect(try pointers { _ = try ModelImport.model(regression, tensors: tensors) } == ["/tensors/head.bias"])
        var model = ImportRequest(task: .languageModel)
        model.vocabulary = []
        let empty = [
            NamedTensor(name: "emb.weight", shape: [0, 2], values: []), tensor("lstm.weight_ih_l0", [12, 2]),
            tensor("lstm.weight_hh_l0", [12, 3]), tensor("lstm.bias_ih_l0", [12]), tensor("lstm.bias_hh_l0", [12]),
            tensors[4], tensors[5],
        ]
        #expect(try pointers { _ = try ModelImport.model(model, tensors: empty) } == ["/vocabulary"])
    }

    /// A tied language model comes with or without the copy of its embedding.
    @Test func tiedWeights() throws {
        var request = SmallProblem.request(epochs: 1)
        request.network.weightTying = true
        let trained = try train(request, SmallProblem.text)
        let without = try ModelImport.model(self.request(trained.description), tensors: trained.tensors)
        #expect(without.description.network.recurrent?.tied == true && without.tensors == trained.tensors)
        let embedding = try #require(trained.tensors.first)
        let copy = NamedTensor(name: "decoder.weight", shape: embedding.shape, values: embedding.values)
        var tied = try self.request(trained.description)
        tied.network.weightTying = true
        #expect(try ModelImport.model(tied, tensors: trained.tensors + [copy]).tensors == trained.tensors)
    }
}
