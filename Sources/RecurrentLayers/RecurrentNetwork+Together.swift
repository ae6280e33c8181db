import CKernels
import Kernels

/// A window read by several threads at once, for prediction; the bytes are those of one thread.
extension RecurrentNetwork {
    /// Multiplications of the steps that a thread takes at a time: some 40 µs, beside which handing over costs little.
    private static let chunkMultiplications = 3 << 19

    /// Runs the layers over a window on the network's pool, where it has one and there is enough to do.
    ///
    /// - Returns: the top layer's rows `[T, B, D·S]`, or nil when nothing was done.
    func forwardTogether(_ w: WindowWorkspace) -> UnsafePointer<Float>? {
        guard let pool, pool.threads > 1 else { return nil }
        let perStep = w.batch * layers.joined().reduce(0) { $0 + $1.gateWidth * ($1.inputs + $1.stateWidth) }
        let chunk = max(1, Self.chunkMultiplications / perStep)
        guard w.steps >= 4 * chunk else { return nil }
        if settings.bidirectional {
            runDirections(w, pool)
        } else {
            runWave(w, pool, chunk: chunk)
        }
        return output(ofLayer: settings.layers - 1, w)
    }

    /// What is read of a layer `[T, B, D·S]`.
    private func output(ofLayer layer: Int, _ w: WindowWorkspace) -> UnsafePointer<Float> {
        settings.isMixed(layer, training: false)
            ? UnsafePointer(w.mixed[layer].pointer)
            : UnsafePointer(w.layerOutputs[layer].pointer + w.batch * settings.width)
    }

    private func input(ofLayer layer: Int, direction: Int, row: Int, _ w: WindowWorkspace) -> LayerInput {
        let rows = layer == 0 ? UnsafePointer(w.embedded.pointer) : output(ofLayer: layer - 1, w)
        let width = settings.inputWidth(ofLayer: layer)
        return input(
            ofLayer: layer, direction: direction, symbols: w.tokens + row, rows: rows + row * width, training: false)
    }

    /// Layer by layer, both directions at once.
    private func runDirections(_ w: WindowWorkspace, _ pool: ComputePool) {
        let mask = w.effectiveMask
        for layer in 0..<settings.layers {
            pool.forEachIfFree(2) { direction in
                let index = 2 * layer + direction
                layers[layer][direction].forward(
                    w.activations[layer][direction], input: input(ofLayer: layer, direction: direction, row: 0, w),
                    mask: mask,
                    output: w.layerOutputs[layer].pointer + direction * settings.stateWidth, width: settings.width,
                    steps: w.steps,
                    batch: w.batch, initial: w.state.hidden[index].pointer,
                    cellInitial: settings.cell == .lstm ? w.state.cell[index].pointer : nil, dropoutKey: nil,
                    scratch: w.scratch)
            }
            mix(layer, from: 0, steps: w.steps, w)
        }
    }

    /// A wave through layers and chunks of steps. In phase p, layer l runs the steps of chunk p − 2l − 1, and its input
    /// products of chunk p − 2l are made, by columns: both need only what earlier phases made.
    ///
    ///     phase        0    1    2    3    4
    ///     layer 0 in   c0   c1   c2   c3
    ///     layer 0           c0   c1   c2   c3
    ///     layer 1 in             c0   c1   c2
    ///     layer 1                     c0   c1
    private func runWave(_ w: WindowWorkspace, _ pool: ComputePool, chunk: Int) {
        let (steps, top) = (w.steps, settings.layers)
        let chunks = (steps + chunk - 1) / chunk
        let parts = StepParts(pool: pool, columns: layers[0][0].gateWidth, multiplications: .max)
        let mask = w.effectiveMask
        for phase in 0..<chunks + 2 * top - 1 {
            // Recurrences take longest and come first.
            pool.forEachIfFree(top + top * parts.count) { task in
                let isRecurrence = task < top
                let layer = isRecurrence ? task : (task - top) / parts.count
                let index = phase - 2 * layer - (isRecurrence ? 1 : 0)
                guard index >= 0 && index < chunks else { return }
                let first = index * chunk, count = min(chunk, steps - first)
                if isRecurrence {
                    runSteps(layer, from: first, steps: count, mask: mask, w)
                } else {
                    project(layer, from: first, steps: count, part: (task - top) % parts.count, of: parts, w)
                }
            }
        }
    }

    private func runSteps(
        _ layer: Int, from first: Int, steps: Int, mask: UnsafePointer<Float>?, _ w: WindowWorkspace
    ) {
        layers[layer][0].runSteps(
            w.activations[layer][0], mask: mask, output: w.layerOutputs[layer].pointer, width: settings.width,
            from: first, steps: steps,
            batch: w.batch, initial: w.state.hidden[layer].pointer,
            cellInitial: settings.cell == .lstm ? w.state.cell[layer].pointer : nil, dropoutKey: nil, scratch: w.scratch
        )
        mix(layer, from: first, steps: steps, w)
    }

    private func project(
        _ layer: Int, from first: Int, steps: Int, part: Int, of parts: StepParts, _ w: WindowWorkspace
    ) {
        let cell = layers[layer][0], row = first * w.batch
        // A normalised product is not cut.
        guard cell.inputProduct.norms.isEmpty || part == 0 else { return }
        cell.project(
            input(ofLayer: layer, direction: 0, row: row, w), rows: steps * w.batch, first: row,
            columns: cell.inputProduct.norms.isEmpty ? parts[part] : nil, w.activations[layer][0], scratch: w.scratch)
    }

    /// The residual connection around a layer, for some steps.
    private func mix(_ layer: Int, from first: Int, steps: Int, _ w: WindowWorkspace) {
        guard settings.isResidual(layer) else { return }
        let start = first * w.batch * settings.width, count = steps * w.batch * settings.width
        let mixed = w.mixed[layer].pointer + start
        mixed.update(from: w.layerOutputs[layer].pointer + w.batch * settings.width + start, count: count)
        InstructionSet.kernels.add(count, output(ofLayer: layer - 1, w) + start, mixed)
    }
}
