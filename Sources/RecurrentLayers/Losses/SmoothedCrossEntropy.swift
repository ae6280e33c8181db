import CKernels
import Kernels

/// Cross-entropy against a softened target, with a weight for each class.
///
///     loss = −(1 − ε) w_y log p_y − ε/V Σ_j w_j log p_j           (Szegedy et al. 2016; ε = 0 is the plain loss)
///
/// A mean divides by Σ w_y of the rows, as PyTorch's `cross_entropy` does.
package struct SmoothedCrossEntropy: Sendable {
    /// ε, 0 ≤ ε < 1.
    package let smoothing: Double
    /// `[V]`, each > 0; empty where all are 1.
    package let classWeights: [Double]

    /// A loss; without arguments it is plain cross-entropy.
    package init(smoothing: Double = 0, classWeights: [Double] = []) {
        self.smoothing = smoothing
        self.classWeights = classWeights
    }

    /// w_y.
    package func weight(of target: Int32) -> Double { classWeights.isEmpty ? 1 : classWeights[Int(target)] }

    /// - Parameters: as `SoftmaxCrossEntropy.evaluate`.
    /// - Returns: the weighted sum in nats, and how many rows count.
    package func evaluate(
        logits: UnsafePointer<Float>, classes: Int, targets: UnsafePointer<Int32>, rows: Int,
        gradients: UnsafeMutablePointer<Float>, scale: Float
    ) -> LossSum {
        precondition(
            classWeights.isEmpty || classWeights.count == classes,
            "\(classWeights.count) weights for \(classes) classes")
        InstructionSet.kernels.softmax(rows, classes, logits, 1, gradients)
        let share = smoothing / Double(classes)
        let total = classWeights.isEmpty ? Double(classes) : classWeights.reduce(0, +)
        var sum = LossSum()
        for row in 0..<rows {
            let g = gradients + row * classes
            guard targets[row] >= 0 else {
                g.update(repeating: 0, count: classes)
                continue
            }
            let x = logits + row * classes
            let target = Int(targets[row])
            precondition(target < classes, "class \(target) of \(classes)")
            let kept = (1 - smoothing) * weight(of: targets[row])
            // log p_j = x_j − x_target + log p_target: one logarithm a row; p_target may underflow, so it comes from a
            // sum.
            let logNormaliser = Self.logSumExp(x, classes)
            var loss = kept * (logNormaliser - Double(x[target]))
            let mass = kept + share * total
            for j in 0..<classes {
                let w = classWeights.isEmpty ? 1 : classWeights[j]
                if share > 0 { loss += share * w * (logNormaliser - Double(x[j])) }
                let pull = share * w + (j == target ? kept : 0)
                g[j] = Float((Double(g[j]) * mass - pull) * Double(scale))
            }
            InstructionSet.kernels.flush(classes, g)
            sum.loss += loss
            sum.count += 1
        }
        return sum
    }

    private static func logSumExp(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
        var most = x[0]
        for j in 0..<count where x[j] > most { most = x[j] }
        var sum = 0.0
        for j in 0..<count { sum += PortableMath.exp(Double(x[j]) - Double(most)) }
        return Double(most) + PortableMath.log(sum)
    }
}
