import Kernels
import RecurrentLayers

/// A task whose examples are whole sequences with a target, learned in padded batches of similar length from zero
/// states.
protocol SupervisedTask: WindowTask {
    var batches: SequenceBatches { get }
}

extension SupervisedTask {
    var shardCount: Int { batches.layout.count }
    var shardRowsMax: Int { batches.layout.rowsMax }
    var windowStepsMax: Int { batches.stepsMax }
    var carriesState: Bool { false }
    var refits: Bool { false }
    func stepsPerEpoch(refit: Bool) -> Int { batches.count }
}

/// Runs of a network over sequences that are not learned from.
enum SequenceRun {
    /// A padded batch from zero states; empty sequences are all padding.
    static func fill(_ sequences: [EncodedSequence], _ workspace: some SequenceWindow) {
        workspace.begin(steps: longest(sequences), batch: sequences.count)
        workspace.zeroState()
        for (row, sequence) in sequences.enumerated() { sequence.write(to: workspace, row: row) }
    }

    private static func longest(_ sequences: [EncodedSequence]) -> Int { max(1, sequences.map(\.steps).max() ?? 1) }

    /// The workspace after the network has read `sequences`, its outputs filled.
    static func forward<Network: SequenceNetwork>(_ sequences: [EncodedSequence], _ network: Network)
        -> Network.Workspace
    {
        let workspace = network.workspace(stepsMax: longest(sequences), batchMax: sequences.count, training: false)
        fill(sequences, workspace)
        network.forward(workspace, training: false, dropoutKey: 0)
        return workspace
    }

    /// Runs over the items, in batches of similar length: over all, or as many as the budget allows.
    /// - Parameter body: sees the items of a batch and the workspace after them.
    /// - Returns: its results, in a fixed order.
    static func evaluate<Item: Sendable, Result, Network: SequenceNetwork>(
        _ items: [Item], _ network: Network, _ pool: ComputePool, _ budget: EvaluationBudget,
        sequence: (Item) -> EncodedSequence, _ body: ([Item], Network.Workspace) -> Result
    ) -> [Result] {
        let sequences = items.map(sequence)
        let groups = LengthBuckets(
            lengths: sequences.map(\.steps), batchSize: Network.measuredRows(steps: longest(sequences)), seed: 0
        ).sortedBatches()
        return budget.map(groups.count, pool, cases: { groups[$0].count }) { index in
            body(groups[index].map { items[$0] }, forward(groups[index].map { sequences[$0] }, network))
        }.map(\.result)
    }
}
