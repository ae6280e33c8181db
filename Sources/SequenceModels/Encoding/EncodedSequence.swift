import Kernels
import RecurrentLayers

/// A sequence as a network reads it.
package enum EncodedSequence: Sendable {
    /// `[T]`, indices into a vocabulary.
    case tokens([Int32])
    /// `[T, I]`, scaled, with indicators where the model has them.
    case numbers([Float], width: Int)

    /// T.
    var steps: Int {
        switch self {
        case .tokens(let tokens): tokens.count
        case .numbers(let values, let width): values.count / width
        }
    }

    /// Empty of numbers.
    var tokens: [Int32] {
        guard case .tokens(let tokens) = self else { return [] }
        return tokens
    }

    /// Bytes it holds.
    var sizeBytes: Int {
        switch self {
        case .tokens(let tokens): tokens.count * MemoryLayout<Int32>.size
        case .numbers(let values, _): values.count * MemoryLayout<Float>.size
        }
    }

    /// Writes all steps to row `row`, from the window's beginning.
    func write(to workspace: some InputWindow, row: Int) {
        for step in 0..<steps { write(step: step, to: workspace, t: step, row: row) }
    }

    /// Writes step `step` to row `row` of `[T, B]` inputs at time `t`.
    func write(step: Int, to workspace: some InputWindow, t: Int, row: Int) {
        let place = t * workspace.batch + row
        workspace.mask[place] = 1
        switch self {
        case .tokens(let tokens): workspace.tokens[place] = tokens[step]
        case .numbers(let values, let width):
            values.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                (workspace.inputs + place * width).update(from: base + step * width, count: width)
            }
        }
    }
}

extension EncodedSequence {
    /// Adds the steps of another of its kind.
    mutating func append(_ other: EncodedSequence) {
        switch (self, other) {
        case (.tokens(let own), .tokens(let new)): self = .tokens(own + new)
        case (.numbers(let own, let width), .numbers(let new, _)): self = .numbers(own + new, width: width)
        default: preconditionFailure("tokens and numbers do not follow each other")
        }
    }

    /// Steps `range` on their own.
    func part(_ range: Range<Int>) -> EncodedSequence {
        switch self {
        case .tokens(let tokens): .tokens(Array(tokens[range]))
        case .numbers(let values, let width):
            .numbers(Array(values[range.lowerBound * width..<range.upperBound * width]), width: width)
        }
    }
}
