import CKernels
import Kernels

/// −log softmax(logits)[target], fused with its gradient.
package enum SoftmaxCrossEntropy {
    /// - Parameters:
    ///   - logits: `[N, V]`.
    ///   - targets: `[N]`, a class in 0 ..< V, or −1 where masked.
    ///   - gradients: `[N, V]`, replaced by (softmax − onehot) · scale; zero rows where masked.
    /// - Returns: the sum in nats, and how many rows count.
    package static func evaluate(
        logits: UnsafePointer<Float>, classes: Int, targets: UnsafePointer<Int32>, rows: Int,
        gradients: UnsafeMutablePointer<Float>?, scale: Float
    ) -> LossSum {
        for row in 0..<rows { precondition(Int(targets[row]) < classes, "class \(targets[row]) of \(classes)") }
        var loss = 0.0
        let count = InstructionSet.kernels.softmax_cross_entropy(
            rows, classes, logits, targets, gradients, scale, &loss)
        return LossSum(loss: loss, count: count)
    }

    /// probabilities `[N, V]` = softmax(logits / temperature); `temperature` > 0.
    package static func probabilities(
        logits: UnsafePointer<Float>, classes: Int, rows: Int, temperature: Float = 1,
        into probabilities: UnsafeMutablePointer<Float>
    ) {
        InstructionSet.kernels.softmax(rows, classes, logits, 1 / temperature, probabilities)
    }
}
