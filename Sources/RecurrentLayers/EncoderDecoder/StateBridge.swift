import Kernels

/// From the last states of an encoder to the first states of a decoder.
///
///     h_0 = tanh(W h_S + b)      c_0 = W' c_S + b'    (a decoder with c; of an encoder without it reads h_S)
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
        hasCell = decoder.cell.hasCellState
        readsCell = encoder.hasCell
        sources = (0..<decoder.layers).map { max(0, $0 + encoder.finalStates - decoder.layers) }
        var (toHidden, toCell): ([DenseLayer], [DenseLayer]) = ([], [])
        for layer in 0..<decoder.layers {
            toHidden.append(plan.addDense("bridge.hidden_l\(layer)", inputs: encoder.width, outputs: decoder.hidden))
            guard decoder.cell.hasCellState else { continue }
            toCell.append(plan.addDense("bridge.cell_l\(layer)", inputs: encoder.width, outputs: decoder.hidden))
        }
        (self.toHidden, self.toCell) = (toHidden, toCell)
    }

    /// What takes the parameters over, in calls that may run at once.
    func packing(_ parameters: AlignedBuffer, training: Bool) -> [() -> Void] {
        (toHidden + toCell).flatMap { $0.packing(parameters, training: training) }
    }

    private func cellSource(_ s: SourceBatch, _ layer: Int) -> Matrix {
        s.rows(of: (readsCell ? s.finalCell : s.finalHidden)[sources[layer]])
    }

    /// Fills the batch's initial states.
    func forward(_ s: SourceBatch) {
        for layer in 0..<layers {
            let h = s.rows(of: s.initialHidden[layer])
            toHidden[layer].forward(s.rows(of: s.finalHidden[sources[layer]]), into: h, scratch: s.scratch)
            h.elements.replaceByTanh()
            guard hasCell else { continue }
            toCell[layer].forward(cellSource(s, layer), into: s.rows(of: s.initialCell[layer]), scratch: s.scratch)
        }
    }

    /// Adds to the gradients of the encoder's last states and of the parameters, those of the initial states given:
    /// what the decoder's layers have left in `hiddenGradient`, which is overwritten, and `cellGradient`.
    func backward(
        _ s: SourceBatch, from decoder: [[LayerActivations]], gradients: AlignedBuffer, panels: AlignedBuffer
    ) {
        for layer in 0..<layers {
            let source = sources[layer]
            let d = s.rows(of: s.initialHiddenGradient), end = s.rows(of: s.finalHidden[source])
            s.rows(of: s.initialHidden[layer]).elements.tanhBackward(
                s.rows(of: decoder[layer][0].hiddenGradient).elements, into: d.elements)
            toHidden[layer].weightGradients(end, d, gradients: gradients, panels: panels, scratch: s.scratch)
            toHidden[layer].inputGradient(
                d, into: s.rows(of: s.finalHiddenGradients[source]), start: .accumulate, scratch: s.scratch)
            guard hasCell else { continue }
            let dc = s.rows(of: decoder[layer][0].cellGradient)
            toCell[layer].weightGradients(
                cellSource(s, layer), dc, gradients: gradients, panels: panels, scratch: s.scratch)
            let target = readsCell ? s.finalCellGradients[source] : s.finalHiddenGradients[source]
            toCell[layer].inputGradient(dc, into: s.rows(of: target), start: .accumulate, scratch: s.scratch)
        }
    }
}
