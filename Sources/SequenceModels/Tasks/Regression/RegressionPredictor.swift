import Kernels
import RecurrentLayers

/// Values whole sequences: the answer is known after the warm-up, no steps are taken.
struct RegressionPredictor<Network: SequenceNetwork>: NetworkPredictor {
    let network: Network
    let contextSteps: Int
    private let reader: InputEncoder
    private let scaling: ChannelScaling

    init(description: ModelDescription, network: Network) throws(ModelError) {
        let reader = InputEncoder(description: description)
        let outputs = network.outputs
        guard let scaling = description.targetScaling, scaling.mean.count == outputs, scaling.deviation.count == outputs
        else {
            throw .unfitDescription(member: "target_scaling")
        }
        try reader.requireInput(network.input, of: description)
        self.network = network
        contextSteps = description.contextSteps
        self.reader = reader
        self.scaling = scaling
    }

    var vocabulary: Vocabulary? { reader.vocabulary }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        var checks = SettingsChecks()
        checks.fields(of: request, for: .regression)
        try checks.finish()
        guard let value = request.sequence else { throw Faults("/sequence", "a sequence is needed") }
        let sequence = try reader.encode(value, pointer: "/sequence", isPart: request.session != nil)
        let (network, scaling) = (network, scaling)
        if request.session != nil {
            return try readOn(request, sequence, extraSizeBytes: 64 * network.outputs) {
                ValuePrediction(values: scaling.restore($0.last ?? []))
            }
        }
        return AnswerStream(extraSizeBytes: sequence.sizeBytes + 64 * network.outputs) {
            let workspace = SequenceRun.forward([sequence], network)
            let answer = ValuePrediction(values: scaling.restore(workspace.outputs))
            return (answer, [answer])
        }
    }
}
