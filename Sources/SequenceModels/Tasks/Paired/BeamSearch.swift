import Kernels

/// One choice of an answer, linked to the one before it.
package final class DecodedStep: Sendable {
    /// Index of a target token, or of an item of the input.
    package let choice: Int32
    /// Natural logarithm of its probability after the choices before it.
    package let logprob: Double
    /// How much of each input position it took; empty unless asked for.
    package let attention: [Float]
    /// The choice before it; nil at the first.
    package let before: DecodedStep?

    /// A choice after `before`, which other beginnings may share.
    package init(choice: Int32, logprob: Double, attention: [Float], before: DecodedStep?) {
        self.choice = choice
        self.logprob = logprob
        self.attention = attention
        self.before = before
    }
}

/// An answer, or the beginning of one.
package struct Hypothesis: Sendable {
    /// Nil before the first choice; the end is not among them.
    package var last: DecodedStep?
    /// Sum of the log-probabilities, that of the end included.
    package var logprob = 0.0
    /// Choices, the end included.
    package var length = 0
    /// Whether it came to its end, and was not cut off.
    package var isEnded = false

    /// All choices, first to last.
    package var steps: [DecodedStep] {
        var steps: [DecodedStep] = []
        var step = last
        while let current = step {
            steps.append(current)
            step = current.before
        }
        return steps.reversed()
    }
}

/// Which answers to follow: the most probable beginnings, a fixed number of them, until enough have ended.
///
/// The score of an answer is log p / length^α: without it, short answers would win by having fewer factors (Wu et al.
/// 2016, with the plain length). Pure: knows no network, and equal scores go to the earlier row and the smaller choice.
package struct BeamSearch: Sendable {
    /// 1 is the greedy answer.
    package let width: Int
    /// The choice that ends an answer; nil when only its length does.
    package let end: Int32?
    /// A choice that is never made.
    package let banned: Int32?
    /// Choices after which an answer is cut off.
    package let stepsMax: Int
    /// α.
    package let lengthPenalty: Double

    /// Beginnings that are followed, at most `width`; a row of the decoder each, in this order.
    package private(set) var live = [Hypothesis()]
    /// Answers that came to their end, or were cut off, in the order in which they did.
    package private(set) var done: [Hypothesis] = []
    private var steps = 0

    /// One empty beginning.
    /// - Precondition: `width` and `stepsMax` are at least 1.
    package init(width: Int, end: Int32?, banned: Int32? = nil, stepsMax: Int, lengthPenalty: Double = 1) {
        self.width = width
        self.end = end
        self.banned = banned
        self.stepsMax = stepsMax
        self.lengthPenalty = lengthPenalty
    }

    /// Whether nothing is left to follow, or `width` answers are done and no beginning has a better score.
    package var isFinished: Bool {
        if live.isEmpty { return true }
        guard done.count >= width else { return false }
        if width == 1 { return true }
        let ranked = done.map(score).sorted(by: >)
        return (live.map(score).max() ?? -.infinity) <= ranked[width - 1]
    }

    /// The answers so far, best first; those cut off behind all that ended by themselves only when their score is
    /// lower.
    package var ranked: [Hypothesis] {
        (done + (isFinished && done.count >= width ? [] : live)).enumerated()
            .sorted { (score($1.element), $0.offset) < (score($0.element), $1.offset) }.map(\.element)
    }

    /// What answers are ranked by.
    package func score(_ hypothesis: Hypothesis) -> Double {
        let length = Double(max(1, hypothesis.length))
        return hypothesis.logprob / PortableMath.exp(lengthPenalty * PortableMath.log(length))
    }

    private struct Candidate {
        var row: Int
        var choice: Int32
        var logprob: Double
        var total: Double
    }

    /// Takes one step of all live answers.
    /// - Parameters:
    ///   - logProbabilities: `[live, classes]`; −∞ where nothing may be chosen.
    ///   - attention: the attention of a row, or nil when nobody wants it.
    /// - Returns: for each answer now live, the row it goes on from.
    package mutating func advance(
        _ logProbabilities: UnsafePointer<Float>, classes: Int, attention: ((Int) -> [Float])?
    ) -> [Int] {
        steps += 1
        var next: [Hypothesis] = [], parents: [Int] = []
        var attentions = [[Float]?](repeating: nil, count: live.count)
        for (rank, candidate) in best(logProbabilities, classes).enumerated() where next.count < width {
            let parent = live[candidate.row]
            var grown = Hypothesis(last: parent.last, logprob: candidate.total, length: parent.length + 1)
            if candidate.choice == end {
                grown.isEnded = true
                if rank < width { done.append(grown) }
                continue
            }
            let weights = attentions[candidate.row] ?? attention?(candidate.row) ?? []
            attentions[candidate.row] = weights
            grown.last = DecodedStep(
                choice: candidate.choice, logprob: candidate.logprob, attention: weights, before: parent.last)
            next.append(grown)
            parents.append(candidate.row)
        }
        live = next
        if steps == stepsMax {
            // With no end to choose, an answer ends where it must.
            done += live.map { hypothesis in
                var cut = hypothesis
                cut.isEnded = end == nil
                return cut
            }
            (live, parents) = ([], [])
        }
        return parents
    }

    /// The 2·width best continuations, best first: of each row at most one is the end, so width others are among them.
    private func best(_ logProbabilities: UnsafePointer<Float>, _ classes: Int) -> [Candidate] {
        let count = 2 * width
        var best: [Candidate] = []
        for row in live.indices {
            for choice in 0..<classes where Int32(choice) != banned {
                let logprob = Double(logProbabilities[row * classes + choice])
                let total = live[row].logprob + logprob
                guard logprob > -.infinity, best.count < count || total > best[best.count - 1].total else { continue }
                let place = best.firstIndex { $0.total < total } ?? best.count
                best.insert(Candidate(row: row, choice: Int32(choice), logprob: logprob, total: total), at: place)
                if best.count > count { best.removeLast() }
            }
        }
        return best
    }
}
