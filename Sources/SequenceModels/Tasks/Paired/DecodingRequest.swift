import RecurrentLayers

/// How an answer is to be found.
struct DecodingRequest: Sendable {
    let beamWidth: Int
    /// Answers wanted, best first.
    let best: Int
    /// Whether they are listed beside the best one.
    let wantsCandidates: Bool
    let lengthMax: Int?
    let lengthPenalty: Double
    let attention: Bool

    init(_ request: PredictionRequest, task: TaskKind, hasAttention: Bool) throws(Faults) {
        var checks = SettingsChecks()
        checks.fields(of: request, for: task)
        let width = request.beamWidth ?? max(1, min(ModelLimits.beamWidthMax, request.nBest ?? 1))
        if let best = request.nBest, best > width, best <= ModelLimits.beamWidthMax {
            checks.fault("/n_best", "\(best) is outside 1 … \(width), the beam_width")
        }
        if request.lengthPenalty != nil && width == 1 {
            checks.fault("/length_penalty", "it ranks the answers of a beam search: beam_width is 1")
        }
        if request.attention == true && !hasAttention {
            checks.fault("/attention", "this model was trained without attention")
        }
        try checks.finish()
        beamWidth = width
        best = request.nBest ?? 1
        wantsCandidates = request.nBest != nil
        lengthMax = request.maxLength
        lengthPenalty = request.lengthPenalty ?? 1
        attention = request.attention ?? false
    }

    /// The answers asked for of those found.
    /// - Parameter output: what a task makes of the choices of an answer.
    func answers<Output>(of search: BeamSearch, inputNames: [String], output: ([Int32]) -> Output) -> RankedAnswers<
        Output
    > {
        let answers = search.ranked.prefix(best).map { hypothesis in
            RankedAnswers.Ranked(
                output: output(hypothesis.steps.map(\.choice)), score: search.score(hypothesis),
                logprob: hypothesis.logprob,
                isEnded: hypothesis.isEnded, attention: attention ? hypothesis.steps.map(\.attention) : nil)
        }
        return RankedAnswers(answers: answers, wantsCandidates: wantsCandidates, inputNames: inputNames)
    }

    /// Bytes that the answers to an input take until they are told, at most: every choice of every beginning that is
    /// followed, with its attention, and the best of them as JSON.
    func answerSizeBytes(steps: Int, inputSteps: Int) -> Int {
        let attention = self.attention ? 32 + MemoryLayout<Float>.size * inputSteps : 0
        let followed = steps * beamWidth * (80 + attention)
        let written = steps * (best * 96 + (self.attention ? 32 * inputSteps : 0))
        return followed + written
    }

    /// Bytes that one step of an input takes while it is answered: what the encoder keeps, roughly.
    static func sizeBytes(encoder: SequenceEncoder, inputs: NetworkSettings.Input) -> Int {
        let read = inputs.embeddedWidth
        let layers =
            switch encoder {
            case .recurrent(let shape): shape.layers
            case .transformer(let shape): shape.layers
            }
        return (2 * read + (12 * layers + 4) * encoder.width) * MemoryLayout<Float>.size
    }
}
