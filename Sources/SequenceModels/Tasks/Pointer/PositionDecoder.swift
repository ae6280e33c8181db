import Kernels
import RecurrentLayers

/// Answers over one input with positions: choice 0 is the end, 1 + j is item j.
final class PositionDecoder: HypothesisDecoder {
    private let network: PointerNetwork
    private let source: SourceBatch
    private let batch: PointerDecoderBatch

    init(network: PointerNetwork, input: EncodedSequence, width: Int) {
        self.network = network
        source = SourceBatch(network: network, stepsMax: input.steps, rowsMax: 1)
        source.begin(steps: input.steps, rows: 1)
        source.fill([input])
        batch = PointerDecoderBatch(network: network, rowsMax: width, sourceStepsMax: input.steps)
    }

    func begin() {
        network.encode(source)
        batch.start(row: 0, source: 0, of: source)
    }

    func step(_ choices: [Int32]) {
        batch.rows = choices.count
        for (row, choice) in choices.enumerated() { batch.previous[row] = choice < 1 ? -1 : choice - 1 }
        network.step(batch, source)
    }

    func reorder(_ parents: [Int]) { batch.reorder(parents) }
    var logProbabilities: UnsafePointer<Float> { UnsafePointer(batch.logProbabilities) }
    var classes: Int { 1 + source.steps }

    /// The probabilities of the items; what is missing to 1 is the end's.
    func attention(_ row: Int) -> [Float] {
        let scores = batch.logProbabilities + row * classes + 1
        return (0..<source.steps).map { Float(PortableMath.exp(Double(scores[$0]))) }
    }
}
