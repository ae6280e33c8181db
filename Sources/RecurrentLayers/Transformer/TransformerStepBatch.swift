import Kernels

/// R streams of a causal `TransformerNetwork` that advance together by one step, each with a cache of its own.
///
/// A row's result has the same bytes whatever the other rows hold.
// SAFETY: the pointers lie in buffers that live as long as the batch; a batch belongs to one thread at a time.
package final class TransformerStepBatch: @unchecked Sendable {
    /// Rows that there is room for.
    package let rowsMax: Int
    /// The longest history of a row.
    package let stepsMax: Int
    /// R of the step at hand, at most `rowsMax`.
    package var rows = 0
    /// `[R, I]` of a numeric network, `[R, I + K]` of a mixed one.
    package let inputs: UnsafeMutablePointer<Float>
    /// `[R]` of a token network.
    package let tokens: UnsafeMutablePointer<Int32>
    /// R of them: each row's past.
    package var caches: [KeyValueCache] = []
    /// `[R, O]`
    package let outputs: UnsafeMutablePointer<Float>

    let input: InputRows
    let outputBuffer: AlignedBuffer
    let stack: TransformerStackWorkspace

    /// Room for `rowsMax` rows with histories of at most `stepsMax` steps: a step allocates nothing.
    ///
    /// - Precondition: both are positive.
    package init(network: TransformerNetwork, rowsMax: Int, stepsMax: Int) {
        precondition(rowsMax > 0 && stepsMax > 0, "a batch of \(rowsMax) rows and \(stepsMax) steps")
        self.rowsMax = rowsMax
        self.stepsMax = stepsMax
        input = InputRows(network.settings.input, rowsMax: rowsMax)
        (inputs, tokens) = (input.inputs, input.tokens)
        outputBuffer = AlignedBuffer(count: rowsMax * network.settings.outputs)
        outputs = outputBuffer.pointer
        stack = TransformerStackWorkspace(
            network.stack, stepsMax: stepsMax, batchMax: 0, rowsMax: rowsMax, training: false)
    }
}

extension KeyValueCache {
    /// An empty cache for one stream of `network`.
    package convenience init(network: TransformerNetwork, stepsMax: Int) {
        self.init(shape: network.settings.shape, stepsMax: stepsMax)
    }
}
