import Kernels

/// Reads the sources of a `SourceBatch`: embedding, then stacked recurrent layers or Transformer blocks.
final class SourceEncoder {
    /// The buffers of either body.
    enum Workspace {
        case recurrent(StackWorkspace)
        case transformer(TransformerStackWorkspace)
    }
    private enum Body {
        case recurrent(RecurrentStack)
        case transformer(TransformerStack)
    }

    let embedding: InputEmbedding
    private let body: Body
    /// W, of an output.
    let width: Int
    /// How many layers leave a last state. Blocks leave one: the mean of their outputs.
    let finalStates: Int
    /// Whether the last states have a c.
    let hasCell: Bool

    init(_ encoder: SequenceEncoder, input: NetworkSettings.Input, dropout: Float, plan: inout ParameterPlan) {
        embedding = InputEmbedding(input, name: "source_embedding.weight", plan: &plan)
        width = encoder.width
        switch encoder {
        case .recurrent(let shape):
            let settings = shape.settings(inputs: embedding.width, dropout: dropout)
            body = .recurrent(RecurrentStack(settings, offsets: plan.addRecurrent("encoder", settings)))
            (finalStates, hasCell) = (shape.layers, shape.cell == .lstm)
        case .transformer(let shape):
            body = .transformer(
                TransformerStack(
                    shape, inputs: embedding.width, projects: true, causal: false, dropout: dropout, prefix: "encoder.",
                    plan: &plan))
            (finalStates, hasCell) = (1, false)
        }
    }

    func workspace(stepsMax: Int, rowsMax: Int, training: Bool) -> Workspace {
        switch body {
        case .recurrent(let stack):
            .recurrent(
                StackWorkspace(settings: stack.settings, stepsMax: stepsMax, batchMax: rowsMax, training: training))
        case .transformer(let stack):
            .transformer(
                TransformerStackWorkspace(
                    stack, stepsMax: stepsMax, batchMax: rowsMax, rowsMax: stepsMax * rowsMax, training: training))
        }
    }

    /// The widest right-hand side of a weight gradient.
    var widest: Int {
        switch body {
        case .recurrent: max(width, embedding.width)
        case .transformer(let stack): max(width, embedding.width, stack.shape.feedForward)
        }
    }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        switch body {
        case .recurrent(let stack): stack.packing(parameters, training: training)
        case .transformer(let stack): stack.packing(parameters, training: training)
        }
    }

    /// Fills the batch's memory and last states.
    func forward(_ s: SourceBatch, _ parameters: AlignedBuffer, training: Bool, dropoutKey: UInt64) {
        let (steps, rows) = (s.steps, s.rows)
        embedding.forward(parameters, s.tokens, rows: steps * rows, into: s.embedded.pointer, ld: embedding.width)
        switch (body, s.encoder) {
        case (.recurrent(let stack), .recurrent(let w)):
            w.begin(steps: steps, batch: rows)
            w.state.zero()
            let top = stack.forward(
                w, from: 0, count: steps, input: s.embedded.pointer, mask: s.effectiveMask, training: training,
                dropoutKey: dropoutKey, scratch: s.scratch)
            s.memory.begin(values: top, mask: s.mask, steps: steps, rows: rows)
            for layer in 0..<finalStates {
                join(w.state.hidden, layer, stack.settings, rows: rows, into: s.finalHidden[layer].pointer)
                if hasCell { join(w.state.cell, layer, stack.settings, rows: rows, into: s.finalCell[layer].pointer) }
            }
        case (.transformer(let stack), .transformer(let w)):
            w.positions.begin(mask: s.mask, steps: steps, rows: rows)
            let top = stack.forward(w, s.embedded.pointer, training: training, dropoutKey: dropoutKey)
            s.memory.begin(values: top, mask: s.mask, steps: steps, rows: rows)
            SequencePool.mean.forward(
                top, mask: s.mask, steps: steps, rows: rows, width: width, into: s.finalHidden[0].pointer)
        default: preconditionFailure("a source batch of another network")
        }
    }

    /// Adds the parameters' gradients, from those of the memory's values and of the last states.
    func backward(
        _ s: SourceBatch, training: Bool, dropoutKey: UInt64, gradients: AlignedBuffer, panels: AlignedBuffer
    ) {
        let (steps, rows, above) = (s.steps, s.rows, s.memory.valueGradients)
        let inputGradient = embedding.isTokens ? s.embeddedGradient.pointer : nil
        switch (body, s.encoder) {
        case (.recurrent(let stack), .recurrent(let w)):
            for layer in 0..<finalStates {
                let directions = w.activations[layer]
                split(
                    s.finalHiddenGradients[layer].pointer, stack.settings, rows: rows,
                    into: directions.map(\.hiddenGradient))
                guard hasCell else { continue }
                split(
                    s.finalCellGradients[layer].pointer, stack.settings, rows: rows,
                    into: directions.map(\.cellGradient))
            }
            stack.backward(
                w, from: 0, count: steps, mask: s.effectiveMask, above: above, inputGradient: inputGradient,
                training: training,
                dropoutKey: dropoutKey, gradients: gradients, scratch: s.scratch)
            stack.weightGradients(
                w, input: s.embedded.pointer, training: training, gradients: gradients, panels: panels,
                scratch: s.scratch)
        case (.transformer(let stack), .transformer(let w)):
            SequencePool.mean.backward(
                s.finalHiddenGradients[0].pointer, mask: s.mask, steps: steps, rows: rows, width: width, into: above)
            stack.backward(
                w, s.embedded.pointer, above: above, inputGradient: inputGradient, training: training,
                dropoutKey: dropoutKey,
                gradients: gradients, panels: panels)
        default: preconditionFailure("a source batch of another network")
        }
        embedding.backward(
            gradients, s.tokens, rows: steps * rows, from: s.embeddedGradient.pointer, ld: embedding.width)
    }

    /// The states `[N, H]` of a layer's directions side by side `[N, D·H]`.
    private func join(
        _ states: [AlignedBuffer], _ layer: Int, _ settings: NetworkSettings, rows: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        let (directions, hidden) = (settings.directions, settings.hidden)
        for direction in 0..<directions {
            let source = states[layer * directions + direction].pointer
            for row in 0..<rows {
                (target + row * width + direction * hidden).update(from: source + row * hidden, count: hidden)
            }
        }
    }

    private func split(
        _ joined: UnsafePointer<Float>, _ settings: NetworkSettings, rows: Int, into parts: [AlignedBuffer]
    ) {
        let hidden = settings.hidden
        for (direction, part) in parts.enumerated() {
            for row in 0..<rows {
                (part.pointer + row * hidden).update(from: joined + row * width + direction * hidden, count: hidden)
            }
        }
    }
}
