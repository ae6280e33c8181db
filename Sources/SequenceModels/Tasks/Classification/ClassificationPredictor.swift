import Kernels
import RecurrentLayers

/// Classifies whole sequences: the answer is known after the warm-up, no steps are taken.
struct ClassificationPredictor<Network: SequenceNetwork>: NetworkPredictor {
    let network: Network
    let contextSteps: Int
    private let reader: InputEncoder
    private let labels: [String]
    /// UTF-8 of the longest label.
    private let labelSizeBytesMax: Int

    init(description: ModelDescription, network: Network) throws(ModelError) {
        let reader = InputEncoder(description: description)
        guard let labels = description.labels, labels.count == network.outputs else {
            throw .unfitDescription(member: "labels")
        }
        try reader.requireInput(network.input, of: description)
        self.network = network
        contextSteps = description.contextSteps
        self.reader = reader
        self.labels = labels
        labelSizeBytesMax = labels.reduce(1) { max($0, $1.utf8.count) }
    }

    var vocabulary: Vocabulary? { reader.vocabulary }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        var checks = SettingsChecks()
        checks.fields(of: request, for: .classification)
        try checks.finish()
        guard let value = request.sequence else { throw Faults("/sequence", "a sequence to classify is needed") }
        let sequence = try reader.encode(value, pointer: "/sequence", isPart: request.session != nil)
        let top = min(labels.count, request.top ?? labels.count)
        if request.session != nil {
            return try readOn(
                request, sequence, extraSizeBytes: top * (128 + labelSizeBytesMax)
            ) { [labels] in LabelPrediction(labels, logits: $0.last ?? [], top: top) }
        }
        // Label and probability, for the answer, for its event and as JSON.
        return LabelStream(
            network: network, labels: labels, sequence: sequence, top: top,
            extraSizeBytes: sequence.sizeBytes + top * (128 + labelSizeBytesMax))
    }
}

/// One sequence being classified.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class LabelStream<Network: SequenceNetwork>: PredictionStream, @unchecked Sendable {
    private let network: Network
    private let labels: [String]
    private let sequence: EncodedSequence
    private let top: Int
    private var answer = LabelPrediction(label: "", probabilities: [])

    init(network: Network, labels: [String], sequence: EncodedSequence, top: Int, extraSizeBytes: Int) {
        self.extraSizeBytes = extraSizeBytes
        self.network = network
        self.labels = labels
        self.sequence = sequence
        self.top = top
    }

    let rows = 0
    let extraSizeBytes: Int
    private(set) var isFinished = false
    var reason: String { "length" }
    var prediction: any Prediction { answer }

    func warmUp() -> [any PredictionEvent] {
        let workspace = SequenceRun.forward([sequence], network)
        answer = LabelPrediction(labels, logits: workspace.outputs, top: top)
        isFinished = true
        return [answer]
    }
}

extension LabelPrediction {
    /// The `top` most probable of the labels.
    /// - Parameter logits: one a label.
    fileprivate init(_ labels: [String], logits: UnsafePointer<Float>, top: Int) {
        var probabilities = [Float](repeating: 0, count: labels.count)
        SoftmaxCrossEntropy.probabilities(logits: logits, classes: labels.count, rows: 1, into: &probabilities)
        let ranked = labels.indices.sorted { (probabilities[$1], $0) < (probabilities[$0], $1) }.prefix(top)
        self.init(
            label: ranked.first.map { labels[$0] } ?? "",
            probabilities: ranked.map { (label: labels[$0], probability: Double(probabilities[$0])) })
    }
}
