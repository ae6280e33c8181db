import JSON
import Logging
import SequenceModels
import SequenceService
import SeriesTime
import TestSupport
import Testing

/// KServe's time series protocol: its document's forms, read and written.
@Suite struct KServeTests {
    /// As the example of the protocol's document, with members that only others know.
    static let request = """
        {"model": "sales@2",
         "inputs": [
           {"type": "univariate_time_series", "name": "bread", "series": [11, 12.5, null, 14], "frequency": "D",
            "start_timestamp": "2026-03-05T09:30:00Z", "unit": "loaves"},
           {"type": "multivariate_time_series", "name": "weather", "series": [[3, 80], [4, null]],
            "frequency": "hour"}
         ],
         "options": {"horizon": 4, "quantiles": [0.1, 0.5, 0.9], "other_options": "value"},
         "metadata": {"request_id": "r-17", "other_data": "value"},
         "other_properties": "value"}
        """

    private func read(_ text: String) throws -> KServeRequest {
        try KServeRequest.read(JSONParser.parse(text), limits: ServiceLimits())
    }

    @Test func exampleOfTheDocumentIsRead() throws {
        let request = try read(Self.request)
        let question = request.question
        #expect(question.model == ModelReference("sales@2") && !question.isStream)
        #expect(question.options.horizon == 4 && question.options.quantiles == [0.1, 0.5, 0.9])
        #expect(question.options.keeping == .whatIsAsked && question.options.samples == nil)
        let document = OpenAPIDocument.json()
        #expect(
            SchemaCheck(document).faults(of: try JSONParser.parse(Self.request), "KServeForecastRequest").isEmpty)
        // The mean alone, unless levels are named.
        let plain = try read(Self.request.replacing(#""quantiles": [0.1, 0.5, 0.9], "#, with: ""))
        #expect(plain.question.options.quantiles == [])
    }

    /// Each wrong request, with the places of its faults.
    @Test func wrongRequestsHaveTheirPlaces() throws {
        let cases: [(change: (String, String), pointers: [String])] = [
            ((#""model": "sales@2","#, ""), ["/model"]), (("sales@2", "a b"), ["/model"]),
            ((#""horizon": 4, "#, ""), ["/options/horizon"]),
            ((#""horizon": 4"#, #""horizon": 1.5"#), ["/options/horizon"]),
            (("[0.1, 0.5, 0.9]", #"["0.1"]"#), ["/options/quantiles/0"]),
            (("\"quantiles\"", "\"quantile\""), ["/options/quantile"]),
            (("\"D\"", "\"fortnight\""), ["/inputs/0/frequency"]), (("\"D\"", "7"), ["/inputs/0/frequency"]),
            (("\"frequency\": \"hour\"", "\"unit\": 1"), ["/inputs/1/frequency"]),
            (("start_timestamp", "start_timestam"), ["/inputs/0/start_timestam"]),
            (("\"weather\"", "\"bread\""), ["/inputs/1/name"]),
            (("univariate_time_series", "univariate"), ["/inputs/0/type"]),
            (("[11, 12.5, null, 14]", "[[11], [12]]"), ["/inputs/0/series"]),
            (("[[3, 80], [4, null]]", "[3, 80]"), ["/inputs/1/series"]),
            (("{\"request_id\": \"r-17\", \"other_data\": \"value\"}", "5"), ["/metadata"]),
            (("\"options\"", "\"parameters\""), ["/options"]), (("\"inputs\"", "\"instances\""), ["/inputs"]),
        ]
        for (change, pointers) in cases {
            let text = Self.request.replacing(change.0, with: change.1, maxReplacements: 1)
            #expect(text != Self.request)
            let faults = #expect(throws: Faults.self) { try read(text) }
            #expect(faults?.list.map(\.pointer) == pointers, "\(change): \(faults?.list ?? [])")
        }
        let metadata = #"{"request_id": ""# + String(repeating: "r", count: 20_000) + #""}"#
        let long = Self.request.replacing(#"{"request_id": "r-17", "other_data": "value"}"#, with: metadata)
        #expect(#expect(throws: Faults.self) { try read(long) }?.list.map(\.pointer) == ["/metadata"])
        var limits = ServiceLimits()
        limits.predictSequencesMax = 1
        let many = #expect(throws: Faults.self) {
            try KServeRequest.read(JSONParser.parse(Self.request), limits: limits)
        }
        #expect(many?.list.map(\.pointer) == ["/inputs"])
    }

    /// The words of the protocol's enumeration, and what of ours may stand in their place.
    @Test func frequenciesAreThoseOfTheProtocol() throws {
        let start = try TimestampColumn([.text("2026-01-31T10:00:00Z")])
        let firsts: [(words: [String], text: String)] = [
            (["second", "SECOND", "S"], "2026-01-31T10:00:02"), (["minute", "MINUTE", "T"], "2026-01-31T10:02:00"),
            (["hour", "HOUR", "H"], "2026-01-31T12:00:00"), (["day", "DAY", "D"], "2026-02-02T10:00:00"),
            (["week", "WEEK", "W"], "2026-02-14T10:00:00"), (["month", "MONTH", "M"], "2026-03-31T10:00:00"),
            (["quarter", "QUARTER", "Q"], "2026-07-31T10:00:00"), (["year", "YEAR", "Y"], "2028-01-31T10:00:00"),
            (["30min", "PT30M"], "2026-01-31T11:00:00"),
        ]
        for (words, text) in firsts {
            for word in words {
                let frequency = try KServeFrequency(word).frequency
                let axis = try TimeAxis(start: start.stamps[0], frequency: frequency, zone: start.zone)
                #expect(TimestampStyle.dateTime.text(try axis.stamp(2), start.zone) == text, "\(word)")
            }
        }
        #expect(throws: TimeError.self) { try KServeFrequency("Hour") }
    }

    @Test(arguments: [
        ("day", "D", true), ("day", "h", false), ("day", "2D", false), ("day", "B", false), ("B", "B", true),
        ("week", "W-SUN", true), ("W", "W-WED", true), ("week", "7D", true), ("week", "2W-SUN", false),
        ("month", "MS", true), ("month", "ME", true), ("M", "P1M", true), ("month", "QS-JAN", false),
        ("quarter", "QE-DEC", true), ("Q", "P3M", true), ("quarter", "P4M", false), ("year", "YE-DEC", true),
        ("Y", "P1Y", true), ("year", "MS", false), ("hour", "h", true), ("hour", "30min", false),
        ("30min", "30min", true), ("30min", "h", false), ("MS", "ME", false),
    ])
    func frequenciesFitThoseOfModels(_ word: String, _ model: String, _ fits: Bool) throws {
        #expect(try KServeFrequency(word).fits(Frequency(model)) == fits)
    }

    private func values(_ channels: Int, _ steps: Int, _ first: Double) -> ForecastValues {
        var values = ForecastValues(channels: channels)
        for step in 0..<steps { values.append((0..<channels).map { first + Double(step * channels + $0) }) }
        return values
    }

    @Test func answerHasTheFormOfTheDocument() throws {
        let answer = try read(Self.request).answer
        var first = ForecastPrediction(
            channels: 1, mean: values(1, 3, 10), quantiles: [(0.1, values(1, 3, 8)), (0.5, values(1, 3, 10))],
            samples: [])
        first.timestamps = ["2026-03-09T09:30:00Z", "2026-03-10T09:30:00Z"].map { .text($0) }
        let forecasts: [any Prediction] = [
            first,
            ForecastPrediction(channels: 2, mean: values(2, 3, 1), quantiles: [], samples: [values(2, 3, 0)]),
        ]
        let pieces = answer.pieces(forecasts, model: "sales@2")
        let json = try JSONParser.parse(pieces.next())
        #expect(pieces.isAtEnd)
        #expect(
            json.object?.keys == ["id", "created_at", "status", "error", "model", "metadata", "outputs"]
                && json["status"] == "completed" && json["error"] == .null && json["model"] == "sales@2")
        #expect(json["metadata"]?["request_id"] == "r-17" && (json["created_at"]?.asInt ?? 0) > 1_700_000_000)
        let outputs = try #require(json["outputs"]?.elements)
        let ids = Set(([json] + outputs).compactMap { $0["id"]?.asString })
        #expect(ids.count == 3 && ids.allSatisfy { $0.contains(/^(resp|ts)_[0-9a-f]{32}$/) })
        #expect(outputs.map { $0["type"] } == ["time_series_forecast", "time_series_forecast"])
        let bread = try #require(outputs[0]["content"]?[0]), weather = try #require(outputs[1]["content"]?[0])
        #expect(bread["type"] == "univariate_time_series" && bread["name"] == "bread" && bread["frequency"] == "D")
        #expect(bread["start_timestamp"] == "2026-03-09T09:30:00Z")
        #expect(
            bread["mean_forecast"] == .numbers([10, 11, 12]) && bread["quantiles"]?.object?.keys == ["0.1", "0.5"])
        #expect(bread["quantiles"]?["0.1"] == .numbers([8, 9, 10]))
        // The first dimension is time, the second the variables.
        #expect(weather["mean_forecast"]?.elements == [.numbers([1, 2]), .numbers([3, 4]), .numbers([5, 6])])
        #expect(weather["quantiles"] == nil && weather["frequency"] == "hour" && weather["start_timestamp"] == "")
        let faults = SchemaCheck(OpenAPIDocument.json()).faults(of: json, "KServeForecastAnswer")
        #expect(faults.isEmpty, "\(faults)")
    }

    /// A multivariate series of one variable is answered as one.
    @Test func oneVariableStaysInItsList() throws {
        let text = Self.request.replacing("[[3, 80], [4, null]]", with: "[[3], [4]]")
        let forecasts: [any Prediction] = (0..<2).map { _ in
            ForecastPrediction(channels: 1, mean: values(1, 2, 1), quantiles: [], samples: [])
        }
        let json = try JSONParser.parse(read(text).answer.pieces(forecasts, model: "m@1").next())
        #expect(json["outputs"]?[0]?["content"]?[0]?["mean_forecast"] == .numbers([1, 2]))
        #expect(json["outputs"]?[1]?["content"]?[0]?["mean_forecast"]?.elements == [.numbers([1]), .numbers([2])])
    }

    /// Names of the services become those of a request, each fault once.
    @Test func faultsArePlaced() {
        let places = ["/horizon": "/options/horizon", "/quantiles": "/options/quantiles"]
        let faults = Faults(
            list: ["/horizon", "/quantiles/1", "/model", "/model", "", "/inputs/0/series/3"].map {
                Fault(pointer: $0, detail: "d")
            })
        #expect(
            faults.placed(places).list.map(\.pointer)
                == ["/options/horizon", "/options/quantiles/1", "/model", "", "/inputs/0/series/3"])
    }
}
