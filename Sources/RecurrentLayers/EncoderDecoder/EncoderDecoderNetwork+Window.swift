package import Kernels

extension EncoderDecoderNetwork {
    /// Reads the sources and answers with the given targets before each step (teacher forcing, Williams & Zipser 1989).
    ///
    /// - Parameters:
    ///   - w: `source` and `tokens` filled; `outputs` and `attention` are replaced.
    ///   - training: draws dropout, by `dropoutKey`.
    package func forward(_ w: EncoderDecoderWorkspace, training: Bool, dropoutKey: UInt64 = 0) {
        precondition(!training || w.training, "training in a workspace that was not made for it")
        encode(w.source, training: training, dropoutKey: dropoutKey)
        w.decoder.begin(steps: w.steps, batch: w.batch)
        w.source.start(w.decoder.state)
        for step in 0..<w.steps {
            chooseSymbols(w, step, training: training)
            feed(w, step, training: training)
            let window = decoderWindow(w, step, training: training, dropoutKey: dropoutKey)
            attend(w, step, decoder.forward(window, input: .rows(w.decoderInputs(step))))
            dropOut(w, step, training: training, key: dropoutKey)
        }
        head.forward(read(w, 0, steps: w.steps, training: training), into: w.logits(w.outputBuffer), scratch: w.scratch)
    }

    /// One step of the decoder's layers.
    private func decoderWindow(
        _ w: EncoderDecoderWorkspace, _ step: Int, training: Bool, dropoutKey: UInt64
    ) -> StackWindow {
        StackWindow(
            w.decoder, mask: nil, training: training, dropoutKey: dropoutKey &+ 1, scratch: w.scratch, step: step)
    }

    /// What step `step` is fed: the given symbols, or the most probable ones of the step before.
    private func chooseSymbols(_ w: EncoderDecoderWorkspace, _ step: Int, training: Bool) {
        let places = step * w.batch..<(step + 1) * w.batch
        for place in places { w.fed[place] = w.tokens[place] }
        guard step > 0, places.contains(where: { w.feedsOwn[$0] != 0 }) else { return }
        let logits = w.logits(w.outputBuffer).rows(from: (step - 1) * w.batch, count: w.batch)
        head.forward(read(w, step - 1, steps: 1, training: training), into: logits, scratch: w.scratch)
        for (row, place) in places.enumerated() where w.feedsOwn[place] != 0 {
            let scores = logits[row].array
            w.fed[place] = Int32(scores.indices.max { scores[$0] < scores[$1] } ?? 0)
        }
    }

    /// Fills the decoder's input `[B, E + H]` of a step: embedding and the attentional vector of the step before.
    private func feed(_ w: EncoderDecoderWorkspace, _ step: Int, training: Bool) {
        let input = w.decoderInputs(step)
        targetEmbedding.forward(
            parameters, w.fedSymbols(step), into: input.columns(from: 0, count: settings.targetEmbedding))
        guard attention != nil else { return }
        if step == 0 {
            fedAttention(input).zero()
        } else {
            fedAttention(input).assign(read(w, step - 1, steps: 1, training: training))
        }
    }

    /// Attention and a_t of a step whose top state is `state` `[B, H]`.
    private func attend(_ w: EncoderDecoderWorkspace, _ step: Int, _ state: Matrix) {
        guard let attention, let combine else { return }
        let joined = w.rows(of: w.joined, step, width: encoder.width + settings.decoder.hidden)
        let query = attention.project(
            state, into: w.rows(of: w.queries, step, width: attention.keyWidth), scratch: w.scratch)
        let weights = w.rows(of: w.weights, step, width: w.source.steps)
        for row in 0..<w.batch {
            attention.attend(
                query[row], w.source.memory, row: row, weights: weights[row],
                context: joined[row].elements(from: 0, count: encoder.width))
        }
        joined.columns(from: encoder.width, count: settings.decoder.hidden).assign(state)
        let target = w.rows(of: w.attentional, step, width: settings.decoder.hidden)
        combine.forward(joined, into: target, scratch: w.scratch)
        target.elements.replaceByTanh()
    }

    /// The states `[steps·B, H]` of the top layer from step `first` on, without dropout.
    private func top(_ w: EncoderDecoderWorkspace, _ first: Int, steps: Int) -> Matrix {
        w.decoder.hidden(ofLayer: settings.decoder.layers - 1, from: first, count: steps)
    }

    /// a_t `[steps·B, H]` of some steps, before dropout.
    private func attentional(_ w: EncoderDecoderWorkspace, _ first: Int, steps: Int) -> Matrix {
        attention == nil
            ? top(w, first, steps: steps)
            : w.rows(of: w.attentional, first, steps: steps, width: settings.decoder.hidden)
    }

    /// What head and input feeding read, `[steps·B, H]`.
    private func read(_ w: EncoderDecoderWorkspace, _ first: Int, steps: Int, training: Bool) -> Matrix {
        training && settings.dropout > 0
            ? w.rows(of: w.dropped, first, steps: steps, width: settings.decoder.hidden)
            : attentional(w, first, steps: steps)
    }

    /// Dropout of a step's a_t.
    private func dropOut(_ w: EncoderDecoderWorkspace, _ step: Int, training: Bool, key: UInt64) {
        guard training, settings.dropout > 0 else { return }
        w.rows(of: w.dropped, step, width: settings.decoder.hidden).elements.dropOut(
            attentional(w, step, steps: 1).elements, rate: settings.dropout, key: headDraw(key, step))
    }

