import CKernels
package import Kernels

extension PointerNetwork {
    /// Reads the items and answers with the given choices before each step.
    ///
    /// - Parameters:
    ///   - w: `source` and `previous` filled; `probabilities` are replaced.
    ///   - training: draws dropout, by `dropoutKey`.
    package func forward(_ w: PointerWorkspace, training: Bool, dropoutKey: UInt64 = 0) {
        precondition(!training || w.training, "training in a workspace that was not made for it")
        encode(w.source, training: training, dropoutKey: dropoutKey)
        let (batch, hidden, inputs) = (w.batch, settings.decoder.hidden, encoder.embedding.width)
        w.decoder.begin(steps: w.steps, batch: batch)
        for layer in 0..<settings.decoder.layers {
            w.decoder.state.hidden[layer].pointer.update(
                from: w.source.initialHidden[layer].pointer, count: batch * hidden)
            guard bridge.hasCell else { continue }
            w.decoder.state.cell[layer].pointer.update(from: w.source.initialCell[layer].pointer, count: batch * hidden)
        }
        for place in 0..<w.steps * batch {
            let chosen = choice(w.previous[place], w.source, row: place % batch)
            (w.input.pointer + place * inputs).update(from: chosen, count: inputs)
        }
        let states = decoder.forward(
            w.decoder, from: 0, count: w.steps, input: w.input.pointer, mask: nil, training: training,
            dropoutKey: dropoutKey &+ 1, scratch: w.scratch)
        let queries = pointer.project(rows: w.steps * batch, states, into: w.queries.pointer, scratch: w.scratch)
        point(w, queries)
    }

    /// Probabilities of all steps.
    private func point(_ w: PointerWorkspace, _ queries: UnsafePointer<Float>) {
        let (batch, items, positions) = (w.batch, w.source.steps, 1 + w.source.steps)
        w.used.pointer.update(repeating: 0, count: batch * items)
        for place in 0..<w.steps * batch {
            let row = place % batch
            let used = w.used.pointer + row * items
            if w.previous[place] >= 0 { used[Int(w.previous[place])] = 1 }
            let shares = w.probabilities + place * positions
            scores(
                queries + place * settings.attentionWidth, w.source, row: row, used: used, into: shares,
                allowed: w.allowed.pointer)
            let count = 1 + w.source.memory.lengths[row]
            InstructionSet.kernels.attention.masked_softmax(count, w.allowed.pointer, 1, shares)
            (shares + count).update(repeating: 0, count: positions - count)
        }
    }

    /// −log p of the targets, summed, and its gradient times `scale`, for `backward`. A target where pointing is not
    /// allowed counts as the least probability of a float.
    ///
    /// - Parameter w: `targets` filled, after `forward`.
    package func loss(_ w: PointerWorkspace, scale: Float) -> LossSum {
        let positions = 1 + w.source.steps
        var sum = LossSum()
        for place in 0..<w.steps * w.batch {
            let (shares, target) = (w.probabilities + place * positions, Int(w.targets[place]))
            precondition(target < positions, "position \(target) of \(positions)")
            if target >= 0 {
                sum.loss -= PortableMath.log(Double(max(shares[target], .leastNormalMagnitude)))
                sum.count += 1
            }
            guard w.training else { continue }
            let d = w.scoreGradients.pointer + place * positions
            for position in 0..<positions { d[position] = target < 0 ? 0 : shares[position] * scale }
            if target >= 0 { d[target] -= scale }
        }
        return sum
    }

    /// Adds the gradients of the window that `forward` and `loss` have just run to `gradients`, laid out as
    /// `parameters`.
    package func backward(
        _ w: PointerWorkspace, training: Bool = true, dropoutKey: UInt64 = 0, gradients: AlignedBuffer
    ) {
        precondition(
            w.training && gradients.count == parameters.count,
            "gradients of \(gradients.count) for \(parameters.count) parameters")
        let (rows, width) = (w.steps * w.batch, settings.attentionWidth)
        w.source.memory.clearGradients()
        w.source.clearStateGradients()
        w.decoder.clearStateGradients()
        w.queryGradients.pointer.update(repeating: 0, count: rows * width)
        w.stateGradients.pointer.update(repeating: 0, count: rows * settings.decoder.hidden)
        pointBackward(w, gradients: gradients)
        pointer.projectBackward(
            rows: rows, w.queryGradients.pointer, into: w.stateGradients.pointer, scratch: w.scratch)
        pointer.queryWeightGradients(
            rows: rows, decoder.top(w.decoder, training: training), w.queryGradients.pointer, gradients: gradients,
            panels: w.panels, scratch: w.scratch)
        pointer.prepareBackward(w.source.memory, gradients: gradients, panels: w.panels, scratch: w.scratch)
        decoder.backward(
            w.decoder, from: 0, count: w.steps, mask: nil, above: w.stateGradients.pointer,
            inputGradient: w.inputGradient.pointer,
            training: training, dropoutKey: dropoutKey &+ 1, gradients: gradients, scratch: w.scratch)
        decoder.weightGradients(
            w.decoder, input: w.input.pointer, training: training, gradients: gradients, panels: w.panels,
            scratch: w.scratch)
        choicesBackward(w, gradients: gradients)
        bridge.backward(
            w.source, hiddenGradients: w.decoder.activations.map { $0[0].hiddenGradient },
            cellGradients: w.decoder.activations.map { $0[0].cellGradient }, gradients: gradients, panels: w.panels)
        encoder.backward(w.source, training: training, dropoutKey: dropoutKey, gradients: gradients, panels: w.panels)
    }

    /// From dL/du to the queries, the keys, v and the key of the end.
    private func pointBackward(_ w: PointerWorkspace, gradients: AlignedBuffer) {
        let (width, positions) = (settings.attentionWidth, 1 + w.source.steps)
        for place in 0..<w.steps * w.batch where w.targets[place] >= 0 {
            let (query, dq) = (w.queries.pointer + place * width, w.queryGradients.pointer + place * width)
            let d = w.scoreGradients.pointer + place * positions
            pointer.scoresBackward(
                query, w.source.memory, row: place % w.batch, scores: d + 1, queryGradient: dq, gradients: gradients)
            guard settings.hasEnd else { continue }
            pointer.scoreBackward(
                query, key: parameters.pointer + endOffset, d[0], queryGradient: dq,
                keyGradient: gradients.pointer + endOffset,
                gradients: gradients)
        }
    }

    /// From the gradients of what the decoder read to the vector before the first choice, and the symbols' embedding.
    private func choicesBackward(_ w: PointerWorkspace, gradients: AlignedBuffer) {
        let inputs = encoder.embedding.width
        for place in 0..<w.steps * w.batch {
            let d = UnsafePointer(w.inputGradient.pointer + place * inputs)
            if w.previous[place] < 0 {
                InstructionSet.kernels.add(inputs, d, gradients.pointer + startOffset)
            } else {
                let symbol =
                    w.source.tokens
                    + (encoder.embedding.isTokens ? Int(w.previous[place]) * w.batch + place % w.batch : 0)
                encoder.embedding.backward(gradients, symbol, rows: 1, from: d, ld: inputs)
            }
        }
    }
}
