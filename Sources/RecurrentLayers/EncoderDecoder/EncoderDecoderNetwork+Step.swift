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
        let (rows, state) = (d.rows, d.state)
        let input = d.input.matrix(rows: rows, columns: settings.decoderInputs)
        targetEmbedding.forward(
            parameters, Symbols(d.tokens, count: rows), into: input.columns(from: 0, count: settings.targetEmbedding))
        if attention != nil { fedAttention(input).assign(state.carried.rows(from: 0, count: rows)) }
        let top = decoder.step(.rows(input), state: state.layers, rows: rows, state.scratch)
        let logits = d.logits.matrix(rows: rows, columns: settings.targetVocabulary)
        head.forward(attend(d, source, top), into: logits, scratch: state.scratch.scratch)
        LogSoftmax.replace(logits)
    }

    /// Weights and a_t `[R, H]`, which the rows carry to the next step.
    private func attend(_ d: DecoderBatch, _ source: SourceBatch, _ top: Matrix) -> Matrix {
        guard let attention, let combine else { return top }
        let (rows, hidden, scratch) = (d.rows, settings.decoder.hidden, d.state.scratch.scratch)
        let query = attention.project(
            top, into: d.queries.matrix(rows: rows, columns: attention.keyWidth), scratch: scratch)
        let joined = d.joined.matrix(rows: rows, columns: encoder.width + hidden)
        let weights = d.weights.matrix(rows: rows, columns: source.steps)
        for row in 0..<rows {
            attention.attend(
                query[row], source.memory, row: d.state.sources[row], weights: weights[row],
                context: joined[row].elements(from: 0, count: encoder.width))
        }
        joined.columns(from: encoder.width, count: hidden).assign(top)
        let attentional = d.attentional.matrix(rows: rows, columns: hidden)
        combine.forward(joined, into: attentional, scratch: scratch)
        attentional.elements.replaceByTanh()
        d.state.carried.rows(from: 0, count: rows).assign(attentional)
        return attentional
    }

    /// The part of the decoder's input `[R, E + H]` that is the attentional vector of the step before.
    func fedAttention(_ input: Matrix) -> Matrix {
        input.columns(from: settings.targetEmbedding, count: settings.decoder.hidden)
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