    private func headDraw(_ key: UInt64, _ step: Int) -> UInt64 {
        CounterRandom(seed: key, stream: 0x4EAD).bits(UInt64(step))
    }

    /// Adds the gradients of the window that `forward` has just run to `gradients`, laid out as `parameters`. A symbol
    /// that the network fed itself is a constant.
    ///
    /// - Parameter w: `outputGradients` filled.
    package func backward(
        _ w: EncoderDecoderWorkspace, training: Bool = true, dropoutKey: UInt64 = 0, gradients: AlignedBuffer
    ) {
        precondition(
            w.training && gradients.count == parameters.count,
            "gradients of \(gradients.count) for \(parameters.count) parameters")
        let (steps, hidden, panels) = (w.steps, settings.decoder.hidden, w.panels)
        func all(_ buffer: AlignedBuffer, _ width: Int) -> Matrix { w.rows(of: buffer, 0, steps: steps, width: width) }
        let dy = w.logits(w.outputGradientBuffer)
        head.weightGradients(
            read(w, 0, steps: steps, training: training), dy, gradients: gradients, panels: panels, scratch: w.scratch)
        head.inputGradient(dy, into: all(w.readGradients, hidden), scratch: w.scratch)
        w.source.memory.clearGradients()
        w.source.clearStateGradients()
        w.decoder.clearStateGradients()
        for step in (0..<steps).reversed() {
            stepBackward(w, step, training: training, key: dropoutKey, gradients: gradients)
        }
        let window = decoderWindow(w, 0, training: training, dropoutKey: dropoutKey)
        decoder.addWeightGradients(
            window, input: all(w.decoderInput, settings.decoderInputs), gradients: gradients, panels: panels)
        if let attention, let combine {
            combine.weightGradients(
                all(w.joined, encoder.width + hidden), all(w.attentionalGradients, hidden), gradients: gradients,
                panels: panels, scratch: w.scratch)
            attention.queryWeightGradients(
                top(w, 0, steps: steps), all(w.queryGradients, attention.keyWidth), gradients: gradients,
                panels: panels, scratch: w.scratch)
            attention.prepareBackward(w.source.memory, gradients: gradients, panels: panels, scratch: w.scratch)
        }
        bridge.backward(w.source, from: w.decoder.activations, gradients: gradients, panels: panels)
        encoder.backward(w.source, training: training, dropoutKey: dropoutKey, gradients: gradients, panels: panels)
    }

    /// See `TrainableNetwork`.
    package func markRead(_ w: EncoderDecoderWorkspace, in touched: TouchedFloats) {
        encoder.embedding.markRead(w.source.symbols, in: touched)
        targetEmbedding.markRead(w.fedSymbols, in: touched)
    }

    /// One step back: from dL/d(what was read of a_t), the head's and the next step's, to the states and inputs of the
    /// step.
    private func stepBackward(
        _ w: EncoderDecoderWorkspace, _ step: Int, training: Bool, key: UInt64, gradients: AlignedBuffer
    ) {
        let d = w.rows(of: w.readGradients, step, width: settings.decoder.hidden)
        let dInput = w.decoderInputGradient.matrix(rows: w.batch, columns: settings.decoderInputs)
        if attention != nil, step < w.steps - 1 { d.add(fedAttention(dInput)) }
        if training, settings.dropout > 0 {
            d.elements.dropOut(d.elements, rate: settings.dropout, key: headDraw(key, step))
        }
        let above = attention == nil ? d : attendBackward(w, step, d, gradients: gradients)
        decoder.backwardSteps(
            decoderWindow(w, step, training: training, dropoutKey: key), above: above, inputGradient: dInput,
            gradients: gradients)
        targetEmbedding.backward(
            gradients, w.fedSymbols(step), from: dInput.columns(from: 0, count: settings.targetEmbedding))
    }

    /// From dL/da_t `[B, H]` (overwritten) to dL/ds_t `[B, H]`.
    private func attendBackward(
        _ w: EncoderDecoderWorkspace, _ step: Int, _ d: Matrix, gradients: AlignedBuffer
    ) -> Matrix {
        let hidden = settings.decoder.hidden
        let state = w.stateGradient.matrix(rows: w.batch, columns: hidden)
        guard let attention, let combine else { return state }
        let dz = w.rows(of: w.attentionalGradients, step, width: hidden)
        w.rows(of: w.attentional, step, width: hidden).elements.tanhBackward(d.elements, into: dz.elements)
        let joined = w.joinedGradient.matrix(rows: w.batch, columns: encoder.width + hidden)
        combine.inputGradient(dz, into: joined, scratch: w.scratch)
        state.zero()
        state.add(joined.columns(from: encoder.width, count: hidden))
        // A query that is not projected is the state itself.
        let queries =
            attention.kind == .additive
            ? w.rows(of: w.queries, step, width: attention.keyWidth) : top(w, step, steps: 1)
        let weights = w.rows(of: w.weights, step, width: w.source.steps)
        let dq = w.rows(of: w.queryGradients, step, width: attention.keyWidth)
        dq.zero()
        for row in 0..<w.batch {
            attention.backward(
                queries[row], w.source.memory, row: row, weights: weights[row],
                contextGradient: joined[row].elements(from: 0, count: encoder.width), queryGradient: dq[row],
                gradients: gradients, scratch: w.scores.all)
        }
        attention.projectBackward(dq, into: state, scratch: w.scratch)
        return state
    }
}
