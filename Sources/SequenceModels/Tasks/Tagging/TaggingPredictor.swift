import Kernels
import RecurrentLayers

/// Labels every step of a sequence: the answer is known after the warm-up, no steps are taken.
struct TaggingPredictor<Network: SequenceNetwork>: NetworkPredictor {
    let network: Network
    let contextSteps: Int
    private let reader: InputEncoder
    private let labels: [String]
    /// UTF-8 of the longest label.
    private let labelSizeBytesMax: Int

    init(description: ModelDescription, network: Network) throws(ModelError) {
        let reader = InputEncoder(description: description, stepsMax: ModelLimits.sequenceStepsMax)
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
        checks.fields(of: request, for: .tagging)
        try checks.finish()
        guard let value = request.sequence else { throw Faults("/sequence", "a sequence to tag is needed") }
        let sequence = try reader.encode(value, pointer: "/sequence")
        if sequence.steps > ModelLimits.windowMax {
            throw Faults("/sequence", "\(sequence.steps) steps, at most \(ModelLimits.windowMax) are tagged at once")
        }
        // Label, probability, and both as JSON.
        if request.session != nil {
            return try readOn(
                request, sequence, extraSizeBytes: sequence.steps * (96 + 4 * labels.count + labelSizeBytesMax)
            ) { tags($0) }
        }
        return AnswerStream(extraSizeBytes: sequence.sizeBytes + sequence.steps * (96 + labelSizeBytesMax)) {
            let answer = tags(sequence)
            return (answer, [answer])
        }
    }

    private func tags(_ outputs: [[Float]]) -> TagPrediction {
        var answer = TagPrediction(labels: [], probabilities: [])
        for logits in outputs { append(logits, to: &answer) }
        return answer
    }

    private func append(_ logits: UnsafePointer<Float>, to answer: inout TagPrediction) {
        var row = [Float](repeating: 0, count: labels.count)
        SoftmaxCrossEntropy.probabilities(logits: logits, classes: labels.count, rows: 1, into: &row)
        let best = row.indices.max { row[$0] < row[$1] } ?? 0
        answer.labels.append(labels[best])
        answer.probabilities.append(Double(row[best]))
    }

    private func tags(_ sequence: EncodedSequence) -> TagPrediction {
        var answer = TagPrediction(labels: [], probabilities: [])
        for window in windows(of: sequence.steps) {
            let workspace = SequenceRun.forward([sequence.part(window.from..<window.end)], network)
            for t in window.labelled..<window.labelledEnd {
                append(workspace.outputs + (t - window.from) * labels.count, to: &answer)
            }
        }
        return answer
    }

    /// One, or of a network that attends to no more than W steps: as many as overlap by half, each labelling the steps
    /// in its middle.
    private func windows(of steps: Int) -> [(from: Int, labelled: Int, labelledEnd: Int, end: Int)] {
        guard steps > 0 else { return [] }
        guard Network.attends, steps > contextSteps else { return [(0, 0, steps, steps)] }
        let windows = ContextWindows(context: contextSteps).windows(of: steps)
        return windows.indices.map { index in
            let window = windows[index]
            // Where two overlap, the earlier one labels the first half.
            let labelled = index == 0 ? 0 : (window.from + window.scored) / 2
            let labelledEnd =
                index == windows.count - 1 ? steps : (windows[index + 1].from + windows[index + 1].scored) / 2
            return (window.from, labelled, labelledEnd, window.end)
        }
    }
}
