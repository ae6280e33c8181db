import Kernels

/// Inputs of every kind, by their raw rows; those of a mixed one have their numbers first, then the vector of each
/// field.
extension InputEmbedding {
    /// Fills the rows of `target` `[R, I or E or I + ΣD]` that the first layer reads; see `forward` of symbols.
    func forward(_ parameters: AlignedBuffer, _ raw: RawRows, into target: Matrix) {
        guard !fields.isEmpty else { return forward(parameters, raw.symbols, into: target) }
        let numbers = target.columns(from: 0, count: target.columns - fieldsWidth)
        numbers.assign(raw.numbers.columns(from: 0, count: numbers.columns))
        numbers.flush()
        for row in 0..<target.rows {
            for field in fields {
                let category = field.category(of: raw.numbers[row])
                field.part(of: target[row]).assign(field.vector(category, of: parameters))
            }
        }
    }

    /// Adds dL/d(embedded rows) to the gradients of the tables, row by row and field by field.
    func backward(_ gradients: AlignedBuffer, _ raw: RawRows, from d: Matrix) {
        guard !fields.isEmpty else { return backward(gradients, raw.symbols, from: d) }
        for row in 0..<d.rows {
            for field in fields {
                field.vector(field.category(of: raw.numbers[row]), of: gradients).add(field.part(of: d[row]))
            }
        }
    }

    /// Tells what a window of such rows touches of the gradient.
    func markRead(_ raw: RawRows, in touched: TouchedFloats) {
        guard !fields.isEmpty else { return markRead(raw.symbols, in: touched) }
        for field in fields { touched.read(raw.numbers, field) }
    }

    /// Scales the vectors of symbols and categories that the draw of `key` drops by 0, others by 1/(1 − rate) (Merity
    /// et al. 2018), numbers not; forward and backward call it alike. Fields of one table drop the same categories.
    func dropOut(_ raw: RawRows, _ rows: Matrix, rate: Float, key: UInt64) {
        guard rate > 0 else { return }
        let random = CounterRandom(seed: key, stream: 0xE3B)
        func drop(_ index: Int, _ vector: Vector) {
            vector.scale(by: random.uniform(UInt64(index)) < Double(rate) ? 0 : 1 / (1 - rate))
        }
        for row in 0..<rows.rows {
            if isTokens { drop(raw.symbols[row], rows[row]) }
            for field in fields {
                drop(field.firstRow + field.category(of: raw.numbers[row]), field.part(of: rows[row]))
            }
        }
    }
}
