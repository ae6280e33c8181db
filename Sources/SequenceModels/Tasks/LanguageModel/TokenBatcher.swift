import Kernels
import RecurrentLayers

/// Cuts runs of tokens into windows `[T, B]`.
protocol TokenBatcher {
    var layout: ShardLayout { get }
    var windowMax: Int { get }
    /// Steps between the beginnings of windows that carry their state; nil where each begins anew.
    var windowAdvance: Int? { get }
    var stepsPerEpoch: Int { get }
    /// Fills one shard; returns the number of unmasked targets.
    func load(_ position: StepPosition, shard: Int, into workspace: some SequenceWindow, targets: ShardTargets) -> Int
}

/// One long stream cut into B lanes read side by side; the state of a lane goes on from window to window.
///
/// Windows of h steps that begin every h′ ≤ h steps are BPTT(h; h′) (Williams & Peng 1990): the errors of the h′ newest
/// steps flow back over up to h steps. Each target is learned once an epoch.
final class LaneBatcher: TokenBatcher {
    private let tokens: [Int32]
    /// h.
    private let window: Int
    /// h′.
    private let advance: Int
    /// Targets of one lane.
    private let laneLength: Int
    let layout: ShardLayout

    init(tokens: [Int32], lanes: Int, window: Int, stride: Int) {
        self.tokens = tokens
        let targets = max(1, tokens.count - 1)
        // Lanes shorter than a few steps teach nothing: use fewer.
        let rows = min(lanes, max(1, targets / min(window, 8)))
        layout = ShardLayout(rows: rows)
        laneLength = targets / rows
        self.window = min(window, laneLength)
        advance = min(stride, self.window)
    }

    var windowMax: Int { window }
    var windowAdvance: Int? { advance }
    var stepsPerEpoch: Int { 1 + (laneLength - window + advance - 1) / advance }

    func load(_ position: StepPosition, shard: Int, into workspace: some SequenceWindow, targets: ShardTargets) -> Int {
        let lanes = layout.range(shard)
        let from = position.step * advance
        let steps = min(window, laneLength - from)
        // Steps whose targets earlier windows have learned.
        let known = position.step == 0 ? 0 : window - advance
        workspace.begin(steps: steps, batch: lanes.count)
        if position.step == 0 { workspace.zeroState() }
        if targets.values.count != steps * lanes.count {
            targets.values = [Int32](repeating: -1, count: steps * lanes.count)
        }
        for (row, lane) in lanes.enumerated() {
            let start = lane * laneLength + from
            for t in 0..<steps {
                let place = t * lanes.count + row
                workspace.tokens[place] = tokens[start + t]
                workspace.mask[place] = 1
                targets.values[place] = t < known ? -1 : tokens[start + t + 1]
            }
        }
        return (steps - known) * lanes.count
    }
}

/// A part of a run: what follows step t is learned, or scored, for t in `scored ..< from + steps`.
struct TokenPiece {
    var run: Int
    var from: Int
    var steps: Int
    var scored: Int
}

/// Runs cut into pieces of at most a window, each from a zero state, batched by length.
///
/// With `shifts`, as a network without a state needs it, a longer run is cut into whole windows that lie elsewhere in
/// each epoch, one in each of as many equal parts as cover it: so each step is learned after many and after few others.
final class PieceBatcher: TokenBatcher {
    private let runs: [[Int32]]
    private let pieces: [TokenPiece]
    private let shifts: Bool
    private let random: CounterRandom
    private let buckets: LengthBuckets
    private var order: (epoch: Int, batches: [[Int]]) = (-1, [])
    let layout: ShardLayout
    let windowMax: Int

    init(runs: [[Int32]], batchSize: Int, window: Int, seed: UInt64, shifts: Bool = false) {
        self.runs = runs
        self.shifts = shifts
        random = CounterRandom(seed: seed, stream: RandomStream.pieces)
        var pieces: [TokenPiece] = []
        for (index, run) in runs.enumerated() {
            for from in stride(from: 0, to: max(0, run.count - 1), by: window) {
                let steps = shifts ? min(window, run.count - 1) : min(window, run.count - 1 - from)
                pieces.append(TokenPiece(run: index, from: from, steps: steps, scored: from))
            }
        }
        self.pieces = pieces
        buckets = LengthBuckets(lengths: pieces.map(\.steps), batchSize: batchSize, seed: seed)
        layout = ShardLayout(rows: min(batchSize, max(1, pieces.count)))
        windowMax = pieces.map(\.steps).max() ?? 1
    }

    var windowAdvance: Int? { nil }
    var stepsPerEpoch: Int { buckets.count }

    func load(_ position: StepPosition, shard: Int, into workspace: some SequenceWindow, targets: ShardTargets) -> Int {
        if order.epoch != position.epoch { order = (position.epoch, buckets.batches(epoch: position.epoch)) }
        let batch = order.batches[position.step]
        let rows = ShardLayout.part(of: batch.count, shard: shard, shards: layout.count).map {
            piece(batch[$0], epoch: position.epoch)
        }
        return Self.fill(rows, runs: runs, workspace: workspace, targets: targets)
    }

    /// Where a piece lies in an epoch.
    private func piece(_ index: Int, epoch: Int) -> TokenPiece {
        var piece = pieces[index]
        guard shifts else { return piece }
        // Piece k of n: begins in the k-th of n equal parts of the places where a window can begin.
        let targets = runs[piece.run].count - 1
        let (places, count) = (targets - piece.steps + 1, (targets + piece.steps - 1) / piece.steps)
        let k = piece.from / piece.steps
        let (low, high) = (k * places / count, (k + 1) * places / count)
        piece.from = low + Int(random.bits(UInt64(epoch) << 32 | UInt64(index)) % UInt64(max(1, high - low)))
        piece.scored = piece.from
        return piece
    }

    /// The pieces of `runs` in which each step is scored once, in batches of `rows` of similar length.
    ///
    /// - Parameter overlaps: scores the steps of long runs as they are written (`ContextWindows`), or else each piece
    ///   by itself.
    static func validationBatches(_ runs: [[Int32]], window: Int, rows: Int, overlaps: Bool) -> [[TokenPiece]] {
        let pieces = runs.indices.flatMap { index in
            if overlaps {
                return ContextWindows(context: window).windows(of: runs[index].count - 1).map {
                    TokenPiece(run: index, from: $0.from, steps: $0.end - $0.from, scored: $0.scored)
                }
            }
            return stride(from: 0, to: max(0, runs[index].count - 1), by: window).map {
                TokenPiece(run: index, from: $0, steps: min(window, runs[index].count - 1 - $0), scored: $0)
            }
        }
        return LengthBuckets(lengths: pieces.map(\.steps), batchSize: rows, seed: 0).sortedBatches().map {
            $0.map { pieces[$0] }
        }
    }

    static func fill(
        _ rows: [TokenPiece], runs: [[Int32]], workspace: some SequenceWindow, targets: ShardTargets
    ) -> Int {
        let steps = rows.map(\.steps).max() ?? 0
        workspace.begin(steps: steps, batch: rows.count)
        workspace.zeroState()
        targets.values = [Int32](repeating: -1, count: steps * rows.count)
        var count = 0
        for (row, piece) in rows.enumerated() {
            let run = runs[piece.run]
            for t in 0..<piece.steps {
                let place = t * rows.count + row
                workspace.tokens[place] = run[piece.from + t]
                workspace.mask[place] = 1
                if piece.from + t >= piece.scored { targets.values[place] = run[piece.from + t + 1] }
            }
            count += piece.from + piece.steps - piece.scored
        }
        return count
    }
}
