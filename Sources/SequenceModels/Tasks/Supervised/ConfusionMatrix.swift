/// Counts of (truth, guess) over K classes.
package struct ConfusionMatrix: Sendable {
    /// `[K, K]`, rows are truths.
    private var counts: [Int]
    private let classes: Int

    /// No guesses yet.
    /// - Parameter classes: K.
    package init(classes: Int) {
        self.classes = classes
        counts = [Int](repeating: 0, count: classes * classes)
    }

    /// Counts one guess; both are from 0 to K − 1.
    package mutating func add(truth: Int, guess: Int) { counts[truth * classes + guess] += 1 }

    /// Guesses so far.
    package var total: Int { counts.reduce(0, +) }

    /// Share of right guesses.
    package var accuracy: Double {
        total > 0 ? Double((0..<classes).reduce(0) { $0 + counts[$1 * classes + $1] }) / Double(total) : 0
    }

    /// Mean F1 over the classes that occur as truth or guess.
    package var macroF1: Double {
        var sum = 0.0, occurring = 0.0
        for k in 0..<classes {
            let right = counts[k * classes + k]
            let truths = (0..<classes).reduce(0) { $0 + counts[k * classes + $1] }
            let guesses = (0..<classes).reduce(0) { $0 + counts[$1 * classes + k] }
            guard truths + guesses > 0 else { continue }
            occurring += 1
            sum += 2 * Double(right) / Double(truths + guesses)
        }
        return occurring > 0 ? sum / occurring : 0
    }

    /// The most frequent mistake and its share of all mistakes.
    var mostConfused: (truth: Int, guess: Int, share: Double)? {
        var best: (truth: Int, guess: Int, count: Int)?
        var mistakes = 0
        for truth in 0..<classes {
            for guess in 0..<classes where guess != truth {
                let count = counts[truth * classes + guess]
                mistakes += count
                if count > best?.count ?? 0 { best = (truth, guess, count) }
            }
        }
        return best.map { ($0.truth, $0.guess, Double($0.count) / Double(mistakes)) }
    }

    func sentence(labels: [String]) -> String {
        guard let worst = mostConfused else { return "" }
        return "; its most frequent mistake is to take \"\(labels[worst.truth])\" for \"\(labels[worst.guess])\""
    }
}
