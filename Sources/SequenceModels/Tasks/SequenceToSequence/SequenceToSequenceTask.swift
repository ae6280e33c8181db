import Kernels
import RecurrentLayers

/// Learns to answer a sequence with another: teacher forcing over padded batches of pairs, cross-entropy per target
/// token.
final class SequenceToSequenceTask: PairedTask {
    let settings: EffectiveSettings
    let networkSettings: EncoderDecoderSettings
    let data: PairedData
    let batches: SequenceBatches
    let target: SymbolTarget
    private let lossOfTokens: ClassLoss
    /// Occurrences of each target token in training, ends included.
    let counts: [Int]

    init(settings: EffectiveSettings, target: SymbolTarget, data: PairedData) {
        self.settings = settings
        self.target = target
        self.data = data
        networkSettings = Self.network(settings, reader: data.reader, targets: target.vocabulary.count)
        batches = SequenceBatches(lengths: data.training.map(PairedData.bucketKey), settings: settings)
        lossOfTokens = ClassLoss(settings: settings, labels: [], counts: [])
        var counts = [Int](repeating: 0, count: target.vocabulary.count)
        for pair in data.training {
            for token in pair.target { counts[Int(token)] += 1 }
            if let end = target.end { counts[Int(end)] += 1 }
        }
        self.counts = counts
    }

    static func network(_ settings: EffectiveSettings, reader: InputEncoder, targets: Int) -> EncoderDecoderSettings {
        let network = settings.network
        return EncoderDecoderSettings(
            source: reader.input(embedding: network.embedding), encoder: network.sequenceEncoder,
            decoder: network.sequenceDecoder,
            targetVocabulary: targets, targetEmbedding: network.targetEmbedding ?? 16,
            attention: network.attention?.kind ?? .additive,
            attentionWidth: network.attentionWidth ?? 0, dropout: Float(network.dropout))
    }

    var shape: ModelNetwork { .encoderDecoder(networkSettings) }

    func network(seed: UInt64) -> EncoderDecoderNetwork {
        let network = EncoderDecoderNetwork(settings: networkSettings, seed: seed)
        if let bias = lossOfTokens.headBias(counts: counts, log: PortableMath.log) { network.setHeadBias(bias) }
        return network
    }

    /// Scheduled sampling: the share of steps that read the model's own answer rises with the steps of the training.
    func didFill(_ workspace: EncoderDecoderWorkspace, _ position: StepPosition, shard: Int) {
        guard let last = settings.training.scheduledSampling, last > 0 else { return }
        let step = position.epoch * batches.count + position.step
        let share = last * Double(step) / Double(max(1, settings.training.epochs * batches.count))
        let random = CounterRandom(seed: settings.training.seed, stream: RandomStream.sampling(step))
        for place in 0..<workspace.steps * workspace.batch
        where random.uniform(UInt64(shard) << 40 | UInt64(place)) < share {
            workspace.feedsOwn[place] = 1
        }
    }

    func loss(shard: Int, network: EncoderDecoderNetwork, workspace: EncoderDecoderWorkspace, scale: Float) -> LossSum {
        lossOfTokens.evaluate(
            logits: workspace.outputs, classes: networkSettings.targetVocabulary,
            targets: batches.targets[shard].values,
            rows: workspace.steps * workspace.batch, gradients: workspace.outputGradients, scale: scale)
    }

    func score(
        _ choices: [Int32], items: [Int], network: EncoderDecoderNetwork, workspace: EncoderDecoderWorkspace
    ) -> LabelScore {
        LabelScore(
            logits: workspace.outputs, classes: network.settings.targetVocabulary, targets: choices, items: items,
            loss: lossOfTokens)
    }

    func complete(_ description: inout ModelDescription) {
        description.targetVocabulary = target.vocabulary.description
    }
}
