package import JSON
package import RecurrentLayers
package import SequenceModels

/// A validated `POST /predict`, before the model has seen it.
package struct PredictBody: Sendable {
    /// As the client named it.
    package let model: ModelReference?
    /// The sequences as sent, with the place of each in the request. Read when the kind of the model is known.
    package private(set) var sequences: [(pointer: String, value: JSONValue?)]
    /// Everything but the sequence.
    package let options: PredictionRequest
    /// The answer is a stream of events.
    package let isStream: Bool
    /// Where the prediction begins, as a client was told; nil at the beginning of a sequence.
    package let state: String?
    /// With a state: what is predicted is part of the next one.
    package let advances: Bool
    /// In which the model's weights are held.
    package let weights: WeightPrecision
    /// The request as a question to a model. Its sequences are no longer here afterwards: they may be large, and are
    /// wanted once.
    package mutating func takeQuestion() -> PredictionQuestion {
        defer { sequences = [] }
        return PredictionQuestion(
            model: model, weights: weights, options: options, isStream: isStream,
            inputs: sequences.map { pointer, value in Self.input(value, at: pointer) })
    }

    /// A sequence of a request, that is read when its model is known.
    ///
    /// - Parameter value: nil to go on from nothing.
    static func input(_ value: JSONValue?, at pointer: String) -> PredictionInput {
        PredictionInput(pointer: pointer) { form throws(Faults) in try content(value, pointer, form) }
    }

    /// A bare sequence, or the record of a series.
    private static func content(
        _ value: JSONValue?, _ pointer: String, _ form: PredictionInput.Form
    ) throws(Faults) -> PredictionInput.Content? {
        if pointer == "/prompt", form.task == .forecast {
            throw Faults(list: [
                Fault(
                    pointer: pointer,
                    detail: "a forecast goes on from a \"sequence\", a prompt belongs to the task language_model")
            ])
        }
        guard let value else { return nil }
        let faults = JSONReader(JSONObject())
        let content: PredictionInput.Content?
        if let object = value.object {
            content = record(object, faults.reader(of: object, at: pointer), form)
        } else {
            content = SequenceReader(
                numbersAreSymbols: form.numbersAreSymbols, numbersAreNeeded: form.readsNumbers, faults: faults
            ).read(value, at: pointer).map { .init($0) }
        }
        try faults.check()
        return content
    }

    private static func record(
        _ object: JSONObject, _ reader: JSONReader, _ form: PredictionInput.Form
    ) -> PredictionInput.Content? {
        if object["input"] != nil {
            reader.fault(
                "input", "send the input itself as the sequence: the target of a pair is what the model answers")
            return nil
        }
        let records = SeriesRecordReader(reader, of: .prediction, numbersAreSymbols: form.numbersAreSymbols)
        return records.read().map { .init($0) }
    }

    /// - Throws: every fault found, each with its JSON Pointer.
    package static func read(_ json: JSONValue, limits: ServiceLimits) throws(Faults) -> PredictBody {
        let reader = try JSONReader(request: json)
        let state = reader.string("state"), advances = reader.bool("advance")
        // A state tells its model.
        let reference = state == nil || reader.has("model") ? reader.modelReference("model") : nil
        let sequences = sequences(reader, limits.predictSequencesMax)
        var options = PredictionRequest(options: SettingsReader.prediction(reader))
        let isStream = reader.bool("stream") ?? false
        options.keeping = isStream ? .nothing : .whatIsAsked
        let weights = weights(reader)
        RecordMembers.refuseBeside(reader, example: "{\"sequence\": {\"target\": […]}}")
        RecordMembers.refuseTableMembers(reader)
        if state == nil, advances != nil { reader.fault("advance", "has no effect without a state") }
        if state != nil {
            if sequences.count > 1 {
                reader.fault("sequences", "a state goes on with one sequence, found \(sequences.count)")
            }
            if weights != .float32 { reader.fault("weights", "a state is of weights in float32: leave it out") }
        }
        reader.finish()
        try reader.check()
        if reference == nil, state == nil { throw Faults(list: [Fault(pointer: "/model", detail: "required")]) }
        return PredictBody(
            model: reference, sequences: sequences, options: options, isStream: isStream, state: state,
            advances: advances ?? false, weights: weights)
    }

    private static func weights(_ reader: JSONReader) -> WeightPrecision {
        guard let word = reader.string("weights") else { return .float32 }
        if let weights = WeightPrecision(rawValue: word) { return weights }
        reader.fault(
            "weights", "expected \(WeightPrecision.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "))")
        return .float32
    }

    private static func sequences(_ reader: JSONReader, _ countMax: Int) -> [(pointer: String, value: JSONValue?)] {
        let single = reader.value("sequence")
        let prompt = reader.value("prompt")
        let several = reader.value("sequences")
        let given = [("sequence", single), ("prompt", prompt), ("sequences", several)].filter { $0.1 != nil }.map(\.0)
        if given.count > 1 {
            reader.fault(
                given[1], "give one of sequence, sequences and prompt, not \(given.joined(separator: " and "))")
        }
        if let single { return [("/sequence", single)] }
        if let prompt { return [("/prompt", prompt)] }
        guard let several else { return [("/sequence", nil)] }
        if case .numbers = several {
            reader.fault("sequences", "expected an array of sequences, found one sequence; use \"sequence\" for one")
            return []
        }
        guard case .array(let elements) = several, !elements.isEmpty else {
            reader.fault("sequences", "expected an array with at least one sequence")
            return []
        }
        if elements.count > countMax {
            reader.fault("sequences", "at most \(countMax) sequences in one request, found \(elements.count)")
        }
        return elements.enumerated().map { (JSONPointer.appending($0.offset, to: "/sequences"), $0.element) }
    }
}
