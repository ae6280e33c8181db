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
        w.decoder.begin(steps: w.steps, batch: w.batch)
        w.source.start(w.decoder.state)
        let input = w.rows(of: w.input, width: encoder.embedding.width)
        for place in 0..<input.rows {
            input[place].assign(choice(Int(w.previous[place]), w.source, row: place % w.batch))
        }
        let states = decoder.forward(
            decoderWindow(w, training: training, dropoutKey: dropoutKey), input: .rows(input))
        point(
            w,
            pointer.project(
                states, into: w.rows(of: w.queries, width: settings.attentionWidth), scratch: w.scratch))
    }

    private func decoderWindow(_ w: PointerWorkspace, training: Bool, dropoutKey: UInt64) -> StackWindow {
        StackWindow(w.decoder, mask: nil, training: training, dropoutKey: dropoutKey &+ 1, scratch: w.scratch)
    }

    /// Probabilities of all steps.
    private func point(_ w: PointerWorkspace, _ queries: Matrix) {
        let positions = 1 + w.source.steps
        let used = w.used.matrix(rows: w.batch, columns: w.source.steps)
        let (allowed, shares) = (w.allowed.vector(count: positions), w.rows(of: w.shares, width: positions))
        used.zero()
        for place in 0..<shares.rows {
            let (row, previous) = (place % w.batch, Int(w.previous[place]))
            if previous >= 0 { used[row, previous] = 1 }
            scores(queries[place], w.source, row: row, used: used[row], into: shares[place], allowed: allowed)
            let count = 1 + w.source.memory.lengths[row]
            AttentionKernels.softmax(shares[place].elements(from: 0, count: count), mask: allowed, scale: 1)
            shares[place].elements(from: count, count: positions - count).zero()
        }
    }

    /// −log p of the targets, summed, and its gradient times `scale`, for `backward`. A target where pointing is not
    /// allowed counts as the least probability of a float.
    ///
    /// - Parameter w: `targets` filled, after `forward`.
    package func loss(_ w: PointerWorkspace, scale: Float) -> LossSum {
        let positions = 1 + w.source.steps
        let (shares, gradients) = (w.rows(of: w.shares, width: positions), w.scoreGradients)
        var sum = LossSum()
        for place in 0..<shares.rows {
            let (shares, target) = (shares[place], Int(w.targets[place]))
            precondition(target < positions, "position \(target) of \(positions)")
            if target >= 0 {
                sum.loss -= PortableMath.log(Double(max(shares[target], .leastNormalMagnitude)))
                sum.count += 1
            }
            guard w.training else { continue }
            let d = gradients.vector(from: place * positions, count: positions)
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
        let window = decoderWindow(w, training: training, dropoutKey: dropoutKey)
        let queryGradients = w.rows(of: w.queryGradients, width: settings.attentionWidth)
        let stateGradients = w.rows(of: w.stateGradients, width: settings.decoder.hidden)
        let inputs = encoder.embedding.width
        w.source.memory.clearGradients()
        w.source.clearStateGradients()
        w.decoder.clearStateGradients()
        queryGradients.zero()
        stateGradients.zero()
        pointBackward(w, queryGradients, gradients: gradients)
        pointer.projectBackward(queryGradients, into: stateGradients, scratch: w.scratch)
        pointer.queryWeightGradients(
            decoder.outputs(ofLayer: settings.decoder.layers - 1, window), queryGradients, gradients: gradients,
            panels: w.panels, scratch: w.scratch)
        pointer.prepareBackward(w.source.memory, gradients: gradients, panels: w.panels, scratch: w.scratch)
        decoder.backward(
            window, input: w.rows(of: w.input, width: inputs), above: stateGradients,
            inputGradient: w.rows(of: w.inputGradient, width: inputs), gradients: gradients, panels: w.panels)
        choicesBackward(w, w.rows(of: w.inputGradient, width: inputs), gradients: gradients)
        bridge.backward(w.source, from: w.decoder.activations, gradients: gradients, panels: w.panels)
        encoder.backward(w.source, training: training, dropoutKey: dropoutKey, gradients: gradients, panels: w.panels)
    }

    /// See `TrainableNetwork`.
    package func markRead(_ w: PointerWorkspace, in touched: TouchedFloats) {
        encoder.embedding.markRead(w.source.symbols, in: touched)
    }

    /// From dL/du to the queries `[T·B, A]`, the keys, v and the key of the end.
    private func pointBackward(_ w: PointerWorkspace, _ queryGradients: Matrix, gradients: AlignedBuffer) {
        let queries = w.rows(of: w.queries, width: settings.attentionWidth)
        let scoreGradients = w.rows(of: w.scoreGradients, width: 1 + w.source.steps)
        for place in 0..<queries.rows where w.targets[place] >= 0 {
            let d = scoreGradients[place]
            pointer.scoresBackward(
                queries[place], w.source.memory, row: place % w.batch,
                scores: d.elements(from: 1, count: w.source.steps), queryGradient: queryGradients[place],
                gradients: gradients)
            guard settings.hasEnd else { continue }
            pointer.scoreBackward(
                queries[place], key: end(parameters), d.elements(from: 0, count: 1),
                queryGradient: queryGradients[place], keyGradient: end(gradients), gradients: gradients)
        }
    }

    /// From the gradients of what the decoder read to the vector before the first choice, and the symbols' embedding.
    private func choicesBackward(_ w: PointerWorkspace, _ inputGradients: Matrix, gradients: AlignedBuffer) {
        let symbols = w.source.symbols
        for place in 0..<inputGradients.rows {
            let (d, previous) = (inputGradients.rows(from: place, count: 1), Int(w.previous[place]))
            if previous < 0 {
                gradients.vector(from: startOffset, count: d.columns).add(d[0])
            } else if encoder.embedding.isTokens {
                let symbol = symbols.elements(from: previous * w.batch + place % w.batch, count: 1)
                encoder.embedding.backward(gradients, symbol, from: d)
            }
        }
    }
}
