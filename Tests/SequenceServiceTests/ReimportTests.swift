import JSON
import Kernels
import ModelFiles
import RecurrentLayers
import SequenceModels
import SequenceService
import Testing

/// Whatever is exported is imported again as it is, and predicts the same bytes; what cannot be says so in the file.
@Suite struct ReimportTests {
    private static let cells = [
        #""cell":"lstm""#, #""cell":"lstm","projection":3"#, #""cell":"lstm","layer_norm":true"#,
        #""cell":"lstm","layer_norm":true,"projection":4"#, #""cell":"lstm","initializer":"chrono","chrono_steps":9"#,
        #""cell":"gru""#, #""cell":"gru","gru_reset":"before""#, #""cell":"gru","layer_norm":true"#,
        #""cell":"rnn""#, #""cell":"rnn","activation":"relu","layer_norm":true"#,
        #""cell":"rnn","activation":"sigmoid","initializer":"orthogonal""#,
    ]
    private static let stacks = [
        #""layers":1"#, #""layers":2,"dropout":0.25,"locked_dropout":true"#,
        #""layers":3,"residual":true,"recurrent_dropout":0.1"#,
    ]

    private static let labelled = list { #"{"input":"\#($0 % 2 == 0 ? "abab" : "bba c")","target":"\#($0 % 2)"}"# }
    private static let tagged = list { _ in #"{"input":[[1,2],[3,null],[2,0.5]],"target":["A","B",null]}"# }
    private static let season = "[" + (0..<48).map { "\(20 + $0 % 4 * 3 + $0 / 9)" }.joined(separator: ",") + "]"

    private static func list(_ element: (Int) -> String) -> String {
        "[" + (0..<12).map(element).joined(separator: ",") + "]"
    }

    /// The rest of a training's body, and what its model is asked.
    private static let tasks: [(body: String, question: String)] = [
        (#""sequences":\#(labelled)"#, #""sequence":"abcabcab""#),
        (#""sequences":\#(tagged)"#, #""sequence":[[1,2],[null,3],[2,2],[9,-4]]"#),
    ]

    /// Whose models are not all the product of cells, stacks and directions.
    private static let others: [(body: String, question: String)] = [
        (#""sequences":[\#(season)]"#, #""sequence":\#(season),"samples":3"#),
        (
            #""sequences":[\#(season)],"forecast":{"distribution":"quantile","quantiles":[0.1,0.5,0.9]}"#,
            #""sequence":\#(season)"#
        ),
        (#""sequences":[\#(season)],"forecast":{"distribution":"negative_binomial"}"#, #""sequence":\#(season)"#),
        (
            #""sequences":[\#(season)],"forecast":{"distribution":"mse","scaling":"log","seasonality":1,"horizon":2}"#,
            #""sequence":[3,4,null,5]"#
        ),
        (
            #""sequences":[[[1,2],[2,null],[3,1],[4,2],[2,2],[1,3],[2,4],[3,3],[4,4],[5,3]]]"#,
            #""sequence":[[1,2],[2,null],[3,1]]"#
        ),
        (
            #""text":"the cat sat on the mat and the cat sat","tokens":"characters""#,
            #""sequence":"the cat","score":true"#
        ),
        (#""text":"the cat sat on the mat and the cat sat","tokens":"bytes""#, #""sequence":"the cat","score":true"#),
        (#""text":"the cat sat on the mat and the cat sat","tokens":"words""#, #""sequence":"the cat","score":true"#),
        (
            #""text":"the cat sat on the mat and the cat","tokens":"words","network":{"weight_tying":true,"hidden":6}"#,
            #""sequence":"the cat","score":true"#
        ),
        (#""sequences":\#(list { $0 % 2 == 0 ? #""anna""# : #""bert""# }),"tokens":"words""#, #""prompt":"anna""#),
        (#""sequences":\#(list { $0 % 2 == 0 ? #""anna""# : #""bert""# })"#, #""prompt":"be","seed":4"#),
        (
            #""text":"the cat sat on the mat and the cat sat","tokens":"words","unknown":"skip""#,
            #""sequence":"the dog cat","score":true"#
        ),
        (
            #""text":"the cat sat on the mat and the cat sat","unknown":"token""#,
            #""sequence":"the dog","score":true"#
        ),
        (#""sequences":\#(list { _ in #"["a","b","c"]"# })"#, #""prompt":["a"],"seed":4"#),
        (#""sequences":\#(list { #"{"input":[\#($0),2,null],"target":[\#($0),1]}"# })"#, #""sequence":[4,2,null,1]"#),
        (#""sequences":\#(list { #"{"input":"\#($0 % 3) ab","target":\#($0)}"# })"#, #""sequence":"2 ab""#),
    ]

    private static let notImported: [(body: String, reason: String)] = [
        (
            #""task":"sequence_to_sequence","sequences":\#(list { _ in #"{"input":"ab","target":"ba"}"# })"#,
            "sequence_to"
        ),
        (#""task":"pointer","sequences":\#(list { _ in #"{"input":[3,1,2],"target":[1,2,0]}"# })"#, "pointer"),
        (#""sequences":\#(labelled),"network":{"cell":"transformer","hidden":8,"heads":2}"#, "transformer"),
    ]

    private final class Quiet: TrainingObserver {
        func nowSeconds() -> Double { 0 }
        func report(_ report: TrainingReport) {}
        func directive() -> TrainingDirective { .proceed }
        func save(_ checkpoint: Checkpoint) throws {}
    }

    private func trained(_ body: String, _ network: String? = nil) throws -> TrainedModel {
        let small = #""training":{"epochs":1,"batch_size":4,"window":7}"#
        let paired = #""training":{"epochs":1,"batch_size":4}"#
        let training = body.contains("task") ? paired : small
        let text = #"{"model":"m",\#(body),\#(network.map { #""network":{"hidden":6,\#($0)},"# } ?? "")\#(training)}"#
        let request = try TrainBody.read(try JSONParser.parse(text), limits: ServiceLimits())
        let prepared = try Planner.prepare(
            request: request.settings, examples: request.data.examples, validation: request.data.validation)
        guard case .finished(let model) = try Trainer(prepared, pool: ComputePool(threads: 1), resume: nil).run(Quiet())
        else { throw TestFailure() }
        return model
    }

    private struct TestFailure: Error {}

    private func file(_ model: TrainedModel) throws -> SafeTensorsFile {
        try SafeTensorsFile(SafeTensors.encode(model.tensors, metadata: ModelExport.metadata(model.description)))
    }

    private func imported(_ file: SafeTensorsFile) throws -> SequenceModel {
        let settings = try JSONParser.parse(try #require(file.metadata[ModelExport.settingsKey]))
        let read = try ImportReader.read(settings, limits: ServiceLimits())
        let tensors = ImportFile(file, leavingOut: read.request.names)
        let model = try ModelImport.model(read.request, tensors: tensors.read, unread: tensors.unread)
        return try SequenceModel(description: model.description, tensors: model.tensors)
    }

    private func answer(_ model: SequenceModel, _ question: String) throws -> String {
        let body = try PredictBody.read(try JSONParser.parse(#"{"model":"m",\#(question)}"#), limits: ServiceLimits())
        let faults = JSONReader(JSONObject())
        let reader = SequenceReader(numbersAreSymbols: model.description.settings.tokens == .symbols, faults: faults)
        var options = body.options
        if let value = body.sequences.first?.value { options.sequence = reader.read(value, at: "/sequence") }
        try faults.check()
        return PredictionEncoder(wantsSamples: true).json(try model.predict(options)).text
    }

    private func comesBack(_ body: String, _ network: String?, _ question: String) throws {
        let model = try trained(body, network)
        let original = try SequenceModel(description: model.description, tensors: model.tensors)
        let copy: SequenceModel
        do {
            copy = try imported(file(model))
        } catch {
            Issue.record("\(network ?? "") \(body.prefix(80)): \(error)")
            return
        }
        #expect(try answer(copy, question) == answer(original, question), "\(network ?? "") \(body.prefix(80))")
        #expect(copy.description.network == model.description.network)
        try describesItself(model)
    }

    /// Its ONNX graph says what each value means, and carries all that its import would need.
    private func describesItself(_ model: TrainedModel) throws {
        let network = try #require(model.description.network.recurrent)
        guard !network.layerNorm && network.projection == 0 else { return }
        let graph = try ONNXExport.graph(model.description, tensors: model.tensors, name: "m")
        let metadata = Dictionary(graph.metadata.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(metadata[ModelExport.settingsKey] == (try ModelExport.metadata(model.description))["rondo.settings"])
        let texts = try ["inputs", "outputs"].map { name in
            try JSONParser.parse(try #require(metadata["rondo." + name])).asStrings ?? []
        }
        if case .numeric(let channels) = network.input { #expect(texts[0].count == channels, "\(texts[0])") }
        #expect(texts[1].count == (model.description.settings.task == .languageModel ? 1 : network.outputs))
        #expect((graph.inputs + graph.outputs).allSatisfy { !$0.note.isEmpty } && !graph.note.isEmpty)
        #expect(metadata["rondo.reading"]?.isEmpty == false && metadata["rondo.answer"]?.isEmpty == false)
    }

    /// Of every cell, stack and direction, with a head over each step and one over the last state.
    @Test(arguments: cells) func everyNetworkComesBack(cell: String) throws {
        for stack in Self.stacks {
            for direction in ["false", "true"] {
                for task in Self.tasks {
                    try comesBack(task.body, "\(cell),\(stack),\"bidirectional\":\(direction)", task.question)
                }
            }
        }
    }

    @Test(arguments: others.indices) func everyTaskComesBack(index: Int) throws {
        let task = Self.others[index]
        for cell in task.body.contains("network") ? [] : Self.cells { try comesBack(task.body, cell, task.question) }
        if task.body.contains("network") { try comesBack(task.body, nil, task.question) }
    }

    /// The export says it, and the import in the same words.
    @Test(arguments: notImported.indices) func whatIsNotImportedSaysSo(index: Int) throws {
        let (body, reason) = Self.notImported[index]
        let file = try file(trained(body))
        let note = try #require(file.metadata[ModelExport.importKey])
        #expect(note.hasPrefix("no: ") && note.contains(reason))
        #expect {
            _ = try imported(file)
        } throws: { error in
            (error as? Faults)?.list.map { "no: " + $0.detail } == [note]
        }
        #expect(try self.file(trained(Self.tasks[0].body)).metadata[ModelExport.importKey] == nil)
    }
}
