import Kernels

/// R rows that advance together by one step: the inputs, the states and the outputs of live streams.
///
/// A row's result has the same bytes whatever the other rows hold.
// SAFETY: the pointers lie in buffers that live as long as the batch; a batch belongs to one thread at a time.
package final class StepBatch: @unchecked Sendable {
    /// Rows that there is room for.
    package let rowsMax: Int
    /// R of the step at hand, at most `rowsMax`.
    package var rows = 0
    /// `[R, I]` of a numeric network, `[R, I + K]` of a mixed one.
    package let inputs: UnsafeMutablePointer<Float>
    /// `[R]` of a token network.
    package let tokens: UnsafeMutablePointer<Int32>
    /// Replaced by each step.
    package let state: RecurrentState
    /// `[R, O]`
    package let outputs: UnsafeMutablePointer<Float>

    let input: InputRows
    let outputBuffer: AlignedBuffer
    let scratch: StepWorkspace

    /// Room for `rowsMax` rows of the network: a step allocates nothing.
    ///
    /// - Precondition: `rowsMax` is positive.
    package init(network: RecurrentNetwork, rowsMax: Int) {
        precondition(rowsMax > 0, "a batch of \(rowsMax) rows")
        let settings = network.settings
        self.rowsMax = rowsMax
        input = InputRows(settings.input, rowsMax: rowsMax)
        (inputs, tokens) = (input.inputs, input.tokens)
        state = RecurrentState(network: network, rows: rowsMax)
        outputBuffer = AlignedBuffer(count: rowsMax * settings.outputs)
        outputs = outputBuffer.pointer
        scratch = StepWorkspace(settings: settings, rowsMax: rowsMax)
    }
}
