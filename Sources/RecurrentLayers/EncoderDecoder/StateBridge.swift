import CKernels
import Kernels

/// From the last states of an encoder to the first states of a decoder.
///
///     h_0 = tanh(W h_S + b)      c_0 = W' c_S + b'    (an LSTM decoder; of an encoder without c it reads h_S)
///
/// Layers are paired from the top: a decoder's lower layers share the encoder's lowest where it has fewer.
final class StateBridge {
    /// L and H of the decoder.
    let layers: Int
    let hidden: Int
    let hasCell: Bool
    private let readsCell: Bool
    /// `[L]`
    private let toHidden: [DenseLayer]
    private let toCell: [DenseLayer]
    /// `[L]`: the encoder's layer that each reads.
    private let sources: [Int]

    init(from encoder: SourceEncoder, to decoder: NetworkSettings, plan: inout ParameterPlan) {
        layers = decoder.layers
        hidden = decoder.hidden
        hasCell = decoder.cell == .lstm
        readsCell = encoder.hasCell
        sources = (0..<decoder.layers).map { max(0, $0 + encoder.finalStates - decoder.layers) }
        var (toHidden, toCell): ([DenseLayer], [DenseLayer]) = ([], [])
        for layer in 0..<decoder.layers {
            toHidden.append(plan.addDense("bridge.hidden_l\(layer)", inputs: encoder.width, outputs: decoder.hidden))
            guard decoder.cell == .lstm else { continue }
            toCell.append(plan.addDense("bridge.cell_l\(layer)", inputs: encoder.width, outputs: decoder.hidden))
        }
        (self.toHidden, self.toCell) = (toHidden, toCell)
    }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        (toHidden + toCell).flatMap { $0.packing(parameters, training: training) }
    }

    private func cellSource(_ s: SourceBatch, _ layer: Int) -> AlignedBuffer {
        readsCell ? s.finalCell[sources[layer]] : s.finalHidden[sources[layer]]
    }

    /// Fills the batch's initial states.
    func forward(_ s: SourceBatch) {
        for layer in 0..<layers {
            let h = s.initialHidden[layer].pointer
            toHidden[layer].forward(rows: s.rows, s.finalHidden[sources[layer]].pointer, into: h, scratch: s.scratch)
            InstructionSet.kernels.map_tanh(s.rows * hidden, h, h)
            guard hasCell else { continue }
            toCell[layer].forward(
                rows: s.rows, cellSource(s, layer).pointer, into: s.initialCell[layer].pointer, scratch: s.scratch)
        }
    }

    /// Adds to the gradients of the encoder's last states and of the parameters.
    ///
    /// - Parameters:
    ///   - hiddenGradients, cellGradients: `[L][N, H]` of the initial states; the former are overwritten.
    func backward(
        _ s: SourceBatch, hiddenGradients: [AlignedBuffer], cellGradients: [AlignedBuffer], gradients: AlignedBuffer,
        panels: AlignedBuffer
    ) {
        for layer in 0..<layers {
            let (source, rows) = (sources[layer], s.rows)
            let d = s.initialHiddenGradient.pointer
            InstructionSet.kernels.rnn_backward(
                rows, hidden, s.initialHidden[layer].pointer, hidden, Activation.tanh.code, nil,
                hiddenGradients[layer].pointer, d)
            toHidden[layer].weightGradients(
                rows: rows, s.finalHidden[source].pointer, d, gradients: gradients, panels: panels, scratch: s.scratch)
            toHidden[layer].inputGradient(
                rows: rows, d, into: s.finalHiddenGradients[source].pointer, start: .accumulate, scratch: s.scratch)
            guard hasCell else { continue }
            let dc = cellGradients[layer].pointer
            toCell[layer].weightGradients(
                rows: rows, cellSource(s, layer).pointer, dc, gradients: gradients, panels: panels, scratch: s.scratch)
            let target = readsCell ? s.finalCellGradients[source] : s.finalHiddenGradients[source]
            toCell[layer].inputGradient(rows: rows, dc, into: target.pointer, start: .accumulate, scratch: s.scratch)
        }
    }
}
