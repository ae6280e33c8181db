import CKernels
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
        let (batch, hidden) = (w.batch, settings.decoder.hidden)
        w.decoder.begin(steps: w.steps, batch: batch)
        for layer in 0..<settings.decoder.layers {
            w.decoder.state.hidden[layer].pointer.update(
                from: w.source.initialHidden[layer].pointer, count: batch * hidden)
            guard bridge.hasCell else { continue }
            w.decoder.state.cell[layer].pointer.update(from: w.source.initialCell[layer].pointer, count: batch * hidden)
        }
        for step in 0..<w.steps {
            chooseSymbols(w, step, training: training)
            feed(w, step, training: training)
            let state = decoder.forward(
                w.decoder, from: step, count: 1, input: w.decoderInput.pointer + step * batch * settings.decoderInputs,
                mask: nil,
                training: training, dropoutKey: dropoutKey &+ 1, scratch: w.scratch)
            attend(w, step, state)
            dropOut(w, step, attentional(w, step), training: training, key: dropoutKey)
        }
        head.forward(rows: w.steps * batch, read(w, training: training), into: w.outputs, scratch: w.scratch)
    }

    /// What step `step` is fed: the given symbols, or the most probable ones of the step before.
    private func chooseSymbols(_ w: EncoderDecoderWorkspace, _ step: Int, training: Bool) {
        let (batch, vocabulary) = (w.batch, settings.targetVocabulary)
        (w.fed + step * batch).update(from: w.tokens + step * batch, count: batch)
        let feedsOwn = w.feedsOwn + step * batch
        guard step > 0, (0..<batch).contains(where: { feedsOwn[$0] != 0 }) else { return }
        let logits = w.outputs + (step - 1) * batch * vocabulary
        head.forward(
            rows: batch, read(w, training: training) + (step - 1) * batch * settings.decoder.hidden, into: logits,
            scratch: w.scratch)
        for row in 0..<batch where feedsOwn[row] != 0 {
            let scores = UnsafeBufferPointer(start: logits + row * vocabulary, count: vocabulary)
            w.fed[step * batch + row] = Int32(scores.indices.max { scores[$0] < scores[$1] } ?? 0)
        }
    }

    /// Fills the decoder's input `[B, E + H]` of a step: embedding and the attentional vector of the step before.
    private func feed(_ w: EncoderDecoderWorkspace, _ step: Int, training: Bool) {
        let (batch, width, hidden) = (w.batch, settings.decoderInputs, settings.decoder.hidden)
        let input = w.decoderInput.pointer + step * batch * width
        targetEmbedding.forward(parameters, w.fed + step * batch, rows: batch, into: input, ld: width)
        guard attention != nil else { return }
        for row in 0..<batch {
            let target = input + row * width + settings.targetEmbedding
            if step == 0 {
                target.update(repeating: 0, count: hidden)
            } else {
                target.update(from: read(w, training: training) + ((step - 1) * batch + row) * hidden, count: hidden)
            }
        }
    }

    /// Attention and a_t of a step whose top state is `state` `[B, H]`.
    private func attend(_ w: EncoderDecoderWorkspace, _ step: Int, _ state: UnsafePointer<Float>) {
        guard let attention, let combine else { return }
        let (batch, hidden, width, first) = (w.batch, settings.decoder.hidden, encoder.width, step * w.batch)
        let joined = w.joined.pointer + first * (width + hidden)
        let query = attention.project(
            rows: batch, state, into: w.queries.pointer + first * attention.keyWidth, scratch: w.scratch)
        for row in 0..<batch {
            let target = joined + row * (width + hidden)
            attention.attend(
                query + row * attention.keyWidth, w.source.memory, row: row,
                weights: w.weights.pointer + (first + row) * w.source.steps, context: target)
            (target + width).update(from: state + row * hidden, count: hidden)
        }
        let target = w.attentional.pointer + first * hidden
        combine.forward(rows: batch, joined, into: target, scratch: w.scratch)
        InstructionSet.kernels.map_tanh(batch * hidden, target, target)
    }

    /// a_t `[B, H]` of a step, before dropout.
    private func attentional(_ w: EncoderDecoderWorkspace, _ step: Int) -> UnsafePointer<Float> {
        let base = attention == nil ? decoder.top(w.decoder, training: false) : UnsafePointer(w.attentional.pointer)
        return base + step * w.batch * settings.decoder.hidden
    }

    /// What head and input feeding read, `[T, B, H]`.
    private func read(_ w: EncoderDecoderWorkspace, training: Bool) -> UnsafePointer<Float> {
        training && settings.dropout > 0 ? UnsafePointer(w.dropped.pointer) : attentional(w, 0)
    }

    private func dropOut(
        _ w: EncoderDecoderWorkspace, _ step: Int, _ values: UnsafePointer<Float>, training: Bool, key: UInt64
    ) {
        guard training, settings.dropout > 0 else { return }
        let count = w.batch * settings.decoder.hidden
        InstructionSet.kernels.dropout(
            count, headDraw(key, step), 1 - settings.dropout, values, w.dropped.pointer + step * count)
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
        let rows = w.steps * w.batch
        head.weightGradients(
            rows: rows, read(w, training: training), w.outputGradients, gradients: gradients, panels: w.panels,
            scratch: w.scratch)
        head.inputGradient(rows: rows, w.outputGradients, into: w.readGradients.pointer, scratch: w.scratch)
        w.source.memory.clearGradients()
        w.source.clearStateGradients()
        w.decoder.clearStateGradients()
        for step in (0..<w.steps).reversed() {
            stepBackward(w, step, training: training, key: dropoutKey, gradients: gradients)
        }
        decoder.weightGradients(
            w.decoder, input: w.decoderInput.pointer, training: training, gradients: gradients, panels: w.panels,
            scratch: w.scratch)
        if let attention, let combine {
            combine.weightGradients(
                rows: rows, w.joined.pointer, w.attentionalGradients.pointer, gradients: gradients, panels: w.panels,
                scratch: w.scratch)
            attention.queryWeightGradients(
                rows: rows, decoder.top(w.decoder, training: false), w.queryGradients.pointer, gradients: gradients,
                panels: w.panels, scratch: w.scratch)
            attention.prepareBackward(w.source.memory, gradients: gradients, panels: w.panels, scratch: w.scratch)
        }
        bridge.backward(
            w.source, hiddenGradients: w.decoder.activations.map { $0[0].hiddenGradient },
            cellGradients: w.decoder.activations.map { $0[0].cellGradient }, gradients: gradients, panels: w.panels)
        encoder.backward(w.source, training: training, dropoutKey: dropoutKey, gradients: gradients, panels: w.panels)
    }

    /// One step back: from dL/d(what was read of a_t), the head's and the next step's, to the states and inputs of the
    /// step.
    private func stepBackward(
        _ w: EncoderDecoderWorkspace, _ step: Int, training: Bool, key: UInt64, gradients: AlignedBuffer
    ) {
        let kernels = InstructionSet.kernels
        let (batch, hidden, inputs) = (w.batch, settings.decoder.hidden, settings.decoderInputs)
        let d = w.readGradients.pointer + step * batch * hidden
        if attention != nil, step < w.steps - 1 {
            kernels.add_matrix(
                batch, hidden, w.decoderInputGradient.pointer + settings.targetEmbedding, inputs, d, hidden)
        }
        if training, settings.dropout > 0 {
            kernels.dropout(batch * hidden, headDraw(key, step), 1 - settings.dropout, d, d)
        }
        let above = attention == nil ? d : attendBackward(w, step, d, gradients: gradients)
        decoder.backward(
            w.decoder, from: step, count: 1, mask: nil, above: above, inputGradient: w.decoderInputGradient.pointer,
            training: training, dropoutKey: key &+ 1, gradients: gradients, scratch: w.scratch)
        targetEmbedding.backward(
            gradients, w.fed + step * batch, rows: batch, from: w.decoderInputGradient.pointer, ld: inputs)
    }

    /// From dL/da_t `[B, H]` (overwritten) to dL/ds_t `[B, H]`.
    private func attendBackward(
        _ w: EncoderDecoderWorkspace, _ step: Int, _ d: UnsafeMutablePointer<Float>, gradients: AlignedBuffer
    ) -> UnsafeMutablePointer<Float> {
        let state = w.stateGradient.pointer
        guard let attention, let combine else { return state }
        let kernels = InstructionSet.kernels
        let (batch, hidden, width, first) = (w.batch, settings.decoder.hidden, encoder.width, step * w.batch)
        let dz = w.attentionalGradients.pointer + first * hidden
        kernels.rnn_backward(
            batch, hidden, w.attentional.pointer + first * hidden, hidden, Activation.tanh.code, nil, d, dz)
        let joined = w.joinedGradient.pointer
        combine.inputGradient(rows: batch, dz, into: joined, scratch: w.scratch)
        state.update(repeating: 0, count: batch * hidden)
        kernels.add_matrix(batch, hidden, joined + width, width + hidden, state, hidden)
        // A query that is not projected is the state itself.
        let queries =
            attention.kind == .additive
            ? UnsafePointer(w.queries.pointer) : decoder.top(w.decoder, training: false)
        let dq = w.queryGradients.pointer + first * attention.keyWidth
        dq.update(repeating: 0, count: batch * attention.keyWidth)
        for row in 0..<batch {
            attention.backward(
                queries + (first + row) * attention.keyWidth, w.source.memory, row: row,
                weights: w.weights.pointer + (first + row) * w.source.steps,
                contextGradient: joined + row * (width + hidden),
                queryGradient: dq + row * attention.keyWidth, gradients: gradients, scratch: w.scores.pointer)
        }
        attention.projectBackward(rows: batch, dq, into: state, scratch: w.scratch)
        return state
    }
}
