import RecurrentLayers

/// One target that was guessed.
struct LabelGuess {
    var truth: Int
    var guess: Int
    /// −log p of the truth, in nats.
    var logLoss: Double
    /// The place of its sequence in the validation part.
    var item: Int
}

/// How well labels were guessed.
struct LabelScore {
    /// (Weighted) sum of the loss, and what to divide it by.
    var loss = 0.0
    var weight = 0.0
    /// Those of a sequence in the order of their steps.
    var guesses: [LabelGuess] = []

    /// Of no targets yet.
    init() {}

    /// The most probable label of each target.
    /// - Parameters: `logits` `[T, B, K]`, `targets` `[T, B]`, −1 masked, `items` `[B]`: of each row.
    init(logits: UnsafePointer<Float>, classes: Int, targets: [Int32], items: [Int], loss: ClassLoss) {
        (self.loss, weight) = loss.measure(logits: logits, classes: classes, targets: targets, rows: targets.count)
        for (place, target) in targets.enumerated() where target >= 0 {
            let row = UnsafeBufferPointer(start: logits + place * classes, count: classes)
            let logLoss = SoftmaxCrossEntropy.evaluate(
                logits: logits + place * classes, classes: classes, targets: [target], rows: 1, gradients: nil, scale: 1
            )
            guesses.append(
                LabelGuess(
                    truth: Int(target), guess: row.indices.max { row[$0] < row[$1] } ?? 0, logLoss: logLoss.loss,
                    item: items[place % items.count]))
        }
    }

    /// Mean loss per target.
    static func mean(_ scores: [LabelScore]) -> Double {
        let weight = scores.reduce(0) { $0 + $1.weight }
        return weight > 0 ? scores.reduce(0) { $0 + $1.loss } / weight : 0
    }
}
