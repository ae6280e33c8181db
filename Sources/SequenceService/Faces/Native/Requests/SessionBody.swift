package import JSON
package import SequenceModels

/// Reads the bodies of `/sessions`.
package enum SessionBody {
    private static let historyNames = ["sequence", "prompt"]

    /// `POST /sessions`.
    ///
    /// - Throws: every fault found, each with its JSON Pointer.
    package static func creation(_ json: JSONValue, limits: ServiceLimits) throws(Faults) -> SessionCreation {
        let reader = try JSONReader(request: json)
        let model = reader.has("model") ? reader.modelReference("model") : nil
        let state = reader.string("state")
        if model == nil, state == nil, !reader.has("model") {
            reader.fault("model", "required, unless a state tells it")
        }
        let input = input(reader), options = options(reader, among: PredictionOptions.ofHistories)
        let seconds = reader.double("expires_after", in: 1...limits.sessions.idleSecondsMax)
        let metadata = reader.metadata(sizeBytesMax: limits.metadataSizeBytesMax)
        try finish(reader)
        var creation = SessionCreation(
            model: model, question: nil, state: state, expiresAfterSeconds: seconds, metadata: metadata)
        if let input { creation.question = question(model, options, input) }
        return creation
    }

    /// `POST /sessions/{id}/step`.
    ///
    /// - Throws: as above.
    package static func step(_ json: JSONValue) throws(Faults) -> SessionQuestion {
        let reader = try JSONReader(request: json)
        let input = input(reader)
        let wantsPrediction = ["horizon", "max_tokens", "quantiles", "samples", "explain"].contains { reader.has($0) }
        var options = PredictionRequest(options: SettingsReader.prediction(reader))
        let isStream = reader.bool("stream") ?? false, advances = reader.bool("advance") ?? false
        options.keeping = isStream ? .nothing : .whatIsAsked
        try finish(reader)
        return SessionQuestion(
            question: question(nil, options, input ?? Self.nothing, isStream: isStream), advances: advances,
            wantsPrediction: wantsPrediction)
    }

    /// `POST /sessions/{id}/rebase`.
    ///
    /// - Throws: as above.
    package static func rebase(_ json: JSONValue) throws(Faults) -> PredictionQuestion {
        let reader = try JSONReader(request: json)
        let model = reader.modelReference("model")
        let input = input(reader), options = options(reader, among: PredictionOptions.ofHistories)
        if input == nil, !historyNames.contains(where: { reader.has($0) }) {
            reader.fault("sequence", "required: another version reads the last of the history anew")
        }
        try finish(reader)
        return question(model, options, input ?? nothing)
    }

    /// `POST /sessions/{id}/fork`: metadata; nil for those of the session.
    ///
    /// - Throws: as above.
    package static func fork(_ json: JSONValue, limits: ServiceLimits) throws(Faults) -> JSONValue? {
        let reader = try JSONReader(request: json)
        let hasMetadata = reader.has("metadata")
        let metadata = reader.metadata(sizeBytesMax: limits.metadataSizeBytesMax)
        try finish(reader)
        return hasMetadata ? metadata : nil
    }

    private static func finish(_ reader: JSONReader) throws(Faults) {
        reader.finish()
        try reader.check()
    }

    private static func options(_ reader: JSONReader, among names: [String]) -> PredictionRequest {
        for name in PredictionOptions.members.map(\.name) where !names.contains(name) && reader.has(name) {
            reader.fault(name, "belongs to a step: nothing is predicted here")
        }
        return PredictionRequest(options: SettingsReader.prediction(reader))
    }

    /// The sequence of the request; nil where there is none.
    private static func input(_ reader: JSONReader) -> PredictionInput? {
        let given = historyNames.filter { reader.has($0) }
        if given.count > 1 { reader.fault("prompt", "give one of sequence and prompt, not both") }
        guard let name = given.first, let value = reader.value(name) else { return nil }
        return PredictBody.input(value, at: "/" + name)
    }

    private static let nothing = PredictionInput(pointer: "/sequence") { _ in nil }

    private static func question(
        _ model: ModelReference?, _ options: PredictionRequest, _ input: PredictionInput, isStream: Bool = false
    ) -> PredictionQuestion {
        PredictionQuestion(model: model, options: options, isStream: isStream, inputs: [input])
    }
}

extension PredictionOptions {
    /// What says how a history is to be read.
    static let ofHistories = ["frequency", "zone", "merge", "resample", "timeout_ms"]
}
