import Kernels
import RecurrentLayers

/// Reads prompts and begins texts.
struct LanguageModelPredictor<Network: SequenceNetwork>: NetworkPredictor {
    let network: Network
    let contextSteps: Int
    private let known: Vocabulary
    var vocabulary: Vocabulary? { known }
    /// What an empty prompt is taken for when the model has no end symbol.
    private let startToken: Int32
    /// Tokens to write unless a request says otherwise.
    private static var tokensDefault: Int { 256 }
    /// UTF-8 of the longest token.
    private let tokenSizeBytesMax: Int
    /// What was known after prompts of before; nil where nothing is kept.
    private var prefixes: PrefixLane?

    init(description: ModelDescription, network: Network) throws(ModelError) {
        guard let tokens = description.vocabulary, tokens.tokens.count == network.outputs else {
            throw .unfitDescription(member: "vocabulary")
        }
        self.network = network
        contextSteps = description.contextSteps
        known = Vocabulary(description: tokens)
        tokenSizeBytesMax = tokens.tokens.reduce(1) { max($0, $1.utf8.count) }
        let breaks = ["\n", " ", "."]
        startToken = Int32(breaks.lazy.compactMap { tokens.tokens.firstIndex(of: $0) }.first ?? 0)
    }

    /// Of a network with states: a Transformer would keep the keys and values of every step.
    func caching(in cache: PrefixCache) -> any TaskPredictor {
        guard Network.Memory.readsInSteps else { return self }
        var caching = self
        caching.prefixes = cache.lane()
        return caching
    }

    func start(_ request: PredictionRequest) throws(Faults) -> any PredictionStream {
        try Self.check(request)
        var prompt: [Int32] = []
        if request.state != nil && request.sequence != nil {
            throw Faults("/sequence", "a text that goes on has read its sequence already: leave it out")
        }
        if let sequence = request.sequence { prompt = try known.encode(sequence, pointer: "/sequence") }
        if request.session != nil { return try readOn(request, prompt) }
        var context = prompt
        if let end = known.description.endIndex {
            context.insert(Int32(end), at: 0)
        } else if prompt.isEmpty {
            context = [startToken]
        }
        if request.score == true {
            if prompt.isEmpty { throw Faults("/sequence", "a sequence to score is needed") }
            return ScoreStream(
                prompt, context: context, network: network, contextSteps: contextSteps, vocabulary: known,
                extraSizeBytes: 8 * context.count
                    + prompt.count * TextStream<Network>.tokenSizeBytes(tokenSizeBytesMax))
        }
        return stream(
            request, prompt: prompt, context: context, tokensMax: request.maxTokens ?? Self.tokensDefault,
            start: try request.resuming(resume).map { .stream($0.progress, $0.memory) } ?? .anew)
    }

    /// A session's step: what is new, and as many tokens after it as are asked for.
    private func readOn(_ request: PredictionRequest, _ prompt: [Int32]) throws(Faults) -> any PredictionStream {
        if request.score == true {
            throw Faults("/score", "a session's step answers what it reads with \"echo\" and \"logprobs\"")
        }
        let place =
            try request.sessionPlace { state throws(StreamStateError) in
                // What is told of the first new token comes of reading the one before.
                try TextPlace(
                    state, of: network, context: contextSteps, vocabulary: known.count,
                    mayBeAhead: !prompt.isEmpty && request.echo != true)
            } ?? TextPlace()
        let tokensMax = request.session?.predicts == true ? request.maxTokens ?? Self.tokensDefault : 0
        var context = prompt
        if let next = place.next ?? known.description.endIndex.map({ Int32($0) }) {
            context.insert(next, at: 0)
        } else if prompt.isEmpty {
            if tokensMax == 0 { throw Faults("/sequence", "nothing is known yet: a sequence is needed") }
            context = [startToken]
        }
        let advances = request.session?.advances ?? false
        if advances, tokensMax == 0 {
            throw Faults("/advance", "nothing is written that could become history: give max_tokens, too")
        }
        return stream(
            request, prompt: prompt, context: context, tokensMax: tokensMax,
            start: .session(place, advances: advances))
    }

    private func stream(
        _ request: PredictionRequest, prompt: [Int32], context: [Int32], tokensMax: Int,
        start: TextStream<Network>.Start
    ) -> TextStream<Network> {
        let sampler = TokenSampler(
            temperature: request.temperature ?? 1, topK: request.topK, topP: request.topP,
            random: CounterRandom(seed: request.seed ?? 0, stream: RandomStream.tokens),
            banned: known.description.unknownIndex)
        return TextStream(
            network: network, contextSteps: contextSteps, vocabulary: known, prompt: prompt, context: context,
            sampler: sampler, tokensMax: tokensMax, stops: request.stop ?? [],
            logprobs: request.logprobs ?? false,
            echo: request.echo ?? false, keepsAnswer: request.keeping != .nothing,
            tokenSizeBytesMax: tokenSizeBytesMax, prefixes: prefixes, start: start)
    }

    private func resume(_ state: StreamState, _ request: PredictionRequest) throws(StreamStateError) -> (
        progress: TextProgress, memory: MemoryState
    ) {
        var reader = try state.reader(.text)
        let stops = known.description.unit == .symbols ? [] : request.stop ?? []
        let progress = try TextProgress(from: &reader, vocabulary: known.count, stops: stops)
        let memory = try network.readMemory(rows: 1, context: contextSteps, from: &reader)
        try reader.finish()
        let tokensMax = request.maxTokens ?? Self.tokensDefault
        if progress.generated >= tokensMax {
            throw .foreign("it has \(progress.generated) tokens already, max_tokens is \(tokensMax)")
        }
        return (progress, memory)
    }

    private static func check(_ request: PredictionRequest) throws(Faults) {
        var checks = SettingsChecks()
        checks.fields(of: request, for: .languageModel)
        if request.score == true {
            for (given, name) in [
                (request.maxTokens != nil, "max_tokens"), (request.temperature != nil, "temperature"),
                (request.topK != nil, "top_k"),
                (request.topP != nil, "top_p"), (request.state != nil, "state"), (request.stop != nil, "stop"),
                (request.echo != nil, "echo"),
            ] where given { checks.fault("/\(name)", "a score writes no text") }
        }
        try checks.finish()
    }
}
