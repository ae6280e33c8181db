import Kernels

/// The buffers of one shard of a batch of item sequences and their answers: made once, reused for each.
///
/// Use: `begin`, fill `source`, `previous` and `targets`, `network.forward`, `network.loss`, `network.backward`.
// SAFETY: the pointers lie in buffers that live as long as the workspace; a workspace belongs to one thread at a time.
package final class PointerWorkspace: @unchecked Sendable {
    /// Longest answer of a window.
    package let targetStepsMax: Int
    /// Rows that there is room for.
    package let batchMax: Int
    /// T of the window at hand.
    package private(set) var steps = 0
    /// B of the window at hand.
    package private(set) var batch = 0
    /// The items.
    package let source: SourceBatch
    /// `[T, B]`: the item (0 ..< S) chosen before each step, −1 before the first.
    package let previous: UnsafeMutablePointer<Int32>
    /// `[T, B]`: where to point: 0 the end, 1 + j item j, −1 nowhere (masked).
    package let targets: UnsafeMutablePointer<Int32>
    /// `[T, B, 1 + S]` after `forward`: 0 on padding and wherever pointing is not allowed.
    package let probabilities: UnsafeMutablePointer<Float>

    let training: Bool
    let shares: AlignedBuffer
    /// `[T, B, 1 + S]`: dL/du.
    let scoreGradients: AlignedBuffer
    /// `[T, B, I]`: what the decoder reads, and its gradient.
    let input: AlignedBuffer
    let inputGradient: AlignedBuffer
    let decoder: StackWorkspace
    /// `[T, B, A]`: projected queries, and their gradients.
    let queries: AlignedBuffer
    let queryGradients: AlignedBuffer
    /// `[T, B, H]`: dL/dd_t.
    let stateGradients: AlignedBuffer
    /// `[B, S]`: items chosen so far; `[1 + S]`: where one step may point.
    let used: AlignedBuffer
    let allowed: AlignedBuffer
    /// Packed right-hand sides of weight gradients.
    let panels: AlignedBuffer
    let scratch = AlignedBuffer(count: Product.scratchCount)

    /// - Parameters:
    ///   - sourceStepsMax: S at most. - targetStepsMax: T at most. - batchMax: the most rows.
    ///   - training: keeps room for backward.
    package init(network: PointerNetwork, sourceStepsMax: Int, targetStepsMax: Int, batchMax: Int, training: Bool) {
        precondition(targetStepsMax > 0, "a window of \(targetStepsMax) steps")
        let (settings, hidden, inputs) = (
            network.settings, network.settings.decoder.hidden, network.encoder.embedding.width
        )
        self.targetStepsMax = targetStepsMax
        self.batchMax = batchMax
        self.training = training
        source = SourceBatch(
            encoder: network.encoder, bridge: network.bridge, keyWidth: network.pointer.ownKeyWidth,
            stepsMax: sourceStepsMax,
            rowsMax: batchMax, training: training)
        let rows = targetStepsMax * batchMax
        previous = .allocate(capacity: rows)
        previous.initialize(repeating: -1, count: rows)
        targets = .allocate(capacity: rows)
        targets.initialize(repeating: -1, count: rows)
        shares = AlignedBuffer(count: rows * (1 + sourceStepsMax))
        probabilities = shares.pointer
        func room(_ count: Int, training needed: Bool = false) -> AlignedBuffer {
            AlignedBuffer(count: needed && !training ? 0 : count)
        }
        scoreGradients = room(rows * (1 + sourceStepsMax), training: true)
        input = room(rows * inputs)
        inputGradient = room(rows * inputs, training: true)
        decoder = StackWorkspace(
            settings: network.decoder.settings, stepsMax: targetStepsMax, batchMax: batchMax, training: training)
        queries = room(rows * settings.attentionWidth)
        queryGradients = room(rows * settings.attentionWidth, training: true)
        stateGradients = room(rows * hidden, training: true)
        used = room(batchMax * sourceStepsMax)
        allowed = room(1 + sourceStepsMax)
        let widest = max(network.encoder.widest, inputs, hidden)
        panels = room(
            Product.gradientPanelsCount(depth: max(targetStepsMax, sourceStepsMax) * batchMax, columns: widest),
            training: true)
    }

    deinit {
        previous.deallocate()
        targets.deallocate()
    }

    /// Sets S, T and B of the window to come, and clears what the caller fills.
    package func begin(sourceSteps: Int, targetSteps: Int, batch: Int) {
        precondition(
            targetSteps > 0 && targetSteps <= targetStepsMax,
            "\(targetSteps) steps in a workspace for \(targetStepsMax)")
        source.begin(steps: sourceSteps, rows: batch)
        steps = targetSteps
        self.batch = batch
        previous.update(repeating: -1, count: targetSteps * batch)
        targets.update(repeating: -1, count: targetSteps * batch)
    }

    /// `[T·B, width]` of a buffer `[T, B, width]`.
    func rows(of buffer: AlignedBuffer, width: Int) -> Matrix { buffer.matrix(rows: steps * batch, columns: width) }
}
