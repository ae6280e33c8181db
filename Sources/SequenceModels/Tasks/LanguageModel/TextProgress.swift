/// How far a text has been written: all that changes from token to token, but the network's memory.
struct TextProgress: Sendable {
    /// What the network reads next.
    var next: Int32
    /// Place of the first token that is written among all tokens of the answer.
    var firstIndex = 0
    /// Tokens written so far; the next is drawn with this index.
    var generated = 0
    var matcher: StopMatcher
    var assembler = TextAssembler()
    /// The answer so far, where it is kept.
    var text = ""
    var tokens: [String] = []
    var logprobs: [Double] = []

    init(next: Int32, firstIndex: Int, matcher: StopMatcher) {
        self.next = next
        self.firstIndex = firstIndex
        self.matcher = matcher
    }

    func write(to writer: inout StateWriter) {
        writer.whole(next)
        writer.count(firstIndex)
        writer.count(generated)
        writer.count(matcher.held.count)
        for piece in matcher.held {
            writer.count(piece.index)
            writer.text(piece.token.utf8)
            writer.text(piece.bytes)
            writer.number(piece.logprob)
        }
        writer.text(assembler.pending)
        writer.text(text.utf8)
        writer.count(tokens.count)
        for token in tokens { writer.text(token.utf8) }
        writer.numbers(logprobs)
    }

    /// - Parameters: vocabulary: its tokens. - stops: of the request that goes on.
    /// - Throws: when it is not what `write` wrote of a text of this vocabulary.
    init(from reader: inout StateReader, vocabulary: Int, stops: [String]) throws(StreamStateError) {
        let indexMax = ModelLimits.sequenceStepsMax + ModelLimits.tokensMax
        next = try reader.token(below: vocabulary)
        firstIndex = try reader.count("tokens of the prompt", 0...ModelLimits.sequenceStepsMax)
        generated = try reader.count("tokens", 0...ModelLimits.tokensMax)
        var held: [StopMatcher.Piece] = []
        for _ in 0..<(try reader.count("tokens held back", 0...indexMax)) {
            held.append(
                StopMatcher.Piece(
                    index: try reader.count("tokens", 0...indexMax), token: try reader.text(),
                    bytes: try reader.bytes(), logprob: try reader.number()))
        }
        matcher = StopMatcher(stops: stops, held: held)
        assembler = try TextAssembler(pending: reader.bytes())
        text = try reader.text()
        for _ in 0..<(try reader.count("tokens", 0...indexMax)) { tokens.append(try reader.text()) }
        logprobs = try reader.numbers(tokens.count, mayBeUnknown: true)
    }
}
