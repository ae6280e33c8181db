import Kernels

/// What counting tokens and pairs of tokens can do; a language model must beat it.
struct NgramBaselines {
    private let vocabulary: Int
    private var unigrams: [Double]
    private var total = 0.0
    private var bigrams: [UInt64: Double] = [:]
    /// By token: how often it was followed, and by how many different tokens.
    private var followed: [Double]
    private var followers: [Double]

    /// Tokens between two looks at the clock.
    private static let part = 1 << 16
    /// Of the time that is left, what counting may take.
    private static let countingShare = 0.5

    /// Counts the tokens of all runs, or as many as the budget allows.
    init(runs: [[Int32]], vocabulary: Int, budget: EvaluationBudget = .unlimited) {
        self.vocabulary = vocabulary
        unigrams = [Double](repeating: 0, count: vocabulary)
        followed = unigrams
        followers = unigrams
        let deadline = budget.deadline(share: Self.countingShare)
        var counted = 0
        for run in runs where run.count > 1 {
            for index in 1..<run.count {
                counted += 1
                if counted % Self.part == 0, !budget.goesOn(after: Self.part, until: deadline) { return }
                let (a, b) = (Int(run[index - 1]), Int(run[index]))
                unigrams[b] += 1
                total += 1
                followed[a] += 1
                let key = Self.key(a, b)
                let before = bigrams[key, default: 0]
                if before == 0 { followers[a] += 1 }
                bigrams[key] = before + 1
            }
        }
        _ = budget.goesOn(after: counted % Self.part, until: deadline)
    }

    /// Mean nats per token of `unigram` (add-one) and `bigram` (Witten and Bell, 1991), over all tokens, or over as
    /// many as the budget allows.
    func losses(on runs: [[Int32]], budget: EvaluationBudget = .unlimited) -> [String: Double] {
        let deadline = budget.deadline()
        var unigram = 0.0, bigram = 0.0, count = 0.0
        scoring: for run in runs where run.count > 1 {
            for index in 1..<run.count {
                let (a, b) = (Int(run[index - 1]), Int(run[index]))
                let p = (unigrams[b] + 1) / (total + Double(vocabulary))
                unigram -= PortableMath.log(p)
                let pair = bigrams[Self.key(a, b), default: 0]
                bigram -= PortableMath.log(
                    followed[a] > 0 ? (pair + followers[a] * p) / (followed[a] + followers[a]) : p)
                count += 1
                if Int(count) % Self.part == 0, !budget.goesOn(after: Self.part, until: deadline) { break scoring }
            }
        }
        _ = budget.goesOn(after: Int(count) % Self.part, until: deadline)
        guard count > 0 else { return [:] }
        return ["unigram": unigram / count, "bigram": bigram / count]
    }

    private static func key(_ a: Int, _ b: Int) -> UInt64 { UInt64(a) << 32 | UInt64(b) }
}
