/// Pinball loss at given levels (Koenker & Bassett 1978): max(q·(y − x), (q − 1)·(y − x)) for each level q, averaged.
package struct QuantileLoss: Sendable, Equatable {
    /// Each in (0, 1), ascending; the head gives one output per level, side by side: `[C][P]`.
    package let levels: [Double]

    /// A loss of these levels, each between 0 and 1.
    package init(levels: [Double]) { self.levels = levels }

    /// - Parameters: as `RegressionLoss.evaluate`, with P = `levels.count`.
    /// - Returns: the sum over targets of the mean over levels, and how many targets count.
    package func evaluate(
        outputs: UnsafePointer<Float>, channels: Int, targets: UnsafePointer<Float>, rows: Int,
        gradients: UnsafeMutablePointer<Float>?, scale: Float
    ) -> LossSum {
        let width = levels.count
        var sum = LossSum()
        for index in 0..<rows * channels {
            let y = targets[index]
            let isMasked = y.isNaN
            if !isMasked { sum.count += 1 }
            for (p, level) in levels.enumerated() {
                let position = index * width + p
                guard !isMasked else {
                    gradients?[position] = 0
                    continue
                }
                let error = Double(y) - Double(outputs[position])
                sum.loss += max(level * error, (level - 1) * error) / Double(width)
                gradients?[position] = Float((error >= 0 ? -level : 1 - level) / Double(width)) * scale
            }
        }
        return sum
    }
}
