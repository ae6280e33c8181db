import Kernels
package import RecurrentLayers

/// What the rows of a stream know of the steps before, as values.
enum MemoryState: Sendable {
    /// `[R][values]`: h and c of a recurrent network.
    case states([[Float]])
    /// `[R]`: the inputs of the steps in a Transformer's context, which are read again.
    case inputs([EncodedSequence])

    /// Bytes it holds.
    var sizeBytes: Int {
        switch self {
        case .states(let rows): rows.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size }
        case .inputs(let rows): rows.reduce(0) { $0 + $1.sizeBytes }
        }
    }

    /// What its only row knows, in as many rows.
    func repeated(_ rows: Int) -> MemoryState {
        switch self {
        case .states(let known): .states([[Float]](repeating: known.first ?? [], count: rows))
        case .inputs(let known): .inputs([EncodedSequence](repeating: known.first ?? .tokens([]), count: rows))
        }
    }

    /// Without what the network knows: `SequenceNetwork.readMemory` reads it back.
    func write(to writer: inout StateWriter) {
        switch self {
        case .states(let rows):
            for values in rows { writer.floats(values) }
        case .inputs(let rows):
            for sequence in rows {
                writer.count(sequence.steps)
                switch sequence {
                case .tokens(let tokens):
                    for token in tokens { writer.whole(token) }
                case .numbers(let values, _): writer.floats(values)
                }
            }
        }
    }
}

/// Numbers by which a state knows its network again.
private func networkFacts(_ facts: Int..., rows: Int) -> [(what: String, count: Int)] {
    zip(["layers", "units", "values a row", "steps of context"], facts).map { ($0, $1) } + [("rows", rows)]
}

extension RecurrentNetwork {
    /// Shape and cell.
    func writeMemoryHead(rows: Int, context: Int, to writer: inout StateWriter) {
        for fact in facts(rows: rows) { writer.count(fact.count) }
        writer.text(settings.cell.rawValue.utf8)
    }

    private func facts(rows: Int) -> [(what: String, count: Int)] {
        networkFacts(settings.layers, settings.hidden, stateValuesPerRow, rows: rows)
    }

    func readMemory(rows: Int, context: Int, from reader: inout StateReader) throws(StreamStateError) -> MemoryState {
        let facts = facts(rows: rows)
        for fact in facts { try reader.count(fact.what, is: fact.count) }
        let cell = try reader.text()
        guard cell == settings.cell.rawValue else { throw .foreign("its cell is another") }
        var values: [[Float]] = []
        for _ in 0..<rows { values.append(try reader.floats(facts[2].count)) }
        return .states(values)
    }
}

extension TransformerNetwork {
    /// Shape.
    func writeMemoryHead(rows: Int, context: Int, to writer: inout StateWriter) {
        for fact in facts(rows: rows, context) { writer.count(fact.count) }
    }

    private func facts(rows: Int, _ context: Int) -> [(what: String, count: Int)] {
        networkFacts(settings.shape.layers, settings.shape.width, outputs, context, rows: rows)
    }

    func readMemory(rows: Int, context: Int, from reader: inout StateReader) throws(StreamStateError) -> MemoryState {
        for fact in facts(rows: rows, context) { try reader.count(fact.what, is: fact.count) }
        var inputs: [EncodedSequence] = []
        for _ in 0..<rows {
            let steps = try reader.count("steps", 0...context)
            if case .tokens(let vocabulary, _) = settings.input {
                inputs.append(.tokens(try reader.tokens(steps, below: vocabulary)))
            } else {
                inputs.append(
                    .numbers(try reader.rows(steps, of: settings.input), width: settings.input.rawWidth))
            }
        }
        return .inputs(inputs)
    }
}

extension StateReader {
    /// Tokens of a vocabulary.
    mutating func tokens(_ count: Int, below vocabulary: Int) throws(StreamStateError) -> [Int32] {
        try expect(count, MemoryLayout<Int32>.size)
        var tokens: [Int32] = []
        for _ in 0..<count { tokens.append(try token(below: vocabulary)) }
        return tokens
    }

    /// `[steps, I]` numbers, or `[steps, I + K]` where the input has categories.
    ///
    /// - Throws: `StreamStateError` when they end early, one is not finite, or a category is not in its table.
    package mutating func rows(_ steps: Int, of input: NetworkSettings.Input) throws(StreamStateError) -> [Float] {
        let width = input.rawWidth
        let values = try floats(steps * width)
        for step in 0..<steps where !input.accepts(values[step * width..<(step + 1) * width]) {
            throw .invalid("a category of step \(step) is not one that the model knows")
        }
        return values
    }

    mutating func token(below vocabulary: Int) throws(StreamStateError) -> Int32 {
        let token = try whole(Int32.self)
        guard 0..<vocabulary ~= Int(token) else { throw .invalid("\(token) is not a token of the vocabulary") }
        return token
    }
}
