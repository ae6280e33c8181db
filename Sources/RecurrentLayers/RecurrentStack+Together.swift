import Kernels

/// A window read by several threads at once, for prediction; the bytes are those of one thread.
extension RecurrentStack {
    /// Multiplications of the steps that a thread takes at a time: some 40 µs, beside which handing over costs little.
    private static let chunkMultiplications = 3 << 19

    /// Runs the layers over a whole window on a pool, where there is enough to do.
    ///
    /// - Returns: the top layer's rows `[T·B, D·S]`, or nil when nothing was done.
    func forward(_ s: StackWindow, input: StackInput, together pool: ComputePool?) -> Matrix? {
        guard let pool, pool.threads > 1 else { return nil }
        let perStep = s.batch * layers.joined().reduce(0) { $0 + $1.gateWidth * ($1.inputs + $1.stateWidth) }
        let chunk = max(1, Self.chunkMultiplications / perStep)
        guard s.count >= 4 * chunk else { return nil }
        if settings.bidirectional {
            runDirections(s, input, pool)
        } else {
            runWave(s, input, pool, chunk: chunk)
        }
        return outputs(ofLayer: settings.layers - 1, s)
    }

    /// Layer by layer, both directions at once.
    private func runDirections(_ s: StackWindow, _ input: StackInput, _ pool: ComputePool) {
        for layer in 0..<settings.layers {
            pool.forEachIfFree(2, with: (self, s, input, layer)) { context, direction in
                let (stack, s, input, layer) = context
                stack.layers[layer][direction].forward(
                    stack.layerWindow(s, layer, direction), input: stack.input(input, ofLayer: layer, direction, s))
            }
            mix(layer, s)
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
    private func runWave(_ s: StackWindow, _ input: StackInput, _ pool: ComputePool, chunk: Int) {
        let top = settings.layers
        let wave = Wave(
            window: s, input: input, chunk: chunk, chunks: (s.count + chunk - 1) / chunk,
            parts: StepParts(pool: pool, columns: layers[0][0].gateWidth, multiplications: .max))
        for phase in 0..<wave.chunks + 2 * top - 1 {
            // Recurrences take longest and come first.
            pool.forEachIfFree(top + top * wave.parts.count, with: (self, wave, phase)) { context, task in
                let (stack, wave, phase) = context
                stack.run(task, of: wave, phase: phase)
            }
        }
    }

    /// What all tasks of a wave share.
    private struct Wave {
        let window: StackWindow
        let input: StackInput
        /// Steps of a chunk, and how many chunks there are.
        let chunk, chunks: Int
        let parts: StepParts
    }

    /// A task of a phase: a layer's recurrence, or a part of its input products.
    private func run(_ task: Int, of wave: Wave, phase: Int) {
        let (top, chunk, s, parts) = (settings.layers, wave.chunk, wave.window, wave.parts)
        let isRecurrence = task < top
        let layer = isRecurrence ? task : (task - top) / parts.count
        let index = phase - 2 * layer - (isRecurrence ? 1 : 0)
        guard index >= 0 && index < wave.chunks else { return }
        let part = s.steps(from: index * chunk, count: min(chunk, s.count - index * chunk))
        if isRecurrence {
            layers[layer][0].runSteps(layerWindow(part, layer, 0))
            mix(layer, part)
        } else {
            project(layer, part, wave.input, part: (task - top) % parts.count, of: parts)
        }
    }

    /// The input products of some columns of a layer's gates.
    private func project(_ layer: Int, _ s: StackWindow, _ input: StackInput, part: Int, of parts: StepParts) {
        let cell = layers[layer][0], isNormed = !cell.inputProduct.norms.isEmpty
        // A normalised product is not cut.
        guard !isNormed || part == 0 else { return }
        let read =
            layer == 0
            ? input.layer(0, from: s.first * s.batch, count: s.rows) : .rows(outputs(ofLayer: layer - 1, s))
        cell.project(layerWindow(s, layer, 0), input: read, columns: isNormed ? nil : parts[part])
    }
}
