import Kernels

/// One text being written: a row of the step batch.
// SAFETY: a stream is used by one thread at a time (PredictionStream's contract); its state is its own.
final class TextStream<Network: SequenceNetwork>: SteppedStream, @unchecked Sendable {
    /// What was read before.
    enum Start {
        /// Nothing.
        case anew
        /// What another stream knew, to go on from there in place of the context.
        case stream(TextProgress, MemoryState)
        /// What a session knows; whether what is written becomes part of it.
        case session(TextPlace, advances: Bool)
    }

    private let width: Int
    private let vocabulary: Vocabulary
    private let prompt: [Int32]
    private let context: [Int32]
    private let sampler: TokenSampler
    private let tokensMax: Int
    private let stopSymbols: Set<String>
    private let wantsLogprobs: Bool
    private let echo: Bool
    private let keepsAnswer: Bool
    private let tokenSizeBytesMax: Int
    private let network: Network
    private let contextSteps: Int
    /// Made when it is needed: a text that waits for its turn holds no state.
    private lazy var memory = network.memory(rows: 1, context: contextSteps)
    private var start: Start
    /// Whether what was known before is there.
    private var isBegun = false
    /// Tokens that the session has read, those of the context included; nil of none.
    private var sessionSteps: Int?
    /// Tokens that the session had written before.
    private var written = 0
    private let advances: Bool
    private(set) var kept: StreamState?
    /// All of the context but its last token.
    private var history: UnreadHistory<Network>
    /// Where what is known after parts of it is kept; nil for nowhere.
    private let prefixes: PrefixLane?
    /// Of the history what was known before; nil for nothing.
    private let known: (steps: Int, state: [Float])?
    /// Of the prompt that is read, where it is told.
    private var promptLogprobs: [Double] = []
    private var progress: TextProgress
    private var ending: String?

    /// - Parameter prefixes: what was known after prompts of before; used where nothing was read.
    init(
        network: Network, contextSteps: Int, vocabulary: Vocabulary, prompt: [Int32], context: [Int32],
        sampler: TokenSampler, tokensMax: Int,
        stops: [String], logprobs: Bool, echo: Bool, keepsAnswer: Bool, tokenSizeBytesMax: Int,
        prefixes: PrefixLane?, start: Start = .anew
    ) {
        self.network = network
        self.contextSteps = contextSteps
        self.keepsAnswer = keepsAnswer
        self.tokenSizeBytesMax = tokenSizeBytesMax
        width = network.outputs
        self.vocabulary = vocabulary
        self.prompt = prompt
        self.context = context
        self.sampler = sampler
        self.tokensMax = tokensMax
        let isSymbols = vocabulary.description.unit == .symbols
        stopSymbols = isSymbols ? Set(stops) : []
        wantsLogprobs = logprobs
        self.echo = echo
        self.start = start
        var advances = false
        if case .stream(let resumed, _) = start {
            progress = resumed
        } else {
            progress = TextProgress(
                next: context[context.count - 1], firstIndex: echo ? prompt.count : 0,
                matcher: StopMatcher(stops: isSymbols ? [] : stops))
        }
        if case .session(let place, let goesOn) = start {
            // What the session read last stands in the context, too.
            sessionSteps = place.steps + context.count - (place.next == nil ? 0 : 1)
            written = place.written
            advances = goesOn
        }
        self.advances = advances
        var unread = Array(context.dropLast()), isAnew = false
        switch start {
        case .anew: isAnew = true
        case .stream: unread = []
        case .session(let place, _): if place.ahead != nil { unread.removeFirst() }
        }
        // What is told of a prompt comes of reading it.
        self.prefixes = isAnew && !echo && tokensMax > 0 && !unread.isEmpty ? prefixes : nil
        known = self.prefixes?.find(unread)
        history = UnreadHistory(.tokens(unread), known: known?.steps ?? 0)
        if tokensMax == 0, sessionSteps == nil { ending = "length" }
    }

