import JSON
import Kernels
import SequenceModels
import SequenceService

/// Small valid trainings of every task, and their models.
struct SeedModels {
    struct Seed {
        let request: JSONValue
        let prepared: PreparedTraining
        let data: TrainingData
        let model: TrainedModel
    }

    let seeds: [Seed]
    static let pool = ComputePool(threads: 1)

    /// Trains `bodies`.
    init() throws {
        seeds = try Self.bodies.map { body in
            let json = try JSONParser.parse(body)
            let request = try TrainBody.read(json, limits: ServiceLimits())
            let prepared = try Planner.prepare(
                request: request.settings, examples: request.data.examples, validation: request.data.validation)
            let trainer = try Trainer(prepared, pool: Self.pool, resume: nil)
            guard case .finished(let model) = try trainer.run(StepLimit(stepsMax: .max)) else { throw NotTrained() }
            return Seed(request: json, prepared: prepared, data: request.data, model: model)
        }
    }

    struct NotTrained: Error {}

    private static let small = #""training":{"epochs":1,"batch_size":4,"max_seconds":5}"#
    private static let season = "[" + (0..<48).map { "\(20 + $0 % 4 * 3 + $0 / 9)" }.joined(separator: ",") + "]"
    private static let channels = "[[[1,2],[2,null],[3,1],[4,2],[2,2],[1,3],[2,4],[3,3],[4,4],[5,3]]]"
    /// Two series with all that may be said of one, in both spellings.
    private static let records: String = {
        let days = (1...28).map { "\"2026-02-\($0 < 10 ? "0" : "")\($0)\"" }.joined(separator: ",")
        func list(_ value: (Int) -> String) -> String { "[" + (0..<28).map(value).joined(separator: ",") + "]" }
        let (target, price) = (list { "\(20 + $0 % 7)" }, list { $0 % 5 == 0 ? "null" : "\($0 % 3)" })
        return """
            [{"id":"a","timestamps":[\(days)],"target":{"sales":\(target),"returns":\(price)},\
            "future":{"price":\(price),"promo":\(list { $0 % 2 == 0 ? "\"half\"" : "null" })},\
            "past":{"visitors":\(target)},"static":{"size":3.5,"region":"north"}},\
            {"id":"b","start":"2026-01-01","target":{"sales":\(price),"returns":\(target)},\
            "future":{"price":\(target),"promo":\(list { $0 % 3 == 0 ? "\"none\"" : "\"half\"" })},\
            "past":{"visitors":\(price)},"static":{"size":null,"region":"south"}}]
            """
    }()
    private static let deepAR = """
        [{"start":"2026-01-01 00:00:00","target":\(season),"cat":[1],"dynamic_feat":[\(season)]},\
        {"start":"2026-01-01 00:00:00","target":\(season),"cat":[2],"dynamic_feat":[\(season)]}]
        """
    private static let symbols = #"[["a","b","c"],["b","c"],["a","c","b"],["c","a","b"]]"#
    private static let blocks = #""cell":"transformer","hidden":8,"heads":2,"layers":1"#

    /// Twelve of them, by index.
    private static func list(_ element: (Int) -> String) -> String {
        "[" + (0..<12).map(element).joined(separator: ",") + "]"
    }

    private static func pair(_ input: String, _ target: String) -> String {
        #"{"input":\#(input),"target":\#(target)}"#
    }

    private static let pairs = list { pair($0 % 2 == 0 ? #""abab""# : #""bba""#, $0 % 2 == 0 ? #""up""# : #""down""#) }
    private static let texts = list { $0 % 3 == 0 ? #""abcab""# : #""bca""# }
    private static let tags = list { _ in pair(#"["x","y","z"]"#, #"["A",null,"B"]"#) }
    private static let orders = list { $0 % 2 == 0 ? pair("[3,1,2]", "[1,2,0]") : pair("[2,1]", "[1,0]") }
    private static func values(_ target: String) -> String {
        list { pair("[\($0 % 3),2,\($0 % 5 == 0 ? "null" : "1")]", target) }
    }

    private static func body(_ sequences: String, _ network: String, _ more: String = "") -> String {
        #"{"model":"m","sequences":\#(sequences),"network":{\#(network)},\#(small)\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    private static func forecast(_ network: String, _ forecast: String) -> String {
        body("[\(season),\(season)]", network, #""forecast":{\#(forecast)}"#)
    }

    private static func text(_ network: String, _ more: String) -> String {
        let text = "the cat sat on the mat and the cat sat on the cat and the mat"
        return #"{"model":"m","text":"\#(text)","network":{\#(network)},\#(small),\#(more)}"#
    }

    private static func paired(_ task: String, _ sequences: String, _ network: String, _ more: String = "") -> String {
        body(sequences, network, #""task":"\#(task)"\#(more)"#)
    }

    static let bodies: [String] = [
        forecast(#""hidden":3"#, ""),
        forecast(#""hidden":3,"cell":"gru""#, #""distribution":"quantile","horizon":3"#),
        forecast(
            #""hidden":4,"cell":"rnn","layers":2,"residual":true"#, #""distribution":"negative_binomial","horizon":2"#),
        forecast(
            #""hidden":3,"layer_norm":true"#, #""distribution":"mse","scaling":"log","seasonality":1,"horizon":2"#),
        forecast(blocks + #","feed_forward":8"#, #""distribution":"gaussian""#),
        body(channels, #""hidden":3"#),
        body(records, #""hidden":3"#, #""forecast":{"horizon":3,"targets":["sales"],"zone":"Europe/Berlin"}"#),
        body(deepAR, #""hidden":3,"cell":"gru""#, #""forecast":{"horizon":3,"frequency":"h"}"#),
        body(texts, #""hidden":4,"embedding":3"#), body(symbols, #""hidden":4,"projection":2"#),
        text(#""hidden":4,"weight_tying":true"#, #""tokens":"characters""#),
        text(#""hidden":3,"cell":"gru","gru_reset":"before""#, #""tokens":"bytes""#),
        text(blocks, #""tokens":"words""#), text(#""hidden":3"#, #""tokens":"words","unknown":"skip""#),
        text(#""hidden":3"#, #""tokens":"characters","unknown":"token""#),
        body(pairs, #""hidden":3"#), body(pairs, blocks),
        body(values("0.5"), #""hidden":3,"cell":"gru""#), body(values("[1,2]"), #""hidden":3,"bidirectional":true"#),
        body(tags, #""hidden":3"#),
        paired("sequence_to_sequence", pairs, #""hidden":4"#),
        paired(
            "sequence_to_sequence", pairs, #""hidden":4,"encoder":"transformer","heads":2,"attention":"general""#),
        paired("pointer", orders, #""hidden":4,"heads":2"#),
        paired(
            "pointer", orders, #""hidden":4,"encoder":"recurrent","cell":"gru""#, #","pointer":{"once":false}"#),
    ]
}

/// Lets a training go on for so many steps, then cancels or pauses it.
final class StepLimit: TrainingObserver {
    private var steps = 0
    private let stepsMax: Int
    private let pauses: Bool
    private(set) var checkpoint: Checkpoint?
    private var seconds = 0.0

    init(stepsMax: Int, pauses: Bool = false) {
        self.stepsMax = stepsMax
        self.pauses = pauses
    }

    func nowSeconds() -> Double {
        seconds += 0.001
        return seconds
    }

    func report(_ r: TrainingReport) {
        steps += 1
        _ = r.gateSaturation()
    }

    func directive() -> TrainingDirective { steps < stepsMax ? .proceed : pauses ? .pause : .cancel }
    func save(_ c: Checkpoint) throws { checkpoint = c }
}
