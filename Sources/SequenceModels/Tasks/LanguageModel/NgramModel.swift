import Kernels

/// What counting tokens after each context of up to N − 1 tokens can do: a language model must beat it.
///
/// The probability after a longer context is mixed with that after a shorter one by how many different tokens followed
/// it (method C of Witten & Bell 1991), down to the frequency of the token, one added.
package struct NgramModel: Sendable {
    /// N.
    package var order: Int { 1 + followers.count }
    private let vocabulary: Int
    private var unigrams: [Double]
    private var total = 0.0
    /// By n − 2: how often each n-gram came.
    private var counts: [CountTable]
    /// By n − 2: how often each context of n − 1 tokens was followed, and in the high half by how many tokens.
    private var followers: [CountTable]

    /// - Parameters:
    ///   - runs: learned; each teaches its tokens 1… from those before.
    ///   - vocabulary: V.
    ///   - orderMax: N, from 2.
    ///   - entriesMax: n-grams and contexts that are kept: the longest are given up where there are more, down to 2.
    package init(runs: [[Int32]], vocabulary: Int, orderMax: Int = 5, entriesMax: Int = 2_000_000) {
        self.vocabulary = vocabulary
        unigrams = [Double](repeating: 0, count: vocabulary)
        counts = (2...orderMax).map { _ in CountTable() }
        followers = counts
        var entries = 0
        for run in runs where run.count > 1 {
            for index in 1..<run.count {
                unigrams[Int(run[index])] += 1
                total += 1
                var context: UInt64 = 0
                for length in 1...min(index, counts.count) {
                    context = CountTable.key(context, run[index - length])
                    let before = counts[length - 1].add(1, to: CountTable.key(~context, run[index]))
                    let isNew = before == 0
                    let known = followers[length - 1].add(isNew ? 1 << 32 | 1 : 1, to: context)
                    entries += (isNew ? 1 : 0) + (known == 0 ? 1 : 0)
                }
                while entries > entriesMax, counts.count > 1 {
                    entries -= counts.removeLast().count + followers.removeLast().count
                }
            }
        }
    }

    /// Visits each target of a run, from 0, with its nats by the models of the orders given, at most N.
    package func visit(_ run: [Int32], orders: [Int], _ body: (_ target: Int, _ nats: [Double]) -> Void) {
        guard run.count > 1 else { return }
        for index in 1..<run.count {
            var chances = [(unigrams[Int(run[index])] + 1) / (total + Double(vocabulary))]
            var context: UInt64 = 0
            for length in 1...min(index, counts.count) {
                context = CountTable.key(context, run[index - length])
                let known = followers[length - 1].value(of: context)
                guard known > 0 else { break }
                let followed = Double(known & 0xFFFF_FFFF), different = Double(known >> 32)
                let seen = Double(counts[length - 1].value(of: CountTable.key(~context, run[index])))
                chances.append((seen + different * chances[length - 1]) / (followed + different))
            }
            body(index - 1, orders.map { -PortableMath.log(chances[min($0, chances.count) - 1]) })
        }
    }
}
