import Kernels

/// What turns the symbols of a sequence into the vectors that a layer reads; numbers pass as they are.
struct InputEmbedding {
    let input: NetworkSettings.Input
    /// Where the `[V, E]` weight lies in the flat parameters, for symbols.
    let offset: Int

    init(_ input: NetworkSettings.Input, name: String, deviation: Double = 1, plan: inout ParameterPlan) {
        self.input = input
        if case .tokens(let vocabulary, let width) = input {
            offset = plan.add(name, [vocabulary, width], .normal(deviation: deviation))
        } else {
            offset = 0
        }
    }

    /// I or E.
    var width: Int {
        switch input {
        case .numeric(let channels): channels
        case .tokens(_, let embedding): embedding
        }
    }

    var isTokens: Bool { if case .tokens = input { true } else { false } }

    /// The weight `[V, E]`, or its gradient, in a flat buffer; nil for numbers.
    func weight(_ parameters: AlignedBuffer) -> Matrix? {
        guard case .tokens(let vocabulary, let width) = input else { return nil }
        return parameters.vector(from: offset, count: vocabulary * width).matrix(rows: vocabulary, columns: width)
    }

    /// Copies rows of the embedding to the rows of `target` `[R, E]`. Numbers are there already; of these, those too
    /// small for a product become zero.
    func forward(_ parameters: AlignedBuffer, _ symbols: Symbols, into target: Matrix) {
        guard let weight = weight(parameters) else { return target.flush() }
        for row in 0..<target.rows {
            let symbol = symbols[row]
            precondition(symbol >= 0 && symbol < weight.rows, "symbol \(symbol) of a vocabulary of \(weight.rows)")
            target[row].assign(weight[symbol])
        }
    }

    /// Adds dL/d(rows) `[R, E]` to the embedding's gradient, row by row.
    func backward(_ gradients: AlignedBuffer, _ symbols: Symbols, from d: Matrix) {
        guard let weight = weight(gradients) else { return }
        for row in 0..<d.rows { weight[symbols[row]].add(d[row]) }
    }

    /// Tells what a window that reads these symbols touches of the gradient.
    func markRead(_ symbols: Symbols, in touched: TouchedFloats) {
        guard case .tokens(let vocabulary, let width) = input else { return }
        touched.read(symbols, offset: offset, rows: vocabulary, width: width)
    }

    /// Scales the rows of symbols that the draw of `key` drops by 0, others by 1/(1 − rate) (Merity et al. 2018);
    /// forward and backward call it alike.
    func dropOut(_ symbols: Symbols, _ rows: Matrix, rate: Float, key: UInt64) {
        guard rate > 0, isTokens else { return }
        let random = CounterRandom(seed: key, stream: 0xE3B)
        for row in 0..<rows.rows {
            let drops = random.uniform(UInt64(symbols[row])) < Double(rate)
            rows[row].scale(by: drops ? 0 : 1 / (1 - rate))
        }
    }
}
