import JSON
import SequenceModels

/// What is to be answered: `configuration` of a request, or `DEEPAR_INFERENCE_CONFIG` for requests in lines.
package struct DeepARConfiguration: Sendable, Equatable {
    /// Members of a prediction.
    package enum Output: String, CaseIterable, Sendable {
        case mean, quantiles, samples
    }

    private static let samplesDefault = 100
    private static let levelsDefault = (1...9).map { Double($0) / 10 }

    /// Sample paths to answer.
    package var sampleCount = samplesDefault
    /// In which members.
    package var outputs: [Output] = [.mean, .quantiles]
    /// Levels of the quantiles, each as the client wrote it, and as its answer has it.
    package var levels: [(text: String, level: Double)] = levelsDefault.map { ($0.description, $0) }
    /// The levels were chosen by the client. Those of the document are answered as far as the model can.
    package var choosesLevels = false

    /// The defaults of DeepAR's document.
    package init() {}

    /// Of the variable; an empty text has the defaults.
    ///
    /// - Throws: every fault, or `JSONError`.
    package init(text: String) throws {
        self.init()
        guard !text.isEmpty else { return }
        let reader = try JSONReader(request: JSONParser.parse(text))
        read(reader)
        reader.finish()
        try reader.check()
    }

    /// The members of a configuration, whose faults the reader takes.
    mutating func read(_ reader: JSONReader) {
        sampleCount = reader.int("num_samples", in: 1...ModelLimits.samplesMax) ?? Self.samplesDefault
        if let words = reader.value("output_types") { readOutputs(words, reader) }
        if let values = reader.value("quantiles") { readLevels(values, reader) }
    }

    private mutating func readOutputs(_ value: JSONValue, _ reader: JSONReader) {
        let words = Output.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        guard let elements = value.elements, !elements.isEmpty else {
            return reader.fault("output_types", "expected a list of \(words), found \(value.found)")
        }
        outputs = []
        for (index, element) in elements.enumerated() where !reader.isFull {
            guard let output = element.asString.flatMap(Output.init(rawValue:)) else {
                reader.addFault(
                    "\(reader.pointer)/output_types/\(index)", "expected one of \(words), found \(element.found)")
                continue
            }
            if !outputs.contains(output) { outputs.append(output) }
        }
    }

    private mutating func readLevels(_ value: JSONValue, _ reader: JSONReader) {
        guard let elements = value.elements else {
            return reader.fault("quantiles", "expected a list such as [\"0.1\", \"0.9\"], found \(value.found)")
        }
        guard elements.count <= ModelLimits.quantilesMax else {
            return reader.fault("quantiles", "at most \(ModelLimits.quantilesMax) levels, found \(elements.count)")
        }
        (levels, choosesLevels) = ([], true)
        for (index, element) in elements.enumerated() where !reader.isFull {
            let text = element.asString ?? element.asDouble?.description ?? ""
            guard let level = Self.level(text) else {
                reader.addFault(
                    "\(reader.pointer)/quantiles/\(index)",
                    "expected a level between 0 and 1 such as \"0.5\", found \(element.found)")
                continue
            }
            if levels.contains(where: { $0.level == level }) {
                reader.addFault("\(reader.pointer)/quantiles/\(index)", "the level \(text) is given twice")
            }
            levels.append((text, level))
        }
    }

    /// Digits with a point: Swift would also read `0x1p-1` and `+.5`.
    private static func level(_ text: String) -> Double? {
        guard text.utf8.count <= 32, text.first?.isNumber == true,
            text.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") }),
            let level = Double(text), level > 0, level < 1
        else { return nil }
        return level
    }

    /// As a question to a model.
    var options: PredictionRequest {
        var request = PredictionRequest()
        request.keeping = .whatIsAsked
        request.quantiles = outputs.contains(.quantiles) ? levels.map(\.level) : []
        if outputs.contains(.samples) { request.samples = sampleCount }
        return request
    }

    /// The same for a model that cannot answer all levels of the document: nil where it can, or where they were chosen.
    func options(for forecast: EffectiveSettings.Forecast) -> RequestedOptions<PredictionOptions>? {
        guard !choosesLevels, outputs.contains(.quantiles) else { return nil }
        var request = options
        if !forecast.distribution.isDistribution {
            request.quantiles = []
        } else if forecast.distribution == .quantile, let learned = forecast.quantiles, let first = learned.first,
            let last = learned.last
        {
            request.quantiles = request.quantiles?.filter { first <= $0 && $0 <= last }
        } else {
            return nil
        }
        return request.options
    }

    package static func == (left: DeepARConfiguration, right: DeepARConfiguration) -> Bool {
        left.sampleCount == right.sampleCount && left.outputs == right.outputs
            && left.choosesLevels == right.choosesLevels && left.levels.map(\.text) == right.levels.map(\.text)
    }
}
