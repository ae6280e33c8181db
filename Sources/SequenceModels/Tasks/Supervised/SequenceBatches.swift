import RecurrentLayers

/// Whole sequences in batches of similar length, cut into shards.
final class SequenceBatches {
    let layout: ShardLayout
    /// Of each shard's window.
    let targets: [ShardTargets]
    /// Steps of the longest sequence, at least 1.
    let stepsMax: Int
    private let buckets: LengthBuckets
    private var order: (epoch: Int, batches: [[Int]]) = (-1, [])

    /// - Parameter lengths: steps of each sequence.
    init(lengths: [Int], settings: EffectiveSettings) {
        layout = ShardLayout(rows: min(settings.training.batchSize, max(1, lengths.count)))
        targets = (0..<layout.count).map { _ in ShardTargets() }
        stepsMax = max(1, lengths.max() ?? 1)
        buckets = LengthBuckets(lengths: lengths, batchSize: layout.rows, seed: settings.training.seed)
    }

    /// Batches of an epoch.
    var count: Int { buckets.count }

    /// Indices of the sequences of one shard; empty when the batch is small.
    func rows(_ position: StepPosition, shard: Int) -> [Int] {
        if order.epoch != position.epoch { order = (position.epoch, buckets.batches(epoch: position.epoch)) }
        let batch = order.batches[position.step]
        return ShardLayout.part(of: batch.count, shard: shard, shards: layout.count).map { batch[$0] }
    }

    /// Which sequences a random `share` holds back: at least one when there are three or more.
    static func heldBack(_ count: Int, settings: EffectiveSettings) -> Set<Int> {
        guard settings.validation > 0, count >= 3 else { return [] }
        let out = min(count - 1, max(1, Int((Double(count) * settings.validation).rounded())))
        return Set(
            LengthBuckets.permutation(count, seed: settings.training.seed, stream: RandomStream.split).prefix(out))
    }
}
