import RecurrentLayers

/// The loss over labels that the settings ask for.
struct ClassLoss: Sendable {
    private let isHinge: Bool
    /// Nil when plain cross-entropy will do.
    private let softened: SmoothedCrossEntropy?

    /// - Parameters: `labels` by output index, `counts` how often each occurs among the training targets.
    init(settings: EffectiveSettings, labels: [String], counts: [Int]) {
        let training = settings.training
        isHinge = training.loss == .hinge
        let weights = training.classWeights?.weights(labels: labels, counts: counts) ?? []
        let smoothing = training.labelSmoothing ?? 0
        softened =
            smoothing > 0 || !weights.isEmpty ? SmoothedCrossEntropy(smoothing: smoothing, classWeights: weights) : nil
    }

    /// As `SoftmaxCrossEntropy.evaluate`.
    /// - Parameters: `logits` `[N, V]`, `targets` `[N]` (−1 masked), `gradients` `[N, V]`.
    /// - Returns: the (weighted) sum, and how many rows count.
    func evaluate(
        logits: UnsafePointer<Float>, classes: Int, targets: [Int32], rows: Int, gradients: UnsafeMutablePointer<Float>,
        scale: Float
    ) -> LossSum {
        if let softened {
            return softened.evaluate(
                logits: logits, classes: classes, targets: targets, rows: rows, gradients: gradients, scale: scale)
        }
        if isHinge {
            return HingeLoss.evaluate(
                scores: logits, classes: classes, targets: targets, rows: rows, gradients: gradients, scale: scale)
        }
        return SoftmaxCrossEntropy.evaluate(
            logits: logits, classes: classes, targets: targets, rows: rows, gradients: gradients, scale: scale)
    }

    /// The sum without gradients, and the weight to divide it by.
    func measure(logits: UnsafePointer<Float>, classes: Int, targets: [Int32], rows: Int) -> (
        loss: Double, weight: Double
    ) {
        if softened == nil && !isHinge {
            let sum = SoftmaxCrossEntropy.evaluate(
                logits: logits, classes: classes, targets: targets, rows: rows, gradients: nil, scale: 1)
            return (sum.loss, Double(sum.count))
        }
        var scratch = [Float](repeating: 0, count: rows * classes)
        let sum = scratch.withUnsafeMutableBufferPointer { buffer -> LossSum in
            guard let base = buffer.baseAddress else { return LossSum() }
            return evaluate(logits: logits, classes: classes, targets: targets, rows: rows, gradients: base, scale: 1)
        }
        guard let softened else { return (sum.loss, Double(sum.count)) }
        return (sum.loss, targets.prefix(rows).reduce(0) { $1 < 0 ? $0 : $0 + softened.weight(of: $1) })
    }

    /// Head biases at which training begins: logarithms of the (weighted) label frequencies; nil for scores that are no
    /// logarithms.
    func headBias(counts: [Int], log: (Double) -> Double) -> [Float]? {
        guard !isHinge else { return nil }
        let weighted = counts.enumerated().map { Double($1 + 1) * (softened?.weight(of: Int32($0)) ?? 1) }
        let total = weighted.reduce(0, +)
        return weighted.map { Float(log($0 / total)) }
    }
}
