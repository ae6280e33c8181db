import Kernels
import RecurrentLayers

/// Mean loss of a language model over runs of tokens, in nats per token.
enum TokenScore {
    /// - Note: A long stream is read in lanes, each warmed up on the window before it, so that few tokens are scored
    ///   without context.
    static func meanLoss(
        of runs: [[Int32]], isStream: Bool, window: Int, network: some SequenceNetwork, pool: ComputePool
    ) -> Double {
        let sums =
            isStream
            ? stream(runs.first ?? [], window: window, network: network, pool: pool)
            : pieces(runs, window: window, network: network, pool: pool)
        let count = sums.reduce(0) { $0 + $1.count }
        return count > 0 ? sums.reduce(0) { $0 + $1.loss } / Double(count) : 0
    }

    private static func pieces(_ runs: [[Int32]], window: Int, network: some SequenceNetwork, pool: ComputePool)
        -> [LossSum]
    {
        let batches = PieceBatcher.validationBatches(
            runs, window: window, rows: type(of: network).measuredRows(steps: window),
            overlaps: type(of: network).attends)
        return FixedOrder.map(batches.count, pool) { index in
            let steps = batches[index].map(\.steps).max() ?? 1
            let workspace = network.workspace(stepsMax: steps, batchMax: batches[index].count, training: false)
            let targets = ShardTargets()
            _ = PieceBatcher.fill(batches[index], runs: runs, workspace: workspace, targets: targets)
            return score(workspace, targets, network)
        }
    }

    private static func stream(_ tokens: [Int32], window: Int, network: some SequenceNetwork, pool: ComputePool)
        -> [LossSum]
    {
        let total = tokens.count - 1
        guard total > 0 else { return [] }
        let lanes = min(32, max(1, total / (4 * window)))
        let groups = (lanes + 7) / 8
        return FixedOrder.map(groups, pool) { group in
            let rows = ShardLayout.part(of: lanes, shard: group, shards: groups)
            return lanesLoss(tokens, rows: rows, lanes: lanes, window: window, network: network)
        }
    }

    /// Lanes `rows` of `lanes`: lane l scores targets `total·l/lanes ..< total·(l+1)/lanes`, starting a window earlier.
    private static func lanesLoss(
        _ tokens: [Int32], rows: Range<Int>, lanes: Int, window: Int, network: some SequenceNetwork
    ) -> LossSum {
        let total = tokens.count - 1
        let parts = rows.map { ShardLayout.part(of: total, shard: $0, shards: lanes) }
        let starts = parts.map { max(0, $0.lowerBound - window) }
        let length = zip(parts, starts).map { $0.upperBound - $1 }.max() ?? 0
        let workspace = network.workspace(stepsMax: min(window, length), batchMax: rows.count, training: false)
        let targets = ShardTargets()
        var sum = LossSum(loss: 0, count: 0)
        workspace.zeroState()
        for from in stride(from: 0, to: length, by: window) {
            let steps = min(window, length - from)
            workspace.begin(steps: steps, batch: rows.count)
            targets.values = [Int32](repeating: -1, count: steps * rows.count)
            for row in 0..<rows.count {
                for t in 0..<steps {
                    let place = starts[row] + from + t
                    guard place < parts[row].upperBound else { break }
                    workspace.tokens[t * rows.count + row] = tokens[place]
                    workspace.mask[t * rows.count + row] = 1
                    if place >= parts[row].lowerBound { targets.values[t * rows.count + row] = tokens[place + 1] }
                }
            }
            let part = score(workspace, targets, network)
            sum.loss += part.loss
            sum.count += part.count
        }
        return sum
    }

    private static func score<Network: SequenceNetwork>(
        _ workspace: Network.Workspace, _ targets: ShardTargets, _ network: Network
    ) -> LossSum {
        network.forward(workspace, training: false, dropoutKey: 0)
        return SoftmaxCrossEntropy.evaluate(
            logits: workspace.outputs, classes: network.outputs, targets: targets.values,
            rows: workspace.steps * workspace.batch, gradients: nil, scale: 1)
    }
}
