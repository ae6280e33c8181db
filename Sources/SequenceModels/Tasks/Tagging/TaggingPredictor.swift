import Kernels
import RecurrentLayers

/// Labels every step of a sequence: the answer is known after the warm-up, no steps are taken.
struct TaggingPredictor: RecurrentPredictor {
    let network: RecurrentNetwork
    private let reader: SequenceReader
    private let labels: [String]

    init(description: ModelDescription, network: RecurrentNetwork) throws(ModelError) {
        let reader = SequenceReader(description: description, stepsMax: ModelLimits.sequenceStepsMax)
        guard let labels = description.labels, labels.count == network.settings.outputs else { throw .missingTensor("labels") }
        try reader.requireInput(network.settings.input, of: description)
        self.network = network
        self.reader = reader
        self.labels = labels
    }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        var checks = SettingsChecks()
        checks.foreignFields(of: request, to: .tagging)
        try checks.finish()
        guard let value = request.sequence else { throw Faults("/sequence", "a sequence to tag is needed") }
        let sequence = try reader.encode(value, pointer: "/sequence")
        if sequence.steps > ModelLimits.windowMax {
            throw Faults("/sequence", "\(sequence.steps) steps, at most \(ModelLimits.windowMax) are tagged at once")
        }
        let (network, labels) = (network, labels)
        return AnswerStream {
            let answer = Self.tags(sequence, network: network, labels: labels)
            return (.tags(answer), [.tags(answer.labels, answer.probabilities)])
        }
    }

    private static func tags(_ sequence: EncodedSequence, network: RecurrentNetwork, labels: [String]) -> TagPrediction {
        var answer = TagPrediction(labels: [], probabilities: [])
        guard sequence.steps > 0 else { return answer }
        let workspace = SequenceRun.forward([sequence], network)
        let width = labels.count
        var row = [Float](repeating: 0, count: width)
        for t in 0 ..< sequence.steps {
            SoftmaxCrossEntropy.probabilities(logits: workspace.outputs + t * width, classes: width, rows: 1, into: &row)
            let best = row.indices.max { row[$0] < row[$1] } ?? 0
            answer.labels.append(labels[best])
            answer.probabilities.append(Double(row[best]))
        }
        return answer
    }
}
