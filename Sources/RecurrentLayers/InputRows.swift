import Kernels

/// What callers write of R rows, and what the first layer reads of them: of numbers the same buffer; symbols and
/// categories are embedded in one of its own.
// SAFETY: the pointers lie in buffers that live as long as the rows; they belong to one thread at a time.
final class InputRows {
    /// `[R, I]`, or `[R, I + K]` of a mixed input.
    let inputs: UnsafeMutablePointer<Float>
    /// `[R]` of symbols.
    let tokens: UnsafeMutablePointer<Int32>
    private let isTokens: Bool
    private let rawWidth: Int
    private let embeddedWidth: Int
    /// What `inputs` points into.
    private let numbers: AlignedBuffer
    /// `[R, I or E or I + ΣD]`
    private let embedded: AlignedBuffer

    init(_ input: NetworkSettings.Input, rowsMax: Int) {
        isTokens = if case .tokens = input { true } else { false }
        (rawWidth, embeddedWidth) = (input.rawWidth, input.embeddedWidth)
        let tokenCount = isTokens ? rowsMax : 1
        tokens = .allocate(capacity: tokenCount)
        tokens.initialize(repeating: 0, count: tokenCount)
        embedded = AlignedBuffer(count: rowsMax * embeddedWidth)
        if case .mixed = input {
            numbers = AlignedBuffer(count: rowsMax * rawWidth)
        } else {
            numbers = embedded
        }
        inputs = numbers.pointer
    }

    deinit { tokens.deallocate() }

    /// Zeroes what callers write of the first `count` rows.
    func clear(_ count: Int) {
        if isTokens {
            tokens.update(repeating: 0, count: count)
        } else {
            inputs.update(repeating: 0, count: count * rawWidth)
        }
    }

    /// The first `count` rows as they were written.
    func raw(_ count: Int) -> RawRows {
        RawRows(
            symbols: Symbols(tokens, count: isTokens ? count : 0),
            numbers: Matrix(inputs, rows: count, columns: isTokens ? 0 : rawWidth))
    }

    /// The first `count` rows as the first layer reads them.
    func embedded(_ count: Int) -> Matrix { embedded.matrix(rows: count, columns: embeddedWidth) }
}

/// Rows as a caller wrote them: `[R]` symbols, or `[R, I]` numbers, the categories of a mixed input among them.
struct RawRows {
    let symbols: Symbols
    let numbers: Matrix
}
