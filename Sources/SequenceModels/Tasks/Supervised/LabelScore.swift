import RecurrentLayers

/// How well labels were guessed.
struct LabelScore {
    /// (Weighted) sum of the loss, and what to divide it by.
    var loss = 0.0
    var weight = 0.0
    /// (truth, guess) of each target.
    var pairs: [(truth: Int, guess: Int)] = []

    /// Of no targets yet.
    init() {}

    /// The most probable label of each target.
    /// - Parameters: `logits` `[N, K]`, `targets` `[N]`, −1 masked.
    init(logits: UnsafePointer<Float>, classes: Int, targets: [Int32], loss: ClassLoss) {
        (self.loss, weight) = loss.measure(logits: logits, classes: classes, targets: targets, rows: targets.count)
        for (place, target) in targets.enumerated() where target >= 0 {
            let row = UnsafeBufferPointer(start: logits + place * classes, count: classes)
            pairs.append((Int(target), row.indices.max { row[$0] < row[$1] } ?? 0))
        }
    }

    /// Mean loss per target.
    static func mean(_ scores: [LabelScore]) -> Double {
        let weight = scores.reduce(0) { $0 + $1.weight }
        return weight > 0 ? scores.reduce(0) { $0 + $1.loss } / weight : 0
    }

    /// Against always answering the label that is most frequent in training.
    /// - Parameters: `labels` by index, `counts` how often each is a training target.
    static func evaluation(_ scores: [LabelScore], labels: [String], counts: [Int]) -> Evaluation {
        let majority = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        var confusion = ConfusionMatrix(classes: labels.count), naive = confusion
        for (truth, guess) in scores.lazy.flatMap(\.pairs) {
            confusion.add(truth: truth, guess: guess)
            naive.add(truth: truth, guess: majority)
        }
        // A sample may have met no target.
        guard confusion.total > 0 else { return .unmeasured }
        let skill = naive.accuracy < 1 ? 1 - (1 - confusion.accuracy) / (1 - naive.accuracy) : nil
        return Evaluation(
            metrics: ["accuracy": confusion.accuracy, "macro_f1": confusion.macroF1, "validation_loss": mean(scores)],
            baselines: ["majority": ["accuracy": naive.accuracy, "macro_f1": naive.macroF1]], skill: skill,
            verdict: Evaluation.verdict(skill: skill, against: "always answering the most frequent label")
                + confusion.sentence(labels: labels))
    }
}