    /// Bytes of a token of an answer: its name, its number, its share of the text, and all of that as JSON.
    static func tokenSizeBytes(_ tokenSizeBytesMax: Int) -> Int { 112 + 3 * tokenSizeBytesMax }

    /// Bytes of an event that waits to be told: a box, and the texts in it.
    private static var eventSizeBytes: Int {
        MemoryLayout<TokenEvent>.stride + MemoryLayout<any PredictionEvent>.stride
    }

    let rows = 1
    var extraSizeBytes: Int {
        let echoed = progress.firstIndex
        let kept = keepsAnswer ? echoed + tokensMax : 0
        return 4 * (prompt.count + 2 * context.count) + startSizeBytes + echoed * Self.eventSizeBytes
            + kept * Self.tokenSizeBytes(tokenSizeBytesMax)
    }
    private var startSizeBytes: Int {
        switch start {
        case .anew: 0
        case .stream(_, let memory): memory.sizeBytes
        case .session(let place, _): (place.ahead ?? place.memory)?.sizeBytes ?? 0
        }
    }
    var isFinished: Bool { ending != nil }
    var reason: String { ending ?? "length" }

    var prediction: any Prediction {
        TextPrediction(
            text: progress.text, tokens: progress.tokens, logprobs: wantsLogprobs ? progress.logprobs : nil,
            finishReason: reason)
    }

    /// Nil before its history is read, and when it is over: there is nothing to remember.
    var state: StreamState? {
        guard isBegun && history.steps == 0 && !isFinished else { return nil }
        return StreamState(.text) { writer in
            progress.write(to: &writer)
            network.writeMemory(memory.state, rows: rows, context: contextSteps, to: &writer)
        }
    }

    var unreadSteps: Int { isFinished && !echo ? 0 : history.steps }

    /// What is told of the prompt is known before the first step; and where nothing is left to read or to write,
    /// no step is needed.
    var readsInSteps: Bool {
        Network.Memory.readsInSteps && !echo && !isFinished && (tokensMax > 0 || history.steps > 0)
    }

    func read(_ stepsMax: Int) {
        begin()
        let context = context
        var logprobs: [Double] = []
        history.read(
            stepsMax, into: memory, network,
            each: echo ? { logprobs.append(TokenSampler.logprob($1, of: Int(context[$0 + 1]))) } : nil)
        promptLogprobs += logprobs
        keepPrefix()
        noteRead()
    }

    /// At the end of a block, and of all.
    private func keepPrefix() {
        guard let prefixes, history.steps == 0 || history.next % PrefixCache.blockSteps == 0,
            case .states(let rows) = memory.state
        else { return }
        prefixes.keep(rows[0], after: history.next, of: history.sequence.tokens)
    }

    /// Before the first step, of the history or of its own.
    private func begin() {
        guard !isBegun else { return }
        isBegun = true
        switch start {
        case .anew: if let known { memory.restore(.states([known.state])) }
        case .stream(_, let known): memory.restore(known)
        case .session(let place, _):
            if let known = place.ahead ?? place.memory { memory.restore(known) }
        }
        start = .anew
        noteRead()
    }

    /// A session stands where all is read; where nothing is to be written, that is all.
    private func noteRead() {
        guard history.steps == 0, sessionSteps != nil, kept == nil else { return }
        keep()
        if tokensMax == 0 { ending = "length" }
    }

    func warmUp() -> [any PredictionEvent] {
        begin()
        while unreadSteps > 0 { read(.max) }
        if isFinished { memory.release() }
        return echo ? echoPrompt(promptLogprobs) : []
    }

    func gather(into batch: Network.Steps, at row: Int) {
        begin()
        if history.steps > 0 { return history.gather(into: batch, memory, at: row) }
        batch.tokens[row] = progress.next
        memory.gather(into: batch, at: row)
    }

