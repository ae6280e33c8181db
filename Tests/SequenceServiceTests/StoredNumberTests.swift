import JSON
import Kernels
import ModelFiles
import RecurrentLayers
import SequenceModels
import SequenceService
import Store
import TestSupport
import Testing

/// A `model.json` with a right digest and a number that nobody trained: named as damage, or a model that can be used.
/// Before, some of them ended the process.
@Suite(.serialized) struct StoredNumberTests {
    private static let absurd: [JSONValue] = [
        .integer(.min), .integer(-1), .integer(0), .integer(1), .integer(3), .integer(1 << 24), .integer(1 << 31),
        .integer(1 << 53), .integer(1 << 62), .integer(.max), .number(-1e308), .number(1e308), .number(1e39),
        .number(1e-50), .number(-0.5), .number(0.5), .number(1e30), .number(9.3e18),
    ]

    static let requests = [
        JobSamples.quick(epochs: 1),
        JobSamples.quick(epochs: 1, more: #","metadata":{"a":[1,2.5]}"#).replacing(
            #""horizon":2"#, with: #""horizon":3,"distribution":"quantile""#),
        #"{"model":"m","sequences":[[\#((0..<48).map { "\($0 * 7 % 5)" }.joined(separator: ","))]],"#
            + #""network":{"hidden":4},"#
            + #""training":{"epochs":1},"forecast":{"horizon":2,"distribution":"negative_binomial"}}"#,
        #"{"model":"m","text":"the cat sat on the mat and the cat sat on the cat","tokens":"characters","#
            + #""network":{"hidden":4},"training":{"epochs":1,"batch_size":4}}"#,
        #"{"model":"m","text":"the cat sat on the mat and the cat sat on the cat","tokens":"words","#
            + #""network":{"cell":"transformer","hidden":8,"heads":2,"layers":1},"#
            + #""training":{"epochs":1,"batch_size":4}}"#,
        #"{"model":"m","sequences":[\#(pairs(#""abab""#, #""up""#, #""down""#))],"#
            + #""network":{"hidden":3},"training":{"epochs":1}}"#,
        #"{"model":"m","sequences":[\#(pairs("[1,2,3]", "0.5"))],"network":{"hidden":3},"training":{"epochs":1}}"#,
        #"{"model":"m","task":"sequence_to_sequence","sequences":[\#(pairs(#""abab""#, #""up""#))],"#
            + #""network":{"hidden":4},"training":{"epochs":1}}"#,
        #"{"model":"m","task":"pointer","sequences":[\#(pairs("[3,1,2]", "[1,2,0]"))],"#
            + #""network":{"hidden":4,"heads":2},"#
            + #""training":{"epochs":1}}"#,
    ]

    private static func pairs(_ input: String, _ target: String, _ other: String? = nil) -> String {
        (0..<12).map { #"{"input":\#(input),"target":\#($0 % 2 == 0 ? target : other ?? target)}"# }.joined(
            separator: ",")
    }

    @Test(arguments: requests.indices) func anAbsurdNumberEndsNothing(_ index: Int) async throws {
        let fixture = try JobFixture()
        let done = try await fixture.run(fixture.submit(Self.requests[index]).id)
        try #require(done.status == .succeeded, "\(done.error ?? "")")
        let files = try fixture.services.models.load(name: "m", version: 1)
        let document = try JSONParser.parse(files.modelJSON)
        let pool = ComputePool(threads: 1)
        let data = try TrainBody.read(JSONParser.parse(Self.requests[index]), limits: ServiceLimits()).data
        var refused = 0, used = 0
        for place in Self.places(of: document) {
            for number in Self.absurd {
                let spoiled = Self.replacing(document, place[...], number)
                do throws(ServiceError) {
                    let stored = try StoredModel(modelJSON: spoiled.bytes, tensors: files.tensors, name: "m@1")
                    Self.use(stored, pool)
                    Self.goOn(from: stored, data, pool)
                    used += 1
                } catch {
                    guard case .damaged = error else {
                        Issue.record("\(place) = \(number.text): \(error)")
                        continue
                    }
                    refused += 1
                }
            }
        }
        #expect(refused > 100 && used > 0, "\(refused) refused, \(used) used")
    }

    /// As lists, exports, predictions and continued trainings use it. Whatever they throw is an answer.
    private static func use(_ stored: StoredModel, _ pool: ComputePool) {
        let description = stored.document.description
        _ = try? VersionInfo(stored.document, weightsSHA256: "", sizeBytes: 1)
        _ = try? ModelExport.metadata(description)
        _ = try? ONNXExport.graph(description, tensors: stored.tensors, name: "m").encoded()
        guard
            let model = try? SequenceModel(
                description: description, tensors: stored.tensors, serving: Serving(pool: pool, weights: .float32))
        else { return }
        _ = (model.rowSizeBytes, model.sizeBytes)
        for text in [#""sequence":"abc""#, #""sequence":[1,2,3,4,5,6,7]"#, #""prompt":"the""#, #""sequence":[]"#] {
            guard let json = try? JSONParser.parse(#"{"model":"m",\#(text)}"#),
                let request = try? PredictBody.read(json, limits: ServiceLimits())
            else { continue }
            var options = request.options
            let faults = JSONReader(JSONObject())
            let reader = SequenceReader(numbersAreSymbols: description.settings.tokens == .symbols, faults: faults)
            if let value = request.sequences.first?.value { options.sequence = reader.read(value, at: "/sequence") }
            if let stream = try? model.start(options) {
                _ = (stream.rows, stream.extraSizeBytes, stream.eventSizeBytes)
            }
            if description.settings.task == .forecast { options.horizon = min(3, options.horizon ?? 3) }
            if description.settings.task == .languageModel { options.maxTokens = 3 }
            if description.settings.task.isPaired { options.maxLength = 3 }
            if let prediction = try? model.predict(options) {
                _ = PredictionEncoder(wantsSamples: true).json(prediction).bytes
            }
        }
    }

    /// As `POST /train` with `from` and `POST /evaluate` use it.
    private static func goOn(from stored: StoredModel, _ data: TrainingData, _ pool: ComputePool) {
        let parent = ParentModel(name: "m@1", description: stored.document.description, tensors: stored.tensors)
        _ = try? ModelMeasurement.of(parent, on: Array(data.examples.prefix(2)), MeasurementRequest(), pool: pool)
        var request = SettingsRequest()
        request.task = stored.document.description.settings.task
        request.training.epochs = 1
        _ = try? Planner.prepare(
            request: request, examples: data.examples, validation: data.validation, parent: parent,
            memoryBytesMax: 256 << 20)
    }

    /// Where numbers stand, at most two of each list: names and indices on the way to each.
    private static func places(of value: JSONValue) -> [[String]] {
        if let object = value.object {
            return object.members.flatMap { member in places(of: member.value).map { [member.key] + $0 } }
        }
        if let elements = value.elements {
            return elements.indices.prefix(2).flatMap { index in places(of: elements[index]).map { ["\(index)"] + $0 } }
        }
        if case .integer = value { return [[]] }
        if case .number = value { return [[]] }
        return []
    }

    private static func replacing(_ value: JSONValue, _ place: ArraySlice<String>, _ number: JSONValue) -> JSONValue {
        guard let first = place.first else { return number }
        if var object = value.object {
            object[first] = replacing(object[first] ?? .null, place.dropFirst(), number)
            return .object(object)
        }
        guard var elements = value.elements, let index = Int(first) else { return value }
        elements[index] = replacing(elements[index], place.dropFirst(), number)
        return .array(elements)
    }
}
