import Kernels
import RecurrentLayers

/// Learns to answer a sequence with another: teacher forcing over padded batches of pairs, cross-entropy per target
/// token.
final class SequenceToSequenceTask: PairedTask {
    let settings: EffectiveSettings
    let networkSettings: EncoderDecoderSettings
    let data: PairedData
    let batches: SequenceBatches
    let target: TargetReader
    private let lossOfTokens: ClassLoss
    /// Occurrences of each target token in training, ends included.
    private let counts: [Int]

    init(settings: EffectiveSettings, target: TargetReader, data: PairedData) {
        self.settings = settings
        self.target = target
        self.data = data
        networkSettings = Self.network(settings, reader: data.reader, targets: target.vocabulary.count)
        batches = SequenceBatches(lengths: data.training.map(PairedData.bucketKey), settings: settings)
        lossOfTokens = ClassLoss(settings: settings, labels: [], counts: [])
        var counts = [Int](repeating: 0, count: target.vocabulary.count)
        for pair in data.training {
            for token in pair.target { counts[Int(token)] += 1 }
            counts[Int(target.end)] += 1
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

    func network(seed: UInt64) -> EncoderDecoderNetwork {
        let network = EncoderDecoderNetwork(settings: networkSettings, seed: seed)
        if let bias = lossOfTokens.headBias(counts: counts, log: PortableMath.log) { network.setHeadBias(bias) }
        return network
    }

    func network(tensors: [NamedTensor]) throws(ModelError) -> EncoderDecoderNetwork {
        try EncoderDecoderNetwork(settings: networkSettings, tensors: tensors)
    }

    func workspace(of network: EncoderDecoderNetwork) -> EncoderDecoderWorkspace {
        EncoderDecoderWorkspace(
            network: network, sourceStepsMax: data.facts.longestInput, targetStepsMax: data.facts.longestTarget + 1,
            batchMax: batches.layout.rowsMax, training: true)
    }

    func load(_ position: StepPosition, shard: Int, into workspace: EncoderDecoderWorkspace) -> Int {
        let pairs = pairs(position, shard: shard)
        guard !pairs.isEmpty else { return 0 }
        batches.targets[shard].values = target.fill(pairs, workspace)
        feedOwn(position, shard: shard, workspace)
        return pairs.reduce(0) { $0 + $1.target.count + 1 }
    }

    /// Scheduled sampling: the share of steps that read the model's own answer rises with the steps of the training.
    private func feedOwn(_ position: StepPosition, shard: Int, _ workspace: EncoderDecoderWorkspace) {
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

    func validate(network: EncoderDecoderNetwork, pool: ComputePool) -> Double {
        LabelScore.mean(scores(network, pool))
    }

    /// Loss and guesses of the validation part under teacher forcing.
    func scores(_ network: EncoderDecoderNetwork, _ pool: ComputePool) -> [LabelScore] {
        let (target, loss) = (target, lossOfTokens)
        return validationResults(pool) { pairs in
            let workspace = EncoderDecoderWorkspace(
                network: network, sourceStepsMax: pairs.map(\.input.steps).max() ?? 1,
                targetStepsMax: (pairs.map(\.target.count).max() ?? 0) + 1, batchMax: pairs.count, training: false)
            let targets = target.fill(pairs, workspace)
            network.forward(workspace, training: false, dropoutKey: 0)
            return LabelScore(
                logits: workspace.outputs, classes: network.settings.targetVocabulary, targets: targets, loss: loss)
        }
    }

    func describe() -> ModelDescription {
        var description = data.reader.description(settings, network: .encoderDecoder(networkSettings))
        description.targetVocabulary = target.vocabulary.description
        description.pairs = data.facts
        return description
    }

    func evaluate(network: EncoderDecoderNetwork, pool: ComputePool) -> Evaluation {
        guard hasValidation else { return .unmeasured }
        return SequenceToSequenceEvaluation(task: self, counts: counts).run(network, pool)
    }
}

extension TargetReader {
    /// Inputs and shifted targets of a batch. - Returns: what each step should answer, `[T, B]`, −1 after a row's end.
    func fill(_ pairs: [PairedData.Pair], _ workspace: EncoderDecoderWorkspace) -> [Int32] {
        let steps = (pairs.map(\.target.count).max() ?? 0) + 1, batch = pairs.count
        workspace.begin(sourceSteps: max(1, pairs.map(\.input.steps).max() ?? 1), targetSteps: steps, batch: batch)
        workspace.source.fill(pairs.map(\.input))
        var targets = [Int32](repeating: -1, count: steps * batch)
        for (row, pair) in pairs.enumerated() {
            workspace.tokens[row] = end
            for (step, token) in pair.target.enumerated() {
                targets[step * batch + row] = token
                workspace.tokens[(step + 1) * batch + row] = token
            }
            targets[pair.target.count * batch + row] = end
        }
        return targets
    }
}
