package import JSON
package import SequenceModels

/// The data of a training request, as it came and as examples.
///
/// The data is stored apart from the job, under the digest of its own bytes: the same data sent twice is kept once.
/// What is stored is the JSON of the data members, and is read back by the same code that read the request, so a
/// resumed job sees exactly what the accepted one saw.
package struct TrainingData: Sendable {
    /// Members of the request that hold data.
    package static let members = ["sequences", "text", "validation"]

    /// To train on, in the order of the request.
    package let examples: [TrainingExample]
    /// nil: a fraction of `examples` is held back.
    package let validation: [TrainingExample]?
    /// What is stored: an object of the data members alone.
    package let document: JSONValue

    /// Reads the data members of a request.
    ///
    /// - Parameter task: where it is said already, data of another kind is a fault that is told where it stands.
    /// - Returns: nil after noting faults. A `validation` fraction belongs to the settings and is not read here.
    package static func read(_ reader: JSONReader, tokens: TokenUnit?, task: TaskKind? = nil) -> TrainingData? {
        let faultsBefore = reader.faults.count
        let exampleReader = ExampleReader(
            numbersAreSymbols: tokens == .symbols, numbersAreNeeded: task == .forecast, faults: reader)
        let sequences = reader.value("sequences")
        let text = reader.value("text")
        var examples: [TrainingExample] = []
        switch (sequences, text) {
        case (let sequences?, nil): examples = exampleReader.examples(sequences, at: "/sequences")
        case (nil, .string(let text)?): examples = [TrainingExample(input: .text(text), label: nil)]
        case (nil, let other?): reader.fault("text", "expected a string, found \(other.found)")
        case (nil, nil): reader.fault(nil, "needs data: \"sequences\" or \"text\"")
        case (.some, .some): reader.fault("text", "give \"sequences\" or \"text\", not both")
        }

        var validation: [TrainingExample]?
        let validationObject = reader.value("validation")?.object
        if validationObject != nil {
            reader.object("validation") { inner in
                inner.refuse("dataset")
                if let value = inner.value("sequences", required: true) {
                    validation = exampleReader.examples(value, at: "/validation/sequences")
                }
            }
        }
        guard reader.faults.count == faultsBefore else { return nil }

        var document = JSONObject()
        if let sequences { document.append("sequences", sequences) }
        if let text { document.append("text", text) }
        if let validationObject { document.append("validation", .object(validationObject)) }
        return TrainingData(examples: examples, validation: validation, document: .object(document))
    }

    /// Reads what was stored.
    ///
    /// - Throws: `Faults` if the file is not what `document` wrote.
    package static func stored(_ document: JSONValue, tokens: TokenUnit?) throws(Faults) -> TrainingData {
        let reader = try JSONReader(request: document)
        let data = read(reader, tokens: tokens)
        try reader.check()
        guard let data else { throw Faults(list: [Fault(pointer: "", detail: "no data")]) }
        return data
    }
}
