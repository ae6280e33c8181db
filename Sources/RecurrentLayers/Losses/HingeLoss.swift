/// Multi-class hinge: (1/V) Σ_{j≠y} max(0, 1 − x_y + x_j), as PyTorch's `multi_margin_loss`; with one output, the
/// binary hinge max(0, 1 − s·x) for s = −1 (class 0) or +1 (class 1).
package enum HingeLoss {
    /// - Parameters: as `SoftmaxCrossEntropy.evaluate`; `logits` are scores `[N, V]`.
    /// - Returns: the sum over rows, and how many count.
    package static func evaluate(
        scores: UnsafePointer<Float>, classes: Int, targets: UnsafePointer<Int32>, rows: Int,
        gradients: UnsafeMutablePointer<Float>?, scale: Float
    ) -> LossSum {
        var sum = LossSum()
        for row in 0..<rows {
            let x = scores + row * classes
            let g = gradients.map { $0 + row * classes }
            g?.update(repeating: 0, count: classes)
            let target = Int(targets[row])
            guard target >= 0 else { continue }
            sum.count += 1
            if classes == 1 {
                precondition(target <= 1, "class \(target) of a binary hinge")
                let sign: Float = target == 1 ? 1 : -1
                let margin = 1 - sign * x[0]
                guard margin > 0 else { continue }
                sum.loss += Double(margin)
                g?[0] = -sign * scale
                continue
            }
            precondition(target < classes, "class \(target) of \(classes)")
            let share = 1 / Float(classes)
            for j in 0..<classes where j != target {
                let margin = 1 - x[target] + x[j]
                guard margin > 0 else { continue }
                sum.loss += Double(margin) / Double(classes)
                g?[j] += share * scale
                g?[target] -= share * scale
            }
        }
        return sum
    }
}
