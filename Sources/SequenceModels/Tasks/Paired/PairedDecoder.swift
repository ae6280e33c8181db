import RecurrentLayers

/// Answers to one input, as choices of a target.
final class PairedDecoder<Target: PairedTarget>: HypothesisDecoder {
    private let network: Target.Network
    private let target: Target
    private let source: SourceBatch
    private let batch: Target.Network.Rows

    /// - Parameter width: rows at most.
    init(network: Target.Network, target: Target, input: EncodedSequence, width: Int) {
        self.network = network
        self.target = target
        source = network.source(stepsMax: input.steps, rowsMax: 1)
        source.begin(steps: input.steps, rows: 1)
        source.fill([input])
        batch = Target.Network.Rows(network: network, rowsMax: width, sourceStepsMax: input.steps)
    }

    func begin() {
        network.encode(source)
        batch.start(row: 0, source: 0, of: source)
    }

    func step(_ choices: [Int32]) {
        batch.rows = choices.count
        for (row, choice) in choices.enumerated() {
            batch.previous[row] = choice < 0 ? target.start : target.element(of: choice)
        }
        network.step(batch, source)
    }

    func reorder(_ parents: [Int]) { batch.reorder(parents) }
    var logProbabilities: UnsafePointer<Float> { UnsafePointer(batch.logProbabilities) }
    var classes: Int { network.choices(over: source) }
    func attention(_ row: Int) -> [Float] { network.attention(batch, row: row, over: source) }
}

extension PairedDecoder {
    /// The greedy answer; none when it has no end after as many steps as the right one.
    static func answer(_ pair: PairedData.Pair, _ network: Target.Network, _ target: Target) -> [Int32] {
        let decoder = PairedDecoder(network: network, target: target, input: pair.input, width: 1)
        let ends = target.end == nil ? 0 : 1
        var search = BeamSearch(width: 1, end: target.end, stepsMax: pair.target.count + ends)
        decoder.begin()
        while !search.isFinished {
            decoder.step(search.live.map { $0.last?.choice ?? -1 })
            _ = search.advance(decoder.logProbabilities, classes: decoder.classes, attention: nil)
        }
        guard let best = search.ranked.first, best.isEnded else { return [] }
        return best.steps.map { target.element(of: $0.choice) }
    }
}
