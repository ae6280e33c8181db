package import JSON
import ModelFiles
package import SequenceModels

/// A validated `POST /v1/timeseries/forecast`, before its model has seen it.
///
/// The protocol lets each object have further members: they are for others, and not looked at. One that looks like a
/// slip of an optional member is refused, as it would be missed.
package struct KServeRequest: Sendable {
    /// The request as a question to a model.
    package let question: PredictionQuestion
    /// What the answer says besides what the model does.
    package let answer: KServeAnswer

    /// - Throws: every fault found, each with its JSON Pointer.
    package static func read(_ json: JSONValue, limits: ServiceLimits) throws(Faults) -> KServeRequest {
        let reader = try JSONReader(request: json)
        let model = reader.modelReference("model")
        let series = series(reader, limits.predictSequencesMax)
        let options = options(reader)
        let metadata = metadata(reader, sizeBytesMax: limits.metadataSizeBytesMax)
        reader.refuseSlips(of: ["metadata"], besides: ["model", "inputs", "options"])
        try reader.check()
        guard let model else { throw Faults(list: [Fault(pointer: "/model", detail: "required")]) }
        let question = PredictionQuestion(
            model: model, options: options, inputs: series.map { $0.input(options.options) })
        return KServeRequest(
            question: question, answer: KServeAnswer(series: series.map(\.heading), metadata: metadata))
    }

    private static func series(_ reader: JSONReader, _ countMax: Int) -> [KServeSeries] {
        guard let inputs = reader.value("inputs", required: true) else { return [] }
        guard case .array(let elements) = inputs, !elements.isEmpty else {
            reader.fault("inputs", "expected an array with at least one series, found \(inputs.found)")
            return []
        }
        if elements.count > countMax {
            reader.fault("inputs", "at most \(countMax) series in one request, found \(elements.count)")
        }
        var names: Set<String> = []
        var series: [KServeSeries] = []
        for (index, element) in elements.enumerated() where !reader.isFull {
            let pointer = JSONPointer.appending(index, to: "/inputs")
            guard let object = element.object else {
                reader.addFault(pointer, "expected an object, found \(element.found)")
                continue
            }
            guard let one = KServeSeries.read(reader.reader(of: object, at: pointer)) else { continue }
            if !names.insert(one.heading.name).inserted {
                reader.addFault(pointer + "/name", "another series of the request has this name")
            }
            series.append(one)
        }
        return series
    }

    /// Without levels only the mean is answered (the document's questions and answers).
    private static func options(_ reader: JSONReader) -> PredictionRequest {
        var request = PredictionRequest()
        request.keeping = .whatIsAsked
        request.quantiles = []
        guard let options = reader.value("options", required: true) else { return request }
        guard let object = options.object else {
            reader.fault("options", "expected an object, found \(options.found)")
            return request
        }
        let inner = reader.reader(of: object, at: "/options")
        request.horizon = inner.int("horizon", required: true)
        if let levels = inner.doubles("quantiles") { request.quantiles = levels }
        inner.refuseSlips(of: ["quantiles"], besides: ["horizon"])
        return request
    }

    /// A client's own, which comes back.
    private static func metadata(_ reader: JSONReader, sizeBytesMax: Int) -> JSONObject? {
        guard let metadata = reader.value("metadata") else { return nil }
        guard let object = metadata.object else {
            reader.fault("metadata", "expected an object, found \(metadata.found)")
            return nil
        }
        var bytes: [UInt8] = []
        metadata.encoded(into: &bytes)
        if bytes.count > sizeBytesMax {
            reader.fault("metadata", "longer than \(sizeBytesMax) bytes (metadata_bytes_max)")
        }
        return object
    }
}

extension JSONReader {
    /// A member that is likely a misspelt optional one is a fault; others are left alone.
    ///
    /// - Parameters:
    ///   - optional: members that would be missed.
    ///   - others: further known ones.
    func refuseSlips(of optional: [String], besides others: [String]) {
        for name in source.keys where !optional.contains(name) && !others.contains(name) {
            guard !isFull, let meant = Spelling.closest(to: name, among: optional) else { continue }
            fault(name, "unknown field '\(name)', did you mean '\(meant)'?")
        }
    }
}
