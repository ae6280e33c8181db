import Kernels

/// Stacked recurrent layers as a part of a network: states in and out, with their gradients.
///
/// Runs over a whole window, or step by step within one, which gives the same bytes; what a step read may then depend
/// on the step before it.
final class RecurrentStack {
    /// How dropout between layers is drawn.
    enum DropoutDraw {
        /// By layer and place in the window, which is run as a whole; with `lockedDropout` one draw for all steps.
        case window
        /// By layer and the first of the steps that are run together.
        case steps
    }

    let settings: NetworkSettings
    /// `[L][D]`
    let layers: [[RecurrentLayer]]
    let draw: DropoutDraw
    private let dropsTop: Bool

    /// - Parameters:
    ///   - dropsTop: dropout follows the top layer too, not only those below.
    ///   - halves: keeps packed weights in halves: for serving.
    init(
        _ settings: NetworkSettings, offsets: [[ParameterLayout.Recurrent]], dropsTop: Bool = true,
        draw: DropoutDraw = .steps, halves: Bool = false
    ) {
        self.settings = settings
        self.dropsTop = dropsTop
        self.draw = draw
        layers = (0..<settings.layers).map { layer in
            (0..<settings.directions).map { direction in
                RecurrentLayer(
                    settings: settings, layer: layer, direction: direction, offsets: offsets[layer][direction],
                    halves: halves)
            }
        }
    }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        layers.joined().map { layer in { layer.pack(parameters, training: training) } }
    }

    /// Bytes of the packed weights that forward reads; of the recurrent ones alone in the first layer where its input
    /// product comes from tables.
    func sizeBytes(withoutInputProduct: Bool = false) -> Int {
        let all = layers.joined().reduce(0) { $0 + $1.sizeBytes }
        return withoutInputProduct ? all - layers[0].reduce(0) { $0 + $1.inputProduct.sizeBytes } : all
    }

    /// Runs the steps of a window, from the workspace's state to the state after them.
    ///
    /// - Parameter input: `[count·B, I]`.
    /// - Returns: what is read of the top layer of these steps `[count·B, D·S]`.
    @discardableResult
    func forward(_ s: StackWindow, input: StackInput) -> Matrix {
        for layer in 0..<settings.layers {
            for direction in 0..<settings.directions {
                layers[layer][direction].forward(
                    layerWindow(s, layer, direction), input: self.input(input, ofLayer: layer, direction, s))
            }
            mix(layer, s)
        }
        return outputs(ofLayer: settings.layers - 1, s)
    }

    /// Gradients of a whole window that `forward` has run; those of parameters are added.
    ///
    /// - Parameters:
    ///   - input: as `forward` had it.
    ///   - above: `[T·B, D·S]`: dL/d(what was read of the top), overwritten.
    ///   - inputGradient: `[T·B, I]`, replaced; nil where nobody asks.
    func backward(
        _ s: StackWindow, input: Matrix, above: Matrix, inputGradient: Matrix?, gradients: AlignedBuffer,
        panels: AlignedBuffer
    ) {
        var above = above
        for layer in (0..<settings.layers).reversed() {
            let below = backward(s, layer: layer, above: above, inputGradient: inputGradient, gradients: gradients)
            addWeightGradients(s, layer: layer, input: input, gradients: gradients, panels: panels)
            if let below { above = below }
        }
    }

    /// The part of `backward` that walks the steps at hand back: the gradients of input and states. Steps go from the
    /// last to the first; `addWeightGradients` follows when all are done.
    ///
    /// The activations' `hiddenGradient` and `cellGradient` hold the gradient of the state after these steps (see
    /// `clearStateGradients`), and are replaced by that of the state before them.
    func backwardSteps(_ s: StackWindow, above: Matrix, inputGradient: Matrix?, gradients: AlignedBuffer) {
        var above = above
        for layer in (0..<settings.layers).reversed() {
            let below = backward(s, layer: layer, above: above, inputGradient: inputGradient, gradients: gradients)
            if let below { above = below }
        }
    }

    /// The part of `backward` that adds the parameters' gradients over the whole window, whose steps have been walked.
    func addWeightGradients(_ s: StackWindow, input: Matrix, gradients: AlignedBuffer, panels: AlignedBuffer) {
        for layer in 0..<settings.layers {
            addWeightGradients(s, layer: layer, input: input, gradients: gradients, panels: panels)
        }
    }

    private func addWeightGradients(
        _ s: StackWindow, layer: Int, input: Matrix, gradients: AlignedBuffer, panels: AlignedBuffer
    ) {
        let whole = s.steps(from: 0, count: s.workspace.steps)
        let read = layer == 0 ? input : outputs(ofLayer: layer - 1, whole)
        for (direction, cell) in layers[layer].enumerated() {
            cell.addWeightGradients(
                layerWindow(whole, layer, direction), input: read, gradients: gradients, panels: panels)
        }
    }

    /// One layer's steps back; returns dL/d(what it read).
    private func backward(
        _ s: StackWindow, layer: Int, above: Matrix, inputGradient: Matrix?, gradients: AlignedBuffer
    ) -> Matrix? {
        let below =
            layer == 0
            ? inputGradient : s.workspace.gradient(below: layer, count: s.count, width: settings.width)
        let isResidual = settings.isResidual(layer)
        if isResidual { below?.assign(above) }
        if drops(layer, s.training) { dropOut(above, into: above, layer: layer, s) }
        for (direction, cell) in layers[layer].enumerated() {
            let part = above.columns(from: direction * settings.stateWidth, count: settings.stateWidth)
            let d = LayerWindowGradients(
                output: part, input: below, start: direction == 0 && !isResidual ? .zero : .accumulate,
                parameters: gradients)
            cell.backwardSteps(layerWindow(s, layer, direction), d)
        }
        return below
    }

    /// Whether dropout follows a layer.
    func drops(_ layer: Int, _ training: Bool) -> Bool {
        training && settings.dropout > 0 && (dropsTop || layer < settings.layers - 1)
    }

    /// One step of R rows outside a window: replaces `state`, and returns what is read of the top layer `[R, S]`.
    ///
    /// - Parameter pool: shares the work of a large step.
    func step(
        _ input: StackInput, state: RecurrentState, rows: Int, _ w: StepWorkspace, pool: ComputePool? = nil
    ) -> Matrix {
        precondition(!settings.bidirectional, "bidirectional layers have no next step")
        var below: Matrix?
        for layer in layers.indices {
            let hidden = state.hidden(layer, rows: rows)
            layers[layer][0].step(
                below.map { .rows($0) } ?? input.layer(0, from: 0, count: rows), state: hidden,
                cellState: state.cell(layer, rows: rows), w.activations, pool: pool, scratch: w.scratch)
            guard let read = below, settings.isResidual(layer) else {
                below = hidden
                continue
            }
            let sum = w.mixed(layer, rows: rows)
            sum.assign(hidden)
            sum.elements.add(read.elements)
            below = sum
        }
        return below ?? state.hidden(0, rows: rows)
    }
}
