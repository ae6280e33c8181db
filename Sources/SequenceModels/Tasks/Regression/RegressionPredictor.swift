import Kernels
import RecurrentLayers

/// Values whole sequences: the answer is known after the warm-up, no steps are taken.
struct RegressionPredictor: RecurrentPredictor {
    let network: RecurrentNetwork
    private let reader: SequenceReader
    private let scaling: ChannelScaling

    init(description: ModelDescription, network: RecurrentNetwork) throws(ModelError) {
        let reader = SequenceReader(description: description)
        let outputs = network.settings.outputs
        guard let scaling = description.targetScaling, scaling.mean.count == outputs, scaling.deviation.count == outputs else {
            throw .missingTensor("target_scaling")
        }
        try reader.requireInput(network.settings.input, of: description)
        self.network = network
        self.reader = reader
        self.scaling = scaling
    }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        var checks = SettingsChecks()
        checks.foreignFields(of: request, to: .regression)
        try checks.finish()
        guard let value = request.sequence else { throw Faults("/sequence", "a sequence is needed") }
        let sequence = try reader.encode(value, pointer: "/sequence")
        let (network, scaling) = (network, scaling)
        return AnswerStream {
            let workspace = SequenceRun.forward([sequence], network)
            let values = Self.values(workspace.outputs, scaling)
            return (.value(ValuePrediction(values: values)), [.value(values)])
        }
    }

    /// Outputs `[D]` in the client's units.
    static func values(_ outputs: UnsafePointer<Float>, _ scaling: ChannelScaling) -> [Double] {
        scaling.mean.indices.map { Double(outputs[$0]) * scaling.deviation[$0] + scaling.mean[$0] }
    }
}
