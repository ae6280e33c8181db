import Kernels

/// Where the layers of a stack read and write in a window, and what stands between them.
extension RecurrentStack {
    /// One direction of one layer in the steps of a window.
    func layerWindow(_ s: StackWindow, _ layer: Int, _ direction: Int) -> LayerWindow {
        let (w, index) = (s.workspace, layer * settings.directions + direction)
        var window = LayerWindow(
            steps: w.steps, batch: w.batch, mask: s.mask,
            output: w.slots(ofLayer: layer).columns(
                from: direction * settings.stateWidth, count: settings.stateWidth),
            activations: w.activations[layer][direction], hidden: w.state.hidden(index, rows: w.batch),
            cell: w.state.cell(index, rows: w.batch), scratch: s.scratch)
        if s.training && settings.recurrentDropout > 0 {
            window.dropoutKey = CounterRandom(seed: s.dropoutKey, stream: 0x4EC).bits(UInt64(index))
        }
        return s.isWhole ? window : window.steps(from: s.first, count: s.count)
    }

    /// What a direction of a layer reads in the steps of a window; `input` is the first layer's.
    func input(_ input: StackInput, ofLayer layer: Int, _ direction: Int, _ s: StackWindow) -> LayerInput {
        layer == 0 ? input.layer(direction, from: 0, count: s.rows) : .rows(outputs(ofLayer: layer - 1, s))
    }

    /// What is read of a layer, `[count·B, D·S]`.
    func outputs(ofLayer layer: Int, _ s: StackWindow) -> Matrix {
        drops(layer, s.training) || settings.isResidual(layer)
            ? s.workspace.mixed(ofLayer: layer, from: s.first, count: s.count)
            : s.workspace.hidden(ofLayer: layer, from: s.first, count: s.count)
    }

    /// Dropout and the residual connection behind a layer.
    func mix(_ layer: Int, _ s: StackWindow) {
        let isDropped = drops(layer, s.training)
        guard isDropped || settings.isResidual(layer) else { return }
        let hidden = s.workspace.hidden(ofLayer: layer, from: s.first, count: s.count)
        let mixed = s.workspace.mixed(ofLayer: layer, from: s.first, count: s.count)
        if isDropped {
            dropOut(hidden, into: mixed, layer: layer, s)
        } else {
            mixed.assign(hidden)
        }
        if settings.isResidual(layer) { mixed.elements.add(outputs(ofLayer: layer - 1, s).elements) }
    }

    /// target = source · keep / (1 − p) over the steps at hand; forward and backward call it alike.
    func dropOut(_ source: Matrix, into target: Matrix, layer: Int, _ s: StackWindow) {
        let rate = settings.dropout
        switch draw {
        case .steps:
            let key = CounterRandom(seed: s.dropoutKey, stream: UInt64(layer)).bits(UInt64(s.first))
            target.elements.dropOut(source.elements, rate: rate, key: key)
        case .window:
            precondition(s.isWhole, "a draw for a window, of \(s.count) of its steps")
            let (pieces, rows) = settings.lockedDropout ? (s.count, s.batch) : (1, s.rows)
            for piece in 0..<pieces {
                let part = source.rows(from: piece * rows, count: rows).elements
                target.rows(from: piece * rows, count: rows).elements.dropOut(
                    part, rate: rate, key: s.dropoutKey &+ UInt64(layer))
            }
        }
    }
}
