import CKernels
import Kernels

/// Reads the sources of a `SourceBatch`: embedding, then stacked recurrent layers.
final class SourceEncoder {
    let embedding: InputEmbedding
    private let stack: RecurrentStack

    init(_ encoder: SequenceEncoder, input: NetworkSettings.Input, dropout: Float, plan: inout ParameterPlan) {
        embedding = InputEmbedding(input, name: "source_embedding.weight", plan: &plan)
        switch encoder {
        case .recurrent(let shape):
            let settings = shape.settings(inputs: embedding.width, dropout: dropout)
            stack = RecurrentStack(settings, offsets: plan.addRecurrent("encoder", settings))
        }
    }

    /// W, of an output.
    var width: Int { stack.settings.width }
    /// How many layers leave a last state.
    var finalStates: Int { stack.settings.layers }
    var hasCell: Bool { stack.settings.cell == .lstm }

    func workspace(stepsMax: Int, rowsMax: Int, training: Bool) -> StackWorkspace {
        StackWorkspace(settings: stack.settings, stepsMax: stepsMax, batchMax: rowsMax, training: training)
    }

    func pack(_ parameters: AlignedBuffer, training: Bool) { stack.pack(parameters, training: training) }

    /// Fills the batch's memory and last states.
    func forward(_ s: SourceBatch, _ parameters: AlignedBuffer, training: Bool, dropoutKey: UInt64) {
        let (steps, rows, width) = (s.steps, s.rows, embedding.width)
        embedding.forward(parameters, s.tokens, rows: steps * rows, into: s.embedded.pointer, ld: width)
        s.stack.begin(steps: steps, batch: rows)
        s.stack.state.zero()
        let top = stack.forward(
            s.stack, from: 0, count: steps, input: s.embedded.pointer, mask: s.effectiveMask, training: training,
            dropoutKey: dropoutKey, scratch: s.scratch)
        s.memory.begin(values: top, mask: s.mask, steps: steps, rows: rows)
        for layer in 0..<finalStates {
            join(s.stack.state.hidden, layer, rows: rows, into: s.finalHidden[layer].pointer)
            if hasCell { join(s.stack.state.cell, layer, rows: rows, into: s.finalCell[layer].pointer) }
        }
    }

    /// Adds the parameters' gradients, from those of the memory's values and of the last states.
    func backward(
        _ s: SourceBatch, training: Bool, dropoutKey: UInt64, gradients: AlignedBuffer, panels: AlignedBuffer
    ) {
        let (steps, rows) = (s.steps, s.rows)
        for layer in 0..<finalStates {
            let directions = s.stack.activations[layer]
            split(s.finalHiddenGradients[layer].pointer, rows: rows, into: directions.map(\.hiddenGradient))
            if hasCell { split(s.finalCellGradients[layer].pointer, rows: rows, into: directions.map(\.cellGradient)) }
        }
        stack.backward(
            s.stack, from: 0, count: steps, mask: s.effectiveMask, above: s.memory.valueGradients,
            inputGradient: embedding.isTokens ? s.embeddedGradient.pointer : nil, training: training, dropoutKey: dropoutKey,
            scratch: s.scratch)
        stack.weightGradients(
            s.stack, input: s.embedded.pointer, training: training, gradients: gradients, panels: panels, scratch: s.scratch)
        embedding.backward(gradients, s.tokens, rows: steps * rows, from: s.embeddedGradient.pointer, ld: embedding.width)
    }

    /// The states `[N, H]` of a layer's directions side by side `[N, D·H]`.
    private func join(_ states: [AlignedBuffer], _ layer: Int, rows: Int, into target: UnsafeMutablePointer<Float>) {
        let (directions, hidden) = (stack.settings.directions, stack.settings.hidden)
        for direction in 0..<directions {
            let source = states[layer * directions + direction].pointer
            for row in 0..<rows {
                (target + row * width + direction * hidden).update(from: source + row * hidden, count: hidden)
            }
        }
    }

    private func split(_ joined: UnsafePointer<Float>, rows: Int, into parts: [AlignedBuffer]) {
        let hidden = stack.settings.hidden
        for (direction, part) in parts.enumerated() {
            for row in 0..<rows {
                (part.pointer + row * hidden).update(from: joined + row * width + direction * hidden, count: hidden)
            }
        }
    }
}
