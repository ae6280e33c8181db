import JSON
import SequenceModels
import SequenceService
import TestSupport
import Testing

/// DeepAR's inference forms: those of its document, read and written.
@Suite struct SageMakerTests {
    /// As the example of the document.
    static let request = """
        {"instances": [
           {"start": "2009-11-01 00:00:00", "target": [4.5, 10, "NaN", 100, 113], "cat": [0, 1],
            "dynamic_feat": [[1, 1.1, 2.1, 0.5, 3.1, 4.1, 1.2], [0, 0, 1, 0, 0, 1, 0]]},
           {"start": "2012-01-30", "target": [1], "cat": [2, 1], "dynamic_feat": [[2, 3.1, 4.5], [1, 1, null]]}
         ],
         "configuration": {"num_samples": 50, "output_types": ["mean", "quantiles", "samples"],
                           "quantiles": ["0.5", "0.90"]}}
        """

    private func read(_ text: String) throws -> DeepARRequest {
        try DeepARRequest(JSONParser.parse(text), limits: ServiceLimits())
    }

    private func question(_ text: String) throws -> PredictionQuestion {
        try read(text).question(to: #require(ModelReference("sales")))
    }

    @Test func exampleOfTheDocumentIsRead() throws {
        let options = try question(Self.request).options
        #expect(options.samples == 50 && options.quantiles == [0.5, 0.9] && options.horizon == nil)
        #expect(options.keeping == .whatIsAsked)
        let faults = SchemaCheck(OpenAPIDocument.json()).faults(
            of: try JSONParser.parse(Self.request), "DeepARRequest")
        #expect(faults.isEmpty, "\(faults)")
    }

    /// The document's defaults, and parts of a configuration.
    @Test func configurationsHaveTheirDefaults() throws {
        let cases: [(configuration: String, samples: Int?, quantiles: [Double])] = [
            ("", nil, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
            (#","configuration":{}"#, nil, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
            (#","configuration":{"num_samples":200,"output_types":["mean"]}"#, nil, []),
            (#","configuration":{"output_types":["samples"]}"#, 100, []),
            (#","configuration":{"quantiles":[0.25]}"#, nil, [0.25]),
        ]
        for (configuration, samples, quantiles) in cases {
            let options = try question(#"{"instances":[{"target":[1,2]}]\#(configuration)}"#).options
            #expect(options.samples == samples && options.quantiles == quantiles, "\(configuration)")
        }
        #expect(try DeepARConfiguration(text: "") == DeepARConfiguration())
        #expect(try DeepARConfiguration(text: #"{"num_samples":200,"output_types":["mean"]}"#).outputs == [.mean])
        for text in ["5", "{", #"{"samples":2}"#, #"{"num_samples":0}"#] {
            #expect(throws: (any Error).self) { try DeepARConfiguration(text: text) }
        }
    }

    /// Each wrong request, with the places of its faults.
    @Test func wrongRequestsHaveTheirPlaces() throws {
        let cases: [(change: (String, String), pointers: [String])] = [
            (("instances", "inputs"), ["/instances", "/inputs"]), (("\"configuration\"", "\"config\""), ["/config"]),
            (("\"target\": [1]", "\"targets\": [1]"), ["/instances/1/target", "/instances/1/targets"]),
            (("2009-11-01 00:00:00", "2009-13-01"), ["/instances/0/start"]),
            (("[0, 1]", "[0, 1.5]"), ["/instances/0/cat/1"]), (("[0, 1]", "true"), ["/instances/0/cat"]),
            (
                ("[[2, 3.1, 4.5], [1, 1, null]]", "[2, 3.1]"),
                ["/instances/1/dynamic_feat/0", "/instances/1/dynamic_feat/1"]
            ),
            (("[1, 1, null]", "[1, \"x\"]"), ["/instances/1/dynamic_feat/1/1"]),
            (("[1, 1, null]", "7"), ["/instances/1/dynamic_feat/1"]),
            (("\"num_samples\": 50", "\"num_samples\": 0"), ["/configuration/num_samples"]),
            (("\"samples\"]", "\"median\"]"), ["/configuration/output_types/2"]),
            (("[\"mean\", \"quantiles\", \"samples\"]", "[]"), ["/configuration/output_types"]),
            (("\"0.90\"", "\"1.0\""), ["/configuration/quantiles/1"]),
            (("\"0.90\"", "\"0x1p-1\""), ["/configuration/quantiles/1"]),
            (("\"0.90\"", "\"0.50\""), ["/configuration/quantiles/1"]),
            (("num_samples", "num_sample"), ["/configuration/num_sample"]),
        ]
        for (change, pointers) in cases {
            let text = Self.request.replacing(change.0, with: change.1, maxReplacements: 1)
            #expect(text != Self.request)
            let faults = #expect(throws: Faults.self) { try read(text) }
            #expect(faults?.list.map(\.pointer) == pointers, "\(change): \(faults?.list ?? [])")
        }
    }

    @Test func linesHaveTheirNumbers() throws {
        let lines = [(1, #"{"target":[1]}"#), (3, #"{"target":[1],"cat":"a"}"#), (4, "[1]")].map {
            (number: $0.0, json: (try? JSONParser.parse($0.1)) ?? .null)
        }
        func read(_ count: Int) throws -> DeepARRequest {
            try DeepARRequest(
                lines: Array(lines.prefix(count)), configuration: DeepARConfiguration(), limits: ServiceLimits())
        }
        #expect(try read(1).answer.isLines)
        let faults = #expect(throws: Faults.self) { try read(3) }
        #expect(faults?.list.map(\.pointer) == ["line 3 /cat", "line 4 "])
        #expect(throws: Faults.self) { try read(0) }
    }

    private func values(_ first: Double) -> ForecastValues {
        var values = ForecastValues(channels: 1)
        for step in 0..<2 { values.append([first + Double(step)]) }
        return values
    }

    private var forecasts: [any Prediction] {
        (0..<2).map { _ in
            ForecastPrediction(
                channels: 1, mean: values(10), quantiles: [(0.5, values(9)), (0.9, values(12))],
                samples: [values(1), values(2)])
        }
    }

    private func text(_ pieces: PredictionAnswer) -> String { String(decoding: pieces.next(), as: UTF8.self) }

    @Test func answersHaveTheFormOfTheDocument() throws {
        let one = #"{"mean":[10,11],"quantiles":{"0.5":[9,10],"0.90":[12,13]},"samples":[[1,2],[2,3]]}"#
        #expect(try text(read(Self.request).answer.pieces(forecasts)) == "{\"predictions\":[\(one),\(one)]}\n")
        // Members that were not asked for are not told.
        for (types, expected) in [
            (#"["samples"]"#, #"{"samples":[[1,2],[2,3]]}"#), (#"["mean"]"#, #"{"mean":[10,11]}"#),
            (#"["quantiles"]"#, #"{"quantiles":{"0.5":[9,10],"0.90":[12,13]}}"#),
        ] {
            let request = Self.request.replacing(#"["mean", "quantiles", "samples"]"#, with: types)
            #expect(try text(read(request).answer.pieces([forecasts[0]])) == "{\"predictions\":[\(expected)]}\n")
        }
        // One line for each in lines.
        let configuration = try DeepARConfiguration(text: #"{"output_types":["mean"]}"#)
        let lines = try DeepARRequest(
            lines: [(1, ["target": [1]]), (2, ["target": [2]])], configuration: configuration, limits: ServiceLimits())
        #expect(text(lines.answer.pieces(forecasts)) == "{\"mean\":[10,11]}\n{\"mean\":[10,11]}\n")
    }

    /// Long answers come in pieces, a line for each prediction.
    @Test func longLinesComeInPieces() throws {
        let configuration = try DeepARConfiguration(text: #"{"output_types":["samples","mean"]}"#)
        let lines = try DeepARRequest(
            lines: (1...3).map { ($0, ["target": [1]]) }, configuration: configuration, limits: ServiceLimits())
        let long = ForecastPrediction(
            channels: 1, mean: values(1), quantiles: [], samples: (0..<20_000).map { values(Double($0)) })
        let pieces = lines.answer.pieces([any Prediction](repeating: long, count: 3))
        var bytes: [UInt8] = [], count = 0
        while !pieces.isAtEnd {
            bytes += pieces.next()
            count += 1
        }
        let written = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(count > 5 && written.count == 3)
        for line in written {
            let json = try JSONParser.parse(String(line))
            #expect(json.object?.keys == ["mean", "samples"] && json["samples"]?.elements?.count == 20_000)
            #expect(json["samples"]?[19_999] == .numbers([19_999, 20_000]))
        }
    }

    /// A member of our records is one of the request's.
    @Test(arguments: [
        ("/target", "/series"), ("/target/3", "/series/3"), ("/start", "/start_timestamp"),
        ("/future/price", "/future/price"), ("", ""),
    ])
    func membersArePlaced(_ place: String, _ placed: String) {
        #expect(SeriesMembers(["target": "series", "start": "start_timestamp"]).place(place) == placed)
        #expect(SeriesMembers().place(place) == place)
    }
}