    func scatter(from batch: Network.Steps, at row: Int) -> [any PredictionEvent] {
        guard ending == nil else { return [] }
        if history.steps > 0 {
            history.scatter(from: batch, memory, at: row)
            keepPrefix()
            noteRead()
            if isFinished { memory.release() }
            return []
        }
        memory.scatter(from: batch, at: row)
        if progress.generated == 0 { noteAhead() }
        let logits = UnsafeBufferPointer(start: batch.outputs + row * width, count: width)
        let (token, logprob) = sampler.choose(logits, index: written + progress.generated)
        let name = vocabulary.description.tokens[token]
        progress.next = Int32(token)
        if token == vocabulary.description.endIndex || stopSymbols.contains(name) {
            return end("stop", after: [], last: (name, logprob))
        }
        let index = progress.firstIndex + progress.generated
        progress.generated += 1
        let piece = StopMatcher.Piece(
            index: index, token: name, bytes: bytes(of: token, index: index), logprob: logprob)
        let events = progress.matcher.push(piece).map(emit)
        if progress.matcher.isStopped { return end("stop", after: events, last: (name, logprob)) }
        return progress.generated == tokensMax ? end("length", after: events, last: (name, logprob)) : events
    }

    /// - Parameters:
    ///   - events: of this step so far.
    ///   - last: the token drawn in this step.
    /// - Returns: all events of this step. Bytes that begin a character and lack its end become U+FFFD in the last of
    ///   them, or in one for `last` when there is none.
    private func end(_ reason: String, after events: [TokenEvent], last: (name: String, logprob: Double))
        -> [TokenEvent]
    {
        ending = reason
        if let steps = sessionSteps, advances {
            // The token that ended it belongs to what was written.
            let added = progress.generated + (reason == "stop" && !progress.matcher.isStopped ? 1 : 0)
            sessionSteps = steps + added
            written += added
            keep()
        }
        memory.release()
        var events = events + (progress.matcher.isStopped ? [] : progress.matcher.finish().map(emit))
        let rest = progress.assembler.finish()
        guard !rest.isEmpty else { return events }
        if keepsAnswer { progress.text += rest }
        if events.isEmpty {
            let index = progress.firstIndex + progress.generated
            events.append(TokenEvent(index: index, token: last.name, text: rest, logprob: last.logprob))
        } else {
            events[events.count - 1].text += rest
        }
        return events
    }

    /// Where the session stands: `next` is the last token that it has.
    private func keep() {
        guard let steps = sessionSteps else { return }
        kept = TextPlace.state(
            steps: steps, written: written, next: progress.next, memory.state, of: network, context: contextSteps)
    }

    /// The network has read the last token of the session.
    private func noteAhead() {
        guard Network.Memory.readsInSteps, !advances, let kept else { return }
        self.kept = kept.ahead(memory.state)
    }

    private func emit(_ piece: StopMatcher.Piece) -> TokenEvent {
        let added = progress.assembler.push(piece.bytes)
        if keepsAnswer {
            progress.text += added
            progress.tokens.append(piece.token)
            progress.logprobs.append(piece.logprob)
        }
        return TokenEvent(index: piece.index, token: piece.token, text: added, logprob: piece.logprob)
    }

    /// - Parameter known: log-probabilities of the last prompt tokens; the first has none when nothing came before it.
    private func echoPrompt(_ known: [Double]) -> [any PredictionEvent] {
        let unknown = prompt.count - known.count
        return prompt.enumerated().map { index, token in
            emit(
                StopMatcher.Piece(
                    index: index, token: vocabulary.description.tokens[Int(token)],
                    bytes: bytes(of: Int(token), index: index),
                    logprob: index < unknown ? .nan : known[index - unknown]))
        }
    }

    /// What a token adds to the text; symbols are set apart by spaces.
    private func bytes(of token: Int, index: Int) -> [UInt8] {
        switch vocabulary.description.unit {
        case .bytes: token < 256 ? [UInt8(token)] : []
        case .symbols: Array(((index == 0 ? "" : " ") + vocabulary.description.tokens[token]).utf8)
        case .characters, .words: Array(vocabulary.description.tokens[token].utf8)
        }
    }
}
