/// A text being scored: read in pieces, with the outputs of every step.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class ScoreStream<Network: SequenceNetwork>: PredictionStream, @unchecked Sendable {
    private let vocabulary: Vocabulary
    private let tokens: [Int32]
    /// What is read and scored: the tokens between the symbols that begin and end sequences.
    private let whole: [Int32]
    private let network: Network
    private let contextSteps: Int
    private lazy var memory = network.memory(rows: 1, context: contextSteps)
    private var history: UnreadHistory<Network>
    /// Of each token of `whole` but the first, as far as it is read.
    private var logprobs: [Double] = []

    let rows = 0
    let extraSizeBytes: Int
    let reason = "length"
    private(set) var isFinished = false

    /// - Parameters:
    ///   - tokens: the sequence scored, N.
    ///   - context: the same, after the symbol that begins sequences when the vocabulary has one (then N + 1 tokens).
    ///   - contextSteps: the most steps that the network attends to.
    init(
        _ tokens: [Int32], context: [Int32], network: Network, contextSteps: Int, vocabulary: Vocabulary,
        extraSizeBytes: Int
    ) {
        self.tokens = tokens
        self.network = network
        self.contextSteps = contextSteps
        self.vocabulary = vocabulary
        self.extraSizeBytes = extraSizeBytes
        // A sequence that was learned whole is as probable as that it is these tokens and ends behind them.
        whole = context + (vocabulary.description.endIndex.map { [Int32($0)] } ?? [])
        history = UnreadHistory(.tokens(Array(whole.dropLast())))
    }

    var unreadSteps: Int { history.steps }

    func read(_ stepsMax: Int) {
        let whole = whole
        var read: [Double] = []
        history.read(stepsMax, into: memory, network) { position, logits in
            read.append(TokenSampler.logprob(logits, of: Int(whole[position + 1])))
        }
        logprobs += read
    }

    func warmUp() -> [any PredictionEvent] {
        while unreadSteps > 0 { read(.max) }
        memory.release()
        isFinished = true
        return [score]
    }

    var prediction: any Prediction { score }

    private var score: TextScore { TextScore(tokens, logprobs: logprobs, vocabulary: vocabulary) }
}
