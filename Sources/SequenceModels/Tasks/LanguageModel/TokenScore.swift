import Kernels
import RecurrentLayers

/// Mean loss of a language model over runs of tokens, in nats per token.
enum TokenScore {
    /// - Note: A long stream is read in lanes, each warmed up on the window before it, so that few tokens are scored
    ///   without context.
    static func meanLoss(
        of runs: [[Int32]], isStream: Bool, window: Int, network: some SequenceNetwork, pool: ComputePool
    ) -> Double {
        sums(of: runs, isStream: isStream, window: window, cases: nil, network: network, pool: pool).losses
            .reduce(into: LossSum()) { $0 += $1 }.mean
    }

    /// What was measured.
    struct Sums {
        /// By case, or by batch where there are none.
        var losses: [LossSum]
        /// By run, ascending: targets that were measured.
        var measured: [[Range<Int>]]
    }

    /// Of all, or of as much as the budget allows.
    static func sums(
        of runs: [[Int32]], isStream: Bool, window: Int, cases: TokenCases?, network: some SequenceNetwork,
        pool: ComputePool, budget: EvaluationBudget = .unlimited
    ) -> Sums {
        let parts =
            isStream
            ? stream(runs.first ?? [], window: window, cases: cases, network: network, pool: pool, budget)
            : pieces(runs, window: window, cases: cases, network: network, pool: pool, budget)
        var measured = [[Range<Int>]](repeating: [], count: runs.count)
        for (run, range) in parts.flatMap(\.measured) { measured[run].append(range) }
        measured = measured.map { $0.sorted { $0.lowerBound < $1.lowerBound } }
        guard let cases else { return Sums(losses: parts.flatMap { $0.losses.map(\.sum) }, measured: measured) }
        var sums = [LossSum](repeating: LossSum(), count: cases.count)
        for part in parts { for loss in part.losses { sums[loss.place] += loss.sum } }
        return Sums(losses: sums, measured: measured)
    }

    /// Of a case.
    private typealias Loss = (place: Int, sum: LossSum)

    /// Of a batch, or of lanes.
    private struct Part {
        var losses: [Loss] = []
        var measured: [(run: Int, targets: Range<Int>)] = []
    }

    private static func pieces(
        _ runs: [[Int32]], window: Int, cases: TokenCases?, network: some SequenceNetwork, pool: ComputePool,
        _ budget: EvaluationBudget
    ) -> [Part] {
        let batches = PieceBatcher.validationBatches(
            runs, window: window, rows: type(of: network).measuredRows(steps: window),
            overlaps: type(of: network).attends)
        let targets = batches.map { $0.map { (run: $0.run, targets: $0.scored..<$0.from + $0.steps) } }
        let counts = targets.map { $0.reduce(0) { $0 + $1.targets.count } }
        return budget.map(batches.count, pool, cases: { counts[$0] }) { index in
            let batch = batches[index]
            let workspace = network.workspace(
                stepsMax: batch.map(\.steps).max() ?? 1, batchMax: batch.count, training: false)
            let shard = ShardTargets()
            _ = PieceBatcher.fill(batch, runs: runs, workspace: workspace, targets: shard)
            let losses = score(workspace, shard, network) { row, step in
                cases?.index(run: batch[row].run, target: batch[row].from + step)
            }
            return Part(losses: losses, measured: targets[index])
        }.map(\.result)
    }

    /// In 32 lanes at most; where only some may come to be measured, in as many as are four windows long.
    private static func stream(
        _ tokens: [Int32], window: Int, cases: TokenCases?, network: some SequenceNetwork, pool: ComputePool,
        _ budget: EvaluationBudget
    ) -> [Part] {
        let total = tokens.count - 1
        guard total > 0 else { return [] }
        let most = max(1, total / (4 * window))
        let lanes = budget.isLimited ? most : min(32, most)
        let groups = (lanes + 7) / 8
        func rows(_ group: Int) -> Range<Int> { ShardLayout.part(of: lanes, shard: group, shards: groups) }
        func targets(_ group: Int) -> Range<Int> {
            let parts = rows(group).map { ShardLayout.part(of: total, shard: $0, shards: lanes) }
            return (parts.first?.lowerBound ?? 0)..<(parts.last?.upperBound ?? 0)
        }
        return budget.map(groups, pool, cases: { targets($0).count }) { group in
            let losses = lanesLoss(
                tokens, rows: rows(group), lanes: lanes, window: window, cases: cases, network: network)
            return Part(losses: losses, measured: [(0, targets(group))])
        }.map(\.result)
    }

    /// Lanes `rows` of `lanes`: lane l scores targets `total·l/lanes ..< total·(l+1)/lanes`, starting a window earlier.
    private static func lanesLoss(
        _ tokens: [Int32], rows: Range<Int>, lanes: Int, window: Int, cases: TokenCases?, network: some SequenceNetwork
    ) -> [Loss] {
        let total = tokens.count - 1
        let parts = rows.map { ShardLayout.part(of: total, shard: $0, shards: lanes) }
        let starts = parts.map { max(0, $0.lowerBound - window) }
        let length = zip(parts, starts).map { $0.upperBound - $1 }.max() ?? 0
        let workspace = network.workspace(stepsMax: min(window, length), batchMax: rows.count, training: false)
        let targets = ShardTargets()
        var sums: [Loss] = []
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
            sums += score(workspace, targets, network) { row, step in
                cases?.index(run: 0, target: starts[row] + from + step)
            }
        }
        return sums
    }

    /// - Parameter place: the case of a row's step; nil takes all for one.
    private static func score<Network: SequenceNetwork>(
        _ workspace: Network.Workspace, _ targets: ShardTargets, _ network: Network, place: (Int, Int) -> Int?
    ) -> [Loss] {
        network.forward(workspace, training: false, dropoutKey: 0)
        let (values, classes, rows) = (targets.values, network.outputs, workspace.batch)
        func loss(from: Int, count: Int) -> LossSum {
            values.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return LossSum() }
                return SoftmaxCrossEntropy.evaluate(
                    logits: workspace.outputs + from * classes, classes: classes, targets: base + from, rows: count,
                    gradients: nil, scale: 1)
            }
        }
        guard place(0, 0) != nil else { return [(0, loss(from: 0, count: workspace.steps * rows))] }
        var parts: [Loss] = []
        for row in 0..<rows {
            for step in 0..<workspace.steps where values[step * rows + row] >= 0 {
                guard let place = place(row, step) else { continue }
                let loss = loss(from: step * rows + row, count: 1)
                if parts.last?.place == place {
                    parts[parts.count - 1].sum += loss
                } else {
                    parts.append((place, loss))
                }
            }
        }
        return parts
    }
}
