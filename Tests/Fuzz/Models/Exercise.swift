import JSON
import Kernels
import ModelFiles
import RecurrentLayers
import SequenceModels
import SequenceService

/// Uses a model that was accepted in every way that a client can.
enum Exercise {
    /// - Returns: whether any prediction was answered.
    static func run(_ stored: StoredModel, _ random: inout RandomSource, verbose: Bool) -> Bool {
        let description = stored.document.description
        do {
            _ = try ONNXExport.graph(description, tensors: stored.tensors, name: "m").encoded()
        } catch { if verbose { print("ONNX: \(error)") } }
        _ = try? ModelExport.metadata(description)
        _ = try? VersionInfo(stored.document, weightsSHA256: "", sizeBytes: 1)
        var answered = false
        for weights in WeightPrecision.allCases {
            guard weights == .float32 || description.network.recurrent != nil else { continue }
            do throws(ModelError) {
                let model = try SequenceModel(
                    description: description, tensors: stored.tensors,
                    serving: Serving(pool: SeedModels.pool, weights: weights))
                _ = (model.rowSizeBytes, model.sizeBytes, model.parameterCount)
                for _ in 0..<3 where predict(model, &random, verbose: verbose) { answered = true }
            } catch { if verbose { print("not loaded: \(error)") } }
        }
        return answered
    }

    /// A request as hostile as the model; what it asks for is then made small, so that no case takes long.
    private static func predict(_ model: SequenceModel, _ random: inout RandomSource, verbose: Bool) -> Bool {
        let body = question(model.description, &random)
        if verbose { print("predict: \(body.text)") }
        do {
            let request = try PredictBody.read(body, limits: ServiceLimits())
            let faults = JSONReader(JSONObject())
            let reader = SequenceReader(
                numbersAreSymbols: model.description.settings.tokens == .symbols, faults: faults)
            var options = request.options
            if let value = request.sequences.first?.value {
                if value.object != nil {
                    let records = ExampleReader(numbersAreSymbols: reader.numbersAreSymbols, faults: faults)
                    let example = records.example(value, at: "/sequence")
                    (options.sequence, options.record) = (example?.input, example?.record)
                } else {
                    options.sequence = reader.read(value, at: "/sequence")
                }
            }
            try faults.check()
            _ = try model.start(options)
            options.horizon = min(3, options.horizon ?? 3)
            options.samples = options.samples.map { min(3, $0) }
            if model.description.settings.task != .forecast { (options.horizon, options.samples) = (nil, nil) }
            if model.description.settings.task == .languageModel {
                if options.score != true { options.maxTokens = min(6, options.maxTokens ?? 6) }
            }
            if model.description.settings.task.isPaired { options.maxLength = min(6, options.maxLength ?? 6) }
            let prediction = try model.predict(options)
            _ = PredictionEncoder(wantsSamples: true).json(prediction).bytes
            return true
        } catch {
            if verbose { print("refused: \(error)") }
            return false
        }
    }

    private static func question(_ description: ModelDescription, _ random: inout RandomSource) -> JSONValue {
        let steps = random.oneIn(6) ? 0 : 1 + random.below(random.oneIn(5) ? 300 : 12)
        var sequence: JSONValue
        if let channels = description.channels {
            let isLog = description.settings.forecast?.scaling == .log
            func number(_ random: inout RandomSource) -> JSONValue {
                if random.oneIn(9) { return .number(random.pick(JSONMutator.numbers)) }
                return random.oneIn(8) ? .null : .integer((isLog ? 1 : 0) + random.below(30))
            }
            sequence = .array(
                (0..<steps).map { _ in
                    channels == 1 ? number(&random) : .array((0..<min(channels, 5000)).map { _ in number(&random) })
                })
        } else {
            let tokens = description.vocabulary?.tokens ?? ["a"]
            let names = (0..<steps).map { _ in random.oneIn(20) ? "?" : random.pick(tokens) }
            sequence =
                description.settings.tokens == .symbols ? JSONValue(names) : .string(names.joined())
        }
        if description.settings.task == .forecast, random.oneIn(2) { sequence = record(sequence, steps, &random) }
        if random.oneIn(10) { sequence = JSONMutator.mutated(sequence, places: 1, &random) }
        var body: JSONObject = ["model": "m", "sequence": sequence]
        for _ in 0..<random.below(4) {
            let (name, usual) = random.pick(options(of: description.settings.task))
            body[name] = random.oneIn(2) ? usual : JSONMutator.extreme(&random, near: usual)
        }
        // As the parser reads it.
        return (try? JSONParser.parse(JSONValue.object(body).bytes)) ?? .null
    }

    /// What `SeedModels.records` or its DeepAR records say of a series, for three steps to forecast.
    private static func record(_ target: JSONValue, _ steps: Int, _ random: inout RandomSource) -> JSONValue {
        let ahead = JSONValue.array((0..<steps + 3).map { .integer($0 % 4) })
        let isDeepAR = random.oneIn(2)
        var record: JSONObject = ["target": target, "start": "2026-03-28T00:00:00"]
        if isDeepAR {
            record["cat"] = [1]
            record["dynamic_feat"] = [ahead]
        } else {
            record["future"] = ["price": ahead, "promo": .array((0..<steps + 3).map { _ in "half" })]
            let past = JSONValue.array((0..<steps).map { .integer($0 % 3) })
            record["past"] = ["visitors": past, "returns": past]
            record["static"] = ["size": 2, "region": random.oneIn(2) ? "south" : "west"]
        }
        return .object(record)
    }

    private static func options(of task: TaskKind) -> [(String, JSONValue)] {
        let all: [(String, JSONValue)] = [("seed", 1), ("weights", "float16"), ("top", 1)]
        switch task {
        case .forecast: return [("horizon", 3), ("quantiles", [0.1, 0.9]), ("samples", 2)] + all
        case .languageModel:
            return [
                ("max_tokens", 5), ("temperature", 0.5), ("top_k", 2), ("top_p", 0.5), ("stop", "a"),
                ("logprobs", true),
                ("score", true), ("echo", true),
            ] + all
        case .sequenceToSequence, .pointer:
            return [
                ("beam_width", 3), ("n_best", 2), ("max_length", 4), ("length_penalty", 0.5), ("attention", true),
            ] + all
        default: return all
        }
    }
}
