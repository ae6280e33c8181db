import CKernels
import Kernels

extension EncoderDecoderNetwork {
    /// Advances R answers by one symbol: reads `tokens`, replaces the states, `logProbabilities` and `attention`.
    ///
    /// The same multiply-add chains as `forward`: a row has the same bytes as in a window, alone or in company.
    ///
    /// - Parameter source: the batch, encoded, that the rows were started with.
    package func step(_ d: DecoderBatch, _ source: SourceBatch) {
        precondition(d.rows > 0 && d.rows <= d.rowsMax, "\(d.rows) rows in a batch for \(d.rowsMax)")
        precondition(
            source.steps <= d.sourceStepsMax, "a source of \(source.steps) steps in a batch for \(d.sourceStepsMax)")
        let (rows, hidden, inputs, state) = (d.rows, settings.decoder.hidden, settings.decoderInputs, d.state)
        targetEmbedding.forward(parameters, d.tokens, rows: rows, into: d.input.pointer, ld: inputs)
        if attention != nil {
            for row in 0..<rows {
                (d.input.pointer + row * inputs + settings.targetEmbedding).update(
                    from: state.carried.pointer + row * hidden, count: hidden)
            }
        }
        let top = decoder.step(
            rows: rows, input: d.input.pointer, state: state.layers, state.activations, scratch: state.scratch)
        head.forward(rows: rows, attend(d, source, top), into: d.logProbabilities, scratch: state.scratch)
        LogSoftmax.replace(d.logProbabilities, rows: rows, classes: settings.targetVocabulary)
    }

    /// Weights and a_t `[R, H]`, which the rows carry to the next step.
    private func attend(_ d: DecoderBatch, _ source: SourceBatch, _ top: UnsafePointer<Float>) -> UnsafePointer<Float> {
        guard let attention, let combine else { return top }
        let (rows, hidden, width) = (d.rows, settings.decoder.hidden, encoder.width)
        let query = attention.project(rows: rows, top, into: d.queries.pointer, scratch: d.state.scratch)
        for row in 0..<rows {
            let joined = d.joined.pointer + row * (width + hidden)
            attention.attend(
                query + row * attention.keyWidth, source.memory, row: d.state.sources[row],
                weights: d.attention + row * source.steps, context: joined)
            (joined + width).update(from: top + row * hidden, count: hidden)
        }
        combine.forward(rows: rows, d.joined.pointer, into: d.attentional.pointer, scratch: d.state.scratch)
        InstructionSet.kernels.map_tanh(rows * hidden, d.attentional.pointer, d.attentional.pointer)
        d.state.carried.pointer.update(from: d.attentional.pointer, count: rows * hidden)
        return UnsafePointer(d.attentional.pointer)
    }
}

extension SourceBatch {
    /// Sources to be encoded by `network`, for decoding.
    package convenience init(network: EncoderDecoderNetwork, stepsMax: Int, rowsMax: Int) {
        self.init(
            encoder: network.encoder, bridge: network.bridge, keyWidth: network.attention?.ownKeyWidth ?? 0,
            stepsMax: stepsMax,
            rowsMax: rowsMax, training: false)
    }
}
