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
        if case .mixed = input { preconditionFailure("an encoder of numbers or symbols, not of \(input)") }
        embedding = InputEmbedding(input, prefix: "source_embedding", plan: &plan)
        width = encoder.width
        switch encoder {
        case .recurrent(let shape):
            let settings = shape.settings(inputs: embedding.width, dropout: dropout)
            body = .recurrent(RecurrentStack(settings, offsets: plan.addRecurrent("encoder", settings)))
            (finalStates, hasCell) = (shape.layers, shape.cell.hasCellState)
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
        embedding.forward(parameters, s.symbols, into: s.embeddedRows)
        switch (body, s.encoder) {
        case (.recurrent(let stack), .recurrent(let w)):
            w.begin(steps: s.steps, batch: s.rows)
            w.state.zero()
            let window = StackWindow(
                w, mask: s.effectiveMask, training: training, dropoutKey: dropoutKey, scratch: s.scratch)
            s.memory.begin(values: stack.forward(window, input: .rows(s.embeddedRows)), mask: s.maskRows)
            for index in 0..<w.state.count {
                let (layer, direction) = (index / stack.settings.directions, index % stack.settings.directions)
                part(direction, of: s.finalHidden[layer], s, stack).assign(w.state.hidden(index, rows: s.rows))
                guard hasCell else { continue }
                part(direction, of: s.finalCell[layer], s, stack).assign(w.state.cell(index, rows: s.rows))
            }
        case (.transformer(let stack), .transformer(let w)):
            w.positions.begin(mask: s.maskRows)
            let top = stack.forward(w, s.embeddedRows, training: training, dropoutKey: dropoutKey)
            s.memory.begin(values: top, mask: s.maskRows)
            SequencePool.mean.forward(top, mask: s.maskRows, into: s.rows(of: s.finalHidden[0]))
        default: preconditionFailure("a source batch of another network")
        }
    }

    /// A direction's columns of last states `[N, D·H]`.
    private func part(_ direction: Int, of states: AlignedBuffer, _ s: SourceBatch, _ stack: RecurrentStack) -> Matrix {
        let hidden = stack.settings.stateWidth
        return s.rows(of: states).columns(from: direction * hidden, count: hidden)
    }

    /// Adds the parameters' gradients, from those of the memory's values and of the last states.
    func backward(
        _ s: SourceBatch, training: Bool, dropoutKey: UInt64, gradients: AlignedBuffer, panels: AlignedBuffer
    ) {
        let above = s.memory.allValueGradients
        let inputGradient = embedding.isTokens ? s.embeddedGradientRows : nil
        switch (body, s.encoder) {
        case (.recurrent(let stack), .recurrent(let w)):
            for layer in 0..<finalStates {
                for (direction, a) in w.activations[layer].enumerated() {
                    s.rows(of: a.hiddenGradient).assign(part(direction, of: s.finalHiddenGradients[layer], s, stack))
                    guard hasCell else { continue }
                    s.rows(of: a.cellGradient).assign(part(direction, of: s.finalCellGradients[layer], s, stack))
                }
            }
            let window = StackWindow(
                w, mask: s.effectiveMask, training: training, dropoutKey: dropoutKey, scratch: s.scratch)
            stack.backward(
                window, input: s.embeddedRows, above: above, inputGradient: inputGradient, gradients: gradients,
                panels: panels)
        case (.transformer(let stack), .transformer(let w)):
            SequencePool.mean.backward(s.rows(of: s.finalHiddenGradients[0]), mask: s.maskRows, into: above)
            stack.backward(
                w, s.embeddedRows, above: above, inputGradient: inputGradient, training: training,
                dropoutKey: dropoutKey, gradients: gradients, panels: panels)
        default: preconditionFailure("a source batch of another network")
        }
        if let inputGradient { embedding.backward(gradients, s.symbols, from: inputGradient) }
    }
}
