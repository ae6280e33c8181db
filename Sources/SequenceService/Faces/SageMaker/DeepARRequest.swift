package import JSON
package import SequenceModels

/// A validated `POST /invocations`, before its model has seen it.
package struct DeepARRequest: Sendable {
    /// They may be large, and are wanted once.
    private let instances: Handover<[DeepARInstance]>
    private let configuration: DeepARConfiguration
    /// How the answer is written.
    package let answer: DeepARAnswer

    /// `{"instances": […], "configuration": {…}}`.
    ///
    /// - Throws: every fault found, each with its JSON Pointer.
    package init(_ json: JSONValue, limits: ServiceLimits) throws(Faults) {
        let reader = try JSONReader(request: json)
        var configuration = DeepARConfiguration()
        reader.object("configuration") { configuration.read($0) }
        var instances: [DeepARInstance] = []
        if let value = reader.value("instances", required: true) {
            instances = Self.instances(value, reader, countMax: limits.predictSequencesMax)
        }
        reader.finish()
        try reader.check()
        self.init(instances, configuration, isLines: false)
    }

    /// A line for each instance; places of faults begin with `line 3 `.
    ///
    /// - Parameter configuration: of all such requests.
    /// - Throws: every fault found, each with its line.
    package init(lines: [(number: Int, json: JSONValue)], configuration: DeepARConfiguration, limits: ServiceLimits)
        throws(Faults)
    {
        let reader = JSONReader(JSONObject())
        if lines.isEmpty { reader.fault(nil, "expected an instance on each line, found none") }
        let instances = lines.compactMap { line in
            Self.instance(line.json, at: "line \(line.number) ", reader)
        }
        try reader.check()
        self.init(instances, configuration, isLines: true)
    }

    private init(_ instances: [DeepARInstance], _ configuration: DeepARConfiguration, isLines: Bool) {
        self.instances = Handover(instances)
        self.configuration = configuration
        answer = DeepARAnswer(configuration: configuration, isLines: isLines)
    }

    private static func instances(_ value: JSONValue, _ reader: JSONReader, countMax: Int) -> [DeepARInstance] {
        guard case .array(let elements) = value, !elements.isEmpty else {
            reader.fault("instances", "expected an array with at least one instance, found \(value.found)")
            return []
        }
        if elements.count > countMax {
            reader.fault("instances", "at most \(countMax) instances in one request, found \(elements.count)")
        }
        return elements.enumerated().compactMap { index, element in
            instance(element, at: "/instances/\(index)", reader)
        }
    }

    private static func instance(_ value: JSONValue, at pointer: String, _ reader: JSONReader) -> DeepARInstance? {
        guard let object = value.object else {
            reader.addFault(pointer, "expected an object with a target, found \(value.found)")
            return nil
        }
        return reader.isFull ? nil : DeepARInstance(object, at: pointer, reader)
    }

    /// The request as a question. Its instances are no longer here afterwards.
    package func question(to model: ModelReference) -> PredictionQuestion {
        let instances = instances.take() ?? []
        return PredictionQuestion(
            model: model, options: configuration.options, inputs: instances.map { $0.input(configuration) })
    }
}
