import Kernels
import RecurrentLayers

/// Learns to answer with positions of its own input: teacher forcing over padded batches, cross-entropy over the
/// positions.
final class PointerTask: PairedTask {
    let settings: EffectiveSettings
    let networkSettings: PointerSettings
    let data: PairedData
    let batches: SequenceBatches
    let target: PositionTarget

    init(settings: EffectiveSettings, target: PositionTarget, data: PairedData) {
        self.settings = settings
        self.target = target
        self.data = data
        networkSettings = Self.network(settings, reader: data.reader, hasEnd: target.hasEnd)
        batches = SequenceBatches(lengths: data.training.map(PairedData.bucketKey), settings: settings)
    }

    static func network(_ settings: EffectiveSettings, reader: InputEncoder, hasEnd: Bool) -> PointerSettings {
        let network = settings.network
        return PointerSettings(
            items: reader.input(embedding: network.embedding), encoder: network.sequenceEncoder,
            decoder: network.sequenceDecoder,
            attentionWidth: network.attentionWidth ?? network.hidden, hasEnd: hasEnd,
            usesOnce: settings.pointer?.once ?? false,
            dropout: Float(network.dropout))
    }

    var shape: ModelNetwork { .pointer(networkSettings) }

    func loss(shard: Int, network: PointerNetwork, workspace: PointerWorkspace, scale: Float) -> LossSum {
        for (place, choice) in batches.targets[shard].values.enumerated() { workspace.targets[place] = choice }
        return network.loss(workspace, scale: scale)
    }

    /// −log p of each choice, and the most probable one.
    func score(_ choices: [Int32], items: [Int], network: PointerNetwork, workspace: PointerWorkspace) -> LabelScore {
        let positions = 1 + workspace.source.steps
        var score = LabelScore()
        for (place, choice) in choices.enumerated() where choice >= 0 {
            let row = UnsafeBufferPointer(start: workspace.probabilities + place * positions, count: positions)
            let truth = Int(choice)
            let loss = -PortableMath.log(Double(max(row[truth], .leastNormalMagnitude)))
            score.loss += loss
            score.weight += 1
            score.guesses.append(
                LabelGuess(
                    truth: truth, guess: row.indices.max { row[$0] < row[$1] } ?? 0, logLoss: loss,
                    item: items[place % items.count]))
        }
        return score
    }
}
