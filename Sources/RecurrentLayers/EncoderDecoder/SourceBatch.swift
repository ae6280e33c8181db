import Kernels

/// N padded sequences that an encoder reads, and what it made of them: a decoder attends to it, any number of rows at
/// once.
///
/// Use: `begin`, fill `inputs` or `tokens` and `mask`, then `network.encode`, or the window of which it is a part.
// SAFETY: the pointers lie in buffers that live as long as the batch; a batch belongs to one thread at a time.
package final class SourceBatch: @unchecked Sendable {
    /// Longest source.
    package let stepsMax: Int
    /// Rows that there is room for.
    package let rowsMax: Int
    /// S of the sources at hand.
    package private(set) var steps = 0
    /// N of the sources at hand.
    package private(set) var rows = 0
    /// `[S, N, I]` of numeric sources; time-major, padded steps zero.
    package let inputs: UnsafeMutablePointer<Float>
    /// `[S, N]` of symbols; padded steps 0.
    package let tokens: UnsafeMutablePointer<Int32>
    /// `[S, N]`, 1 for a real step.
    package let mask: UnsafeMutablePointer<Float>

    let training: Bool
    private let inputWidth: Int
    private let tokenCount: Int
    private let maskBuffer: AlignedBuffer
    /// `[S·N, I or E]`: what the first layer reads, and its gradient.
    private let embedded: AlignedBuffer
    private let embeddedGradient: AlignedBuffer
    let memory: AttentionMemory
    let encoder: SourceEncoder.Workspace
    /// `[L][N, W]`: each layer's h after its last step, both directions; c likewise, where the cell has it. The mean of
    /// all steps, of blocks.
    let finalHidden: [AlignedBuffer]
    let finalCell: [AlignedBuffer]
    let finalHiddenGradients: [AlignedBuffer]
    let finalCellGradients: [AlignedBuffer]
    /// `[L_decoder][N, H_decoder]`: the states that a decoding of each source starts from.
    let initialHidden: [AlignedBuffer]
    let initialCell: [AlignedBuffer]
    /// `[N, H_decoder]`, of one layer at a time, before its tanh.
    let initialHiddenGradient: AlignedBuffer
    let scratch = AlignedBuffer(count: Product.scratchCount)

    init(encoder: SourceEncoder, bridge: StateBridge, keyWidth: Int, stepsMax: Int, rowsMax: Int, training: Bool) {
        precondition(stepsMax > 0 && rowsMax > 0, "sources of \(stepsMax) steps and \(rowsMax) rows")
        self.stepsMax = stepsMax
        self.rowsMax = rowsMax
        self.training = training
        let count = stepsMax * rowsMax
        inputWidth = encoder.embedding.width
        tokenCount = encoder.embedding.isTokens ? count : 0
        tokens = .allocate(capacity: max(1, tokenCount))
        tokens.initialize(repeating: 0, count: max(1, tokenCount))
        embedded = AlignedBuffer(count: count * inputWidth)
        embeddedGradient = AlignedBuffer(count: training ? count * inputWidth : 0)
        inputs = embedded.pointer
        maskBuffer = AlignedBuffer(count: count)
        mask = maskBuffer.pointer
        memory = AttentionMemory(
            width: encoder.width, keyWidth: keyWidth, stepsMax: stepsMax, rowsMax: rowsMax, training: training)
        self.encoder = encoder.workspace(stepsMax: stepsMax, rowsMax: rowsMax, training: training)
        let finals = { (count: Int) in (0..<count).map { _ in AlignedBuffer(count: rowsMax * encoder.width) } }
        finalHidden = finals(encoder.finalStates)
        finalCell = finals(encoder.hasCell ? encoder.finalStates : 0)
        finalHiddenGradients = finals(training ? finalHidden.count : 0)
        finalCellGradients = finals(training ? finalCell.count : 0)
        let initials = { (count: Int) in (0..<count).map { _ in AlignedBuffer(count: rowsMax * bridge.hidden) } }
        initialHidden = initials(bridge.layers)
        initialCell = initials(bridge.hasCell ? bridge.layers : 0)
        initialHiddenGradient = AlignedBuffer(count: training ? rowsMax * bridge.hidden : 0)
    }

    deinit { tokens.deallocate() }

    /// Sets S and N of the sources to come, and clears what the caller fills.
    package func begin(steps: Int, rows: Int) {
        precondition(
            steps > 0 && steps <= stepsMax && rows > 0 && rows <= rowsMax,
            "sources of \(steps) steps and \(rows) rows in a batch for \(stepsMax) and \(rowsMax)")
        self.steps = steps
        self.rows = rows
        if tokenCount > 0 {
            tokens.update(repeating: 0, count: steps * rows)
        } else {
            inputs.update(repeating: 0, count: steps * rows * inputWidth)
        }
        mask.update(repeating: 0, count: steps * rows)
    }

    /// `[S, N]`, and for the kernels: nil when every step is real.
    var maskRows: Matrix { maskBuffer.matrix(rows: steps, columns: rows) }
    var effectiveMask: Vector? {
        let all = maskRows.elements
        return (0..<all.count).contains { all[$0] == 0 } ? all : nil
    }

    /// `[S·N]` symbols; `[S·N, I or E]`: what the first layer reads, and its gradient.
    var symbols: Symbols { Symbols(tokens, count: steps * rows) }
    var embeddedRows: Matrix { embedded.matrix(rows: steps * rows, columns: inputWidth) }
    var embeddedGradientRows: Matrix { embeddedGradient.matrix(rows: steps * rows, columns: inputWidth) }

    /// The states `[N, ·]` in one of the batch's buffers, or in one of a decoder of as many rows at most.
    func rows(of states: AlignedBuffer) -> Matrix {
        states.matrix(rows: rows, columns: states.count / rowsMax)
    }

    /// The states that decodings of all sources start from, as those of a decoder's layers.
    func start(_ state: RecurrentState) {
        for layer in initialHidden.indices {
            state.hidden(layer, rows: rows).assign(rows(of: initialHidden[layer]))
            guard !initialCell.isEmpty else { continue }
            state.cell(layer, rows: rows).assign(rows(of: initialCell[layer]))
        }
    }

    /// dL/d of the last states, zero: before a decoder's backward adds to them.
    func clearStateGradients() {
        for buffer in finalHiddenGradients + finalCellGradients { buffer.zero() }
    }
}
