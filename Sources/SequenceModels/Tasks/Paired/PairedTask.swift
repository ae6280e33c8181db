import Kernels
import RecurrentLayers

/// A task whose targets are sequences of their own: whole pairs in padded batches of similar length.
protocol PairedTask: TrainingTask {
    var data: PairedData { get }
    var batches: SequenceBatches { get }
}

extension PairedTask {
    var shardCount: Int { batches.layout.count }
    var windowStepsMax: Int { data.facts.longestInput + data.facts.longestTarget + 1 }
    var hasValidation: Bool { !data.validation.isEmpty }
    var refits: Bool { false }
    func stepsPerEpoch(refit: Bool) -> Int { batches.count }

    /// The pairs of one shard; none when the batch is small.
    func pairs(_ position: StepPosition, shard: Int) -> [PairedData.Pair] {
        batches.rows(position, shard: shard).map { data.training[$0] }
    }

    /// Runs over the validation part, 16 pairs of similar length at a time. - Returns: results in a fixed order.
    func validationResults<Result>(_ pool: ComputePool, _ body: ([PairedData.Pair]) -> Result) -> [Result] {
        let pairs = data.validation
        let groups = LengthBuckets(lengths: pairs.map(PairedData.bucketKey), batchSize: 16, seed: 0).sortedBatches()
        return FixedOrder.map(groups.count, pool) { index in body(groups[index].map { pairs[$0] }) }
    }
}

extension SourceBatch {
    /// Takes padded sequences in; `begin` was called for as many rows, and steps enough.
    func fill(_ sequences: [EncodedSequence]) {
        for (row, sequence) in sequences.enumerated() { sequence.write(to: self, row: row) }
    }
}
