package import JSON
package import SequenceModels

/// A validated `POST /evaluate`, before the model has seen it.
package struct EvaluateBody: Sendable {
    /// As the client named it.
    package let model: ModelReference
    /// As sent; read when the kind of the model is known.
    package let sequences: JSONValue
    /// How it is to be measured.
    package let request: MeasurementRequest
    /// Metrics of each step are wanted.
    package let byHorizon: Bool
    /// Metrics of each series are wanted.
    package let bySeries: Bool

    private static let parts = ["horizon", "series"]

    /// - Throws: every fault found, each with its JSON Pointer.
    package static func read(_ json: JSONValue) throws(Faults) -> EvaluateBody {
        let reader = try JSONReader(request: json)
        let model = reader.modelReference("model")
        let sequences = reader.value("sequences", required: true)
        let horizon = reader.int("horizon", in: 1...ModelLimits.horizonMax)
        let origins = reader.int("origins", in: MeasurementRequest.originsRange)
        var wanted: [String] = []
        let by = reader.value("by")
        if let by, by.elements == nil { reader.fault("by", "expected an array of names, found \(by.found)") }
        for (index, value) in (by?.elements ?? []).enumerated() {
            guard let part = value.asString, parts.contains(part) else {
                reader.addFault("/by/\(index)", "expected \"horizon\" or \"series\", found \(value.found)")
                continue
            }
            wanted.append(part)
        }
        reader.finish()
        try reader.check()
        guard let model else { throw Faults(list: [Fault(pointer: "/model", detail: "required")]) }
        return EvaluateBody(
            model: model, sequences: sequences ?? .null,
            request: MeasurementRequest(horizon: horizon, origins: origins),
            byHorizon: wanted.contains("horizon"), bySeries: wanted.contains("series"))
    }
}
