import Kernels
import RecurrentLayers

/// Where padded sequences are written to, time-major.
protocol InputWindow: AnyObject, Sendable {
    /// T and B of the window at hand.
    var steps: Int { get }
    var batch: Int { get }
    /// `[T, B, I]`
    var inputs: UnsafeMutablePointer<Float> { get }
    /// `[T, B]`
    var tokens: UnsafeMutablePointer<Int32> { get }
    /// `[T, B]`
    var mask: UnsafeMutablePointer<Float> { get }
}

extension SourceBatch: InputWindow {
    var batch: Int { rows }
}

/// The buffers of one shard of a batch over one window, whatever the network: see `WindowWorkspace`.
protocol SequenceWindow: InputWindow {
    /// `[T, B, O]`, or `[B, O]` for `lastStep`.
    var outputs: UnsafeMutablePointer<Float> { get }
    var outputGradients: UnsafeMutablePointer<Float> { get }
    /// Sets T and B of the window to come, and clears what the caller fills.
    func begin(steps: Int, batch: Int)

    // What is carried from window to window; without states, nothing.

    /// Numbers of a row's state; 0 without.
    var stateWidth: Int { get }
    func zeroState()
    func stateRow(_ row: Int) -> [Float]
    func setStateRow(_ row: Int, _ values: [Float])
    /// Makes the states what they were after the first `count` steps.
    func rewindState(to count: Int)

    /// By layer, gates nearly shut or open, of all; empty without gates.
    func saturatedGates() -> [(saturated: Int, all: Int)]
    /// Lets backward show dL/d of each layer's sequence, by layer and step.
    func observeHiddenGradients(
        _ observer: ((_ layer: Int, _ step: Int, _ gradient: Vector) -> Void)?)
}

extension WindowWorkspace: SequenceWindow {
    var stateWidth: Int { state.valuesPerRow }
    func zeroState() { state.zero() }
    func stateRow(_ row: Int) -> [Float] { state.row(row) }
    func setStateRow(_ row: Int, _ values: [Float]) { state.setRow(row, values) }
}

extension TransformerWorkspace: SequenceWindow {
    var stateWidth: Int { 0 }
    func zeroState() {}
    func stateRow(_ row: Int) -> [Float] { [] }
    func setStateRow(_ row: Int, _ values: [Float]) {}
    func rewindState(to count: Int) {}
    func saturatedGates() -> [(saturated: Int, all: Int)] { [] }
}
