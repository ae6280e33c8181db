import RecurrentLayers

/// The network's side of a decoding: rows of hypotheses over one input.
protocol HypothesisDecoder: AnyObject {
    /// Reads the input, and starts row 0.
    func begin()
    /// One step of `rows` rows. - Parameter choices: the last choice of each; −1 before the first.
    func step(_ choices: [Int32])
    /// Row i goes on from where row `parents[i]` is.
    func reorder(_ parents: [Int])
    /// `[rows, classes]` after a step.
    var logProbabilities: UnsafePointer<Float> { get }
    var classes: Int { get }
    /// `[S]` of a row after a step.
    func attention(_ row: Int) -> [Float]
}

/// A stream that steps by itself, not as rows of a batch.
protocol LoneStream: PredictionStream, AdmittedStream {
    func advance() -> [any PredictionEvent]
}

extension LoneStream {
    func gather(at row: Int) {}
    func scatter(at row: Int) -> [any PredictionEvent] { advance() }
}

/// Steps each of them in turn.
final class LoneStepper: StreamStepper {
    func admit(_ stream: any PredictionStream) -> any AdmittedStream {
        guard let stream = stream as? any LoneStream else {
            preconditionFailure("\(type(of: stream)) does not step alone")
        }
        return stream
    }

    func step(_ streams: [any AdmittedStream]) -> [[any PredictionEvent]] { streams.map { $0.scatter(at: 0) } }
}

/// One answer being found, greedily or by beam search. A greedy one is told choice by choice, others at their end.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class DecodingStream: LoneStream, @unchecked Sendable {
    /// What a task makes of choices.
    struct Reading: Sendable {
        var prediction: @Sendable (BeamSearch) -> any Prediction
        /// - Parameter index: 0-based, of the choice.
        var event: @Sendable (DecodedStep, _ index: Int) -> any PredictionEvent
    }

    private let makeDecoder: @Sendable () -> any HypothesisDecoder
    private var decoder: (any HypothesisDecoder)?
    private var search: BeamSearch
    private let reading: Reading
    private let wantsAttention: Bool
    private var sentCount = 0

    let extraSizeBytes: Int

    /// - Parameters:
    ///   - sizeBytes: what the decoder will need.
    ///   - decoder: makes one; called when the stream warms up.
    init(
        search: BeamSearch, wantsAttention: Bool, reading: Reading, sizeBytes: Int,
        decoder: @escaping @Sendable () -> any HypothesisDecoder
    ) {
        self.search = search
        self.wantsAttention = wantsAttention
        self.reading = reading
        extraSizeBytes = sizeBytes
        makeDecoder = decoder
    }

    var rows: Int { search.width }
    var isFinished: Bool { search.isFinished }
    var reason: String { search.ranked.first?.isEnded == true ? "stop" : "length" }
    var prediction: any Prediction { reading.prediction(search) }

    func warmUp() -> [any PredictionEvent] {
        let decoder = makeDecoder()
        decoder.begin()
        self.decoder = decoder
        return []
    }

    func advance() -> [any PredictionEvent] {
        guard let decoder, !isFinished else { return [] }
        decoder.step(search.live.map { $0.last?.choice ?? -1 })
        let parents = search.advance(
            decoder.logProbabilities, classes: decoder.classes,
            attention: wantsAttention ? { decoder.attention($0) } : nil)
        if !parents.isEmpty { decoder.reorder(parents) }
        return news()
    }

    private func news() -> [any PredictionEvent] {
        guard search.width == 1 || isFinished else { return [] }
        let steps =
            search.width == 1 ? (search.done.first ?? search.live.first)?.steps ?? [] : search.ranked.first?.steps ?? []
        defer { sentCount = steps.count }
        return (sentCount..<max(sentCount, steps.count)).map { reading.event(steps[$0], $0) }
    }
}
