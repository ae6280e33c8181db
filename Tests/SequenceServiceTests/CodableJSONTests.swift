import Foundation
import JSON
import SequenceModels
import SequenceService
import Testing

/// Options reach JSON without a text in between: the result must be that of their `encode(to:)`.
@Suite struct CodableJSONTests {
    private static func encoded<T: Encodable>(_ value: T) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try JSONParser.parse(Array(encoder.encode(value)))
    }

    private static func request(_ text: String) throws -> SettingsRequest {
        SettingsReader.read(try JSONReader(request: JSONParser.parse(text)))
    }

    static let requests = [
        "{}", #"{"network": {}, "forecast": {}, "pointer": {}}"#,
        #"{"task": "sequence_to_sequence", "target_tokens": "words", "validation": 0.25}"#,
        #"{"forecast": {"quantiles": [0.1, 0.5, 1, 3e-5], "horizon": 12}, "tokens": "symbols"}"#,
        #"{"forecast": {"quantiles": []}}"#,
        #"{"training": {"seed": 18446744073709551615, "max_seconds": 1e300, "class_weights": "balanced"}}"#,
        #"{"training": {"seed": 9007199254740993, "gradient_norm_max": 1e6, "label_smoothing": -0.0}}"#,
        #"{"training": {"class_weights": {"b": 2, "a/ä": 0.1, "B": 1.0, "10": 1, "9": 3}}}"#,
        #"{"training": {"class_weights": {"": 1e16, "_": 18014398509481984, "a": 1e15}}}"#,
        #"{"training": {"schedule": {"name": "step"}, "optimizer": {"name": "adamw", "learning_rate": 0.001}}}"#,
        #"{"network": {"cell": "gru", "residual": true, "dropout": 0.30000000000000004, "gru_reset": "before"}}"#,
    ]

    @Test(arguments: requests)
    func requestsAreWhatTheyEncodeTo(text: String) throws {
        let request = try Self.request(text)
        #expect(try CodableJSON.value(of: request) == Self.encoded(request))
    }

    @Test(arguments: [
        #"{"task": "language_model"}"#, #"{"task": "language_model", "network": {"cell": "transformer"}}"#,
        #"{"training": {"optimizer": {"name": "sgd"}, "schedule": {"name": "hold_then_divide"}}}"#,
    ])
    func settingsAreWhatTheyEncodeTo(text: String) throws {
        let settings = try Planner.plan(
            request: Self.request(text),
            examples: [TrainingExample(input: .text(String(repeating: "abc abd ", count: 20)))], validation: nil
        ).settings
        #expect(try CodableJSON.value(of: settings) == Self.encoded(settings))
        #expect(try CodableJSON.value(of: settings.network) == Self.encoded(settings.network))
    }

    @Test func settingsOfEveryTaskAreWhatTheyEncodeTo() throws {
        let numbers = (0..<30).map { Double($0 % 5) }
        func examples(_ input: SequenceValue, _ targets: [TrainingTarget?]) -> [TrainingExample] {
            targets.map { TrainingExample(input: input, target: $0) }
        }
        let series = SequenceValue.numeric(NumericSeries(values: numbers))
        for data in [
            examples(series, [nil, nil]), examples(series, [.numbers([1]), .numbers([2]), .numbers([3])]),
            examples(.text("ab"), [.label("x"), .label("y"), .label("x")]),
            examples(.text("ab"), [.labels(["x", "y"]), .labels(["y", "x"])]),
        ] {
            let settings = try Planner.plan(request: SettingsRequest(), examples: data, validation: nil).settings
            #expect(try CodableJSON.value(of: settings) == Self.encoded(settings), "\(settings.task.rawValue)")
        }
    }

    @Test func whatJSONCannotSayIsRefused() throws {
        var request = SettingsRequest()
        request.training.gradientNormMax = .infinity
        #expect(throws: EncodingError.self) { try CodableJSON.value(of: request) }
    }
}
