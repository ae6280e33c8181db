import RecurrentLayers

/// Answers to one input with symbols of the target.
final class SymbolDecoder: HypothesisDecoder {
    private let network: EncoderDecoderNetwork
    private let start: Int32
    private let source: SourceBatch
    private let batch: DecoderBatch

    /// - Parameters: start: the symbol that begins an answer. - width: rows at most.
    init(network: EncoderDecoderNetwork, input: EncodedSequence, start: Int32, width: Int) {
        self.network = network
        self.start = start
        source = SourceBatch(network: network, stepsMax: input.steps, rowsMax: 1)
        source.begin(steps: input.steps, rows: 1)
        source.fill([input])
        batch = DecoderBatch(network: network, rowsMax: width, sourceStepsMax: input.steps)
    }

    func begin() {
        network.encode(source)
        batch.start(row: 0, source: 0, of: source)
    }

    func step(_ choices: [Int32]) {
        batch.rows = choices.count
        for (row, choice) in choices.enumerated() { batch.tokens[row] = choice < 0 ? start : choice }
        network.step(batch, source)
    }

    func reorder(_ parents: [Int]) { batch.reorder(parents) }
    var logProbabilities: UnsafePointer<Float> { UnsafePointer(batch.logProbabilities) }
    var classes: Int { network.settings.targetVocabulary }

    func attention(_ row: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: batch.attention + row * source.steps, count: source.steps))
    }
}
