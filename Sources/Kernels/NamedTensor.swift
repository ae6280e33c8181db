/// A tensor at rest: what weight files, checkpoints and optimisers exchange, by name.
///
/// - `name`: dotted path as PyTorch writes it, for example `rnn.weight_ih_l0`.
/// - `shape`: axes outermost first; `[]` is a scalar with one value.
/// - `values`: row-major, float32; its count is the product of `shape`.
package struct NamedTensor: Sendable, Equatable {
    /// As in the file: `rnn.weight_ih_l0`.
    package let name: String
    /// Axes, outermost first; `[]` is a scalar.
    package let shape: [Int]
    /// Row-major; as many as the product of `shape`.
    package let values: [Float]

    /// - Precondition: `values.count` equals the product of `shape` (1 for `[]`) and no axis is negative.
    ///   Readers of files check this before they come here; a mismatch is a programmer error.
    package init(name: String, shape: [Int], values: [Float]) {
        var count = 1
        for axis in shape {
            precondition(axis >= 0, "tensor '\(name)' has a negative axis in \(shape)")
            let (product, overflow) = count.multipliedReportingOverflow(by: axis)
            precondition(!overflow, "tensor '\(name)' overflows with shape \(shape)")
            count = product
        }
        precondition(
            count == values.count, "tensor '\(name)' has \(values.count) values, shape \(shape) needs \(count)")
        self.name = name
        self.shape = shape
        self.values = values
    }
}
