import Kernels

/// What turns the symbols or categories of a sequence into the vectors that a layer reads; numbers pass as they are.
struct InputEmbedding {
    let input: NetworkSettings.Input
    /// Where the `[V, E]` weight lies in the flat parameters, for symbols.
    let offset: Int
    /// K fields of a mixed input, in their order.
    let fields: [CategoryField]
    /// I, E, or I + ΣD.
    let width: Int
    /// ΣD over the fields.
    let fieldsWidth: Int

    /// - Parameters:
    ///   - prefix: of the weights' names, `embedding` for `embedding.weight` or `embedding.0.weight`, one a table.
    ///   - deviation: of the embedding of symbols at the start. Those of categories start so small that the fields of
    ///     a row are together as long as one number of variance 1: numbers are seen from the first step on, and a
    ///     category that training never met stays near the mean of the others, which is 0.
    init(_ input: NetworkSettings.Input, prefix: String, deviation: Double = 1, plan: inout ParameterPlan) {
        self.input = input
        width = input.embeddedWidth
        switch input {
        case .numeric:
            (offset, fields, fieldsWidth) = (0, [], 0)
        case .tokens(let vocabulary, let width):
            offset = plan.add(prefix + ".weight", [vocabulary, width], .normal(deviation: deviation))
            (fields, fieldsWidth) = ([], 0)
        case .mixed(let numbers, let tables, let indices):
            fieldsWidth = width - numbers
            let deviation = 1 / Double(fieldsWidth).squareRoot()
            let offsets = tables.enumerated().map { index, table in
                plan.add("\(prefix).\(index).weight", [table.rows, table.width], .normal(deviation: deviation))
            }
            offset = 0
            var column = numbers
            fields = indices.enumerated().map { index, table in
                defer { column += tables[table].width }
                return CategoryField(
                    table: tables[table], offset: offsets[table],
                    firstRow: tables[..<table].reduce(0) { $0 + $1.rows }, rawColumn: numbers + index, column: column)
            }
        }
    }

    var isTokens: Bool { if case .tokens = input { true } else { false } }
    /// Whether there are weights to learn.
    var isLearned: Bool { isTokens || !fields.isEmpty }

    /// The weight `[V, E]` of symbols, or its gradient, in a flat buffer; nil for numbers.
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
}
