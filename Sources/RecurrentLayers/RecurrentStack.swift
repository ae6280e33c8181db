import CKernels
import Kernels

/// Stacked recurrent layers as a part of a larger network: states in and out, with their gradients.
///
/// Runs over a whole window, or step by step within one (`first`, `count`), which gives the same bytes; what a step
/// read may then depend on the step before it.
final class RecurrentStack {
    let settings: NetworkSettings
    /// `[L][D]`
    private let layers: [[RecurrentLayer]]
    private let dropsTop: Bool

    /// - Parameter dropsTop: dropout follows the top layer too, not only those below.
    init(_ settings: NetworkSettings, offsets: [[ParameterLayout.Recurrent]], dropsTop: Bool = true) {
        self.settings = settings
        self.dropsTop = dropsTop
        layers = (0..<settings.layers).map { layer in
            (0..<settings.directions).map { direction in
                RecurrentLayer(
                    settings: settings, layer: layer, direction: direction, offsets: offsets[layer][direction])
            }
        }
    }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        layers.joined().map { layer in { layer.pack(parameters, training: training) } }
    }

    /// Runs steps `first ..< first + count`, from the workspace's state to the state after them.
    ///
    /// - Parameters:
    ///   - input: `[count·B, I]`. - mask: `[T, B]`, or nil when every step is real.
    /// - Returns: the top layer's output of these steps `[count, B, D·H]`, after dropout.
    @discardableResult
    func forward(
        _ w: StackWorkspace, from first: Int, count: Int, input: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        training: Bool, dropoutKey: UInt64, scratch: AlignedBuffer
    ) -> UnsafePointer<Float> {
        let (batch, width) = (w.batch, settings.width)
        var input = input
        for (layer, directions) in layers.enumerated() {
            let output = w.layerOutputs[layer].pointer
            for (direction, cell) in directions.enumerated() {
                let index = layer * settings.directions + direction
                cell.forward(
                    w.activations[layer][direction], input: .rows(input), mask: mask,
                    output: output + direction * settings.stateWidth,
                    width: width, from: first, steps: count, batch: batch, initial: w.state.hidden[index].pointer,
                    cellInitial: settings.cell == .lstm ? w.state.cell[index].pointer : nil, dropoutKey: nil,
                    scratch: scratch)
            }
            if drops(layer, training) {
                dropOut(
                    output + (first + 1) * batch * width, into: w.mixed[layer].pointer + first * batch * width,
                    count * batch * width,
                    layer: layer, step: first, key: dropoutKey)
            }
            input = outputs(of: layer, w, training: training) + first * batch * width
        }
        return input
    }

    /// The top layer's output `[T, B, D·H]` of the window that `forward` has run.
    func top(_ w: StackWorkspace, training: Bool) -> UnsafePointer<Float> {
        outputs(of: settings.layers - 1, w, training: training)
    }

    /// What is read of layer `layer`, `[T, B, D·H]`.
    private func outputs(of layer: Int, _ w: StackWorkspace, training: Bool) -> UnsafePointer<Float> {
        drops(layer, training)
            ? UnsafePointer(w.mixed[layer].pointer)
            : UnsafePointer(w.layerOutputs[layer].pointer + w.batch * settings.width)
    }

    private func drops(_ layer: Int, _ training: Bool) -> Bool {
        training && settings.dropout > 0 && (dropsTop || layer < settings.layers - 1)
    }

    /// One draw for these steps; forward and backward call it alike.
    private func dropOut(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int, layer: Int, step: Int,
        key: UInt64
    ) {
        let draw = CounterRandom(seed: key, stream: UInt64(layer)).bits(UInt64(step))
        InstructionSet.kernels.dropout(count, draw, 1 - settings.dropout, source, target)
    }

    /// Walks steps `first ..< first + count` back: the gradients of input and states. Steps go from the last to the
    /// first; `weightGradients` follows when all are done.
    ///
    /// The activations' `hiddenGradient` and `cellGradient` hold the gradient of the state after these steps (see
    /// `clearStateGradients`), and are replaced by that of the state before them.
    ///
    /// - Parameters:
    ///   - above: `[count, B, D·H]`: dL/d(top output), overwritten.
    ///   - inputGradient: `[count·B, I]`, replaced; nil where nobody asks.
    func backward(
        _ w: StackWorkspace, from first: Int, count: Int, mask: UnsafePointer<Float>?,
        above: UnsafeMutablePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>?, training: Bool, dropoutKey: UInt64, gradients: AlignedBuffer,
        scratch: AlignedBuffer
    ) {
        let (batch, width) = (w.batch, settings.width)
        var above = above
        for layer in (0..<settings.layers).reversed() {
            if drops(layer, training) {
                dropOut(above, into: above, count * batch * width, layer: layer, step: first, key: dropoutKey)
            }
            let below = layer == 0 ? inputGradient : w.layerGradients[layer % 2].pointer
            for (direction, cell) in layers[layer].enumerated() {
                cell.backwardStates(
                    w.activations[layer][direction], mask: mask,
                    output: w.layerOutputs[layer].pointer + direction * settings.stateWidth, width: width, from: first,
                    steps: count, batch: batch, outputGradient: above + direction * settings.stateWidth,
                    inputGradient: below,
                    inputStart: direction == 0 ? .zero : .accumulate, dropoutKey: nil, gradients: gradients,
                    scratch: scratch)
            }
            if layer > 0 { above = w.layerGradients[layer % 2].pointer }
        }
    }

    /// Adds the parameters' gradients over the whole window, whose steps `backward` has walked.
    ///
    /// - Parameter input: `[T·B, I]`, what the first layer read.
    func weightGradients(
        _ w: StackWorkspace, input: UnsafePointer<Float>, training: Bool, gradients: AlignedBuffer,
        panels: AlignedBuffer,
        scratch: AlignedBuffer
    ) {
        for (layer, directions) in layers.enumerated() {
            let read = layer == 0 ? input : outputs(of: layer - 1, w, training: training)
            for (direction, cell) in directions.enumerated() {
                cell.addWeightGradients(
                    w.activations[layer][direction], input: read,
                    output: w.layerOutputs[layer].pointer + direction * settings.stateWidth, width: settings.width,
                    steps: w.steps, batch: w.batch, isDropped: false, gradients: gradients, panels: panels,
                    scratch: scratch)
            }
        }
    }

    /// One step of R rows outside a window: replaces `state`, and returns the top layer's h `[R, H]`.
    ///
    /// - Parameter activations: scratch for one step of R rows.
    func step(
        rows: Int, input: UnsafePointer<Float>, state: RecurrentState, _ activations: LayerActivations,
        scratch: AlignedBuffer
    ) -> UnsafePointer<Float> {
        precondition(!settings.bidirectional, "bidirectional layers have no next step")
        var input = input
        for (layer, directions) in layers.enumerated() {
            directions[0].step(
                rows: rows, input: .rows(input), state: state.hidden[layer].pointer,
                cellState: settings.cell == .lstm ? state.cell[layer].pointer : nil, activations, scratch: scratch)
            input = UnsafePointer(state.hidden[layer].pointer)
        }
        return input
    }
}
