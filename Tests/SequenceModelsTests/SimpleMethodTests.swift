import Foundation
import Kernels
import SequenceModels
import Testing

/// What models are measured beside, each against an oracle that was written apart.
@Suite struct SimpleMethodTests {
    private func draw(_ index: Int, _ count: Int, of kinds: Int, seed: UInt64 = 3) -> [Int32] {
        let random = CounterRandom(seed: seed, stream: UInt64(index))
        return (0..<count).map { Int32(random.bits(UInt64($0)) % UInt64(kinds)) }
    }

    /// By definition, of the ends.
    private func edits(_ a: ArraySlice<Int32>, _ b: ArraySlice<Int32>) -> Int {
        guard let x = a.last, let y = b.last else { return a.count + b.count }
        return min(
            edits(a.dropLast(), b.dropLast()) + (x == y ? 0 : 1), edits(a.dropLast(), b) + 1, edits(a, b.dropLast()) + 1
        )
    }

    @Test func editDistances() {
        for index in 0..<40 {
            let (a, b) = (draw(2 * index, index % 6, of: 3), draw(2 * index + 1, index % 5, of: 3))
            let right = edits(a[...], b[...])
            #expect(EditDistance.of(a, b) == right, "\(a) \(b)")
            for below in 1...6 {
                let bounded = EditDistance.of(a, b, below: below)
                #expect(right < below ? bounded == right : bounded >= below, "\(a) \(b) below \(below)")
            }
        }
    }

    @Test func theNearestOfTokens() {
        let sequences = (0..<50).map { draw($0, 1 + $0 % 6, of: 4) }
        let nearest = NearestSequence(sequences.map { .tokens($0) }, queries: 10, seed: 1)
        for index in 0..<20 {
            let query = draw(100 + index, index % 7, of: 4)
            let distances = sequences.map { edits($0[...], query[...]) }
            #expect(distances[nearest.place(of: .tokens(query))] == distances.min(), "\(query)")
        }
    }

    /// Brought to one length: the same line drawn with more steps is the nearest; a sample where the cost is bounded.
    @Test func theNearestOfSeries() {
        func line(_ from: Float, _ to: Float, _ steps: Int) -> EncodedSequence {
            .numbers(
                (0..<steps).flatMap { [from + (to - from) * Float($0) / Float(max(1, steps - 1)), 0] }, width: 2)
        }
        let sequences = [line(0, 1, 9), line(1, 0, 30), line(0, 4, 12), line(3, 3, 1), .numbers([], width: 2)]
        let nearest = NearestSequence(sequences, queries: 5, seed: 1)
        #expect(nearest.place(of: line(0, 1, 50)) == 0 && nearest.place(of: line(1, 0.1, 3)) == 1)
        #expect(nearest.place(of: line(0, 3.9, 100)) == 2 && nearest.place(of: line(3, 3, 20)) == 3)
        #expect(nearest.place(of: .numbers([], width: 2)) == 4)
        let many = [EncodedSequence](repeating: line(0, 1, 40), count: 5_000)
        let sample = NearestSequence(many, queries: 100_000, seed: 1).sample
        #expect(sample.count < 5_000 && sample.count >= 20 && Set(sample).count == sample.count)
    }

    /// Against the product of probabilities, .1 added to every count.
    @Test func naiveBayes() {
        let sequences = (0..<60).map { draw($0, 2 + $0 % 5, of: $0 % 2 == 0 ? 3 : 4) }
        let labels = sequences.indices.map { $0 % 2 }
        func features(_ tokens: [Int32]) -> [[Int32]] {
            tokens.map { [$0] } + zip([-1] + tokens, tokens + [-2]).map { [$0, $1] }
        }
        var counts: [[[Int32]: Double]] = [[:], [:]]
        for (sequence, label) in zip(sequences, labels) {
            for feature in features(sequence) { counts[label][feature, default: 0] += 1 }
        }
        let kinds = Set(counts.flatMap(\.keys))
        let bayes = NaiveBayes(sequences, labels: labels, classes: 2)
        var seen = Set<Int>()
        for index in 0..<40 {
            let query = draw(500 + index, 3, of: 5)
            let known = features(query).filter { kinds.contains($0) }
            let scores = (0..<2).map { label -> Double in
                let total: Double = counts[label].values.reduce(0, +) + 0.1 * Double(kinds.count)
                let chances: [Double] = known.map { ((counts[label][$0] ?? 0) + 0.1) / total }
                return chances.reduce(0.0) { $0 + log($1) }
            }
            let label = bayes.label(of: query)
            seen.insert(label)
            #expect(abs(scores[0] - scores[1]) < 1e-9 || label == (scores[0] > scores[1] ? 0 : 1), "\(query)")
        }
        #expect(seen == [0, 1])
    }

    @Test func tagTable() {
        let table = TagTable([(1, 0), (1, 2), (1, 2), (2, 1), (2, 0)].map { (token: $0, tag: $1) }, majority: 3)
        #expect(table.tag(of: 1) == 2 && table.tag(of: 2) == 0 && table.tag(of: 9) == 3)
    }

    /// What is a straight line is found: of the last and the mean value, and of how often a token comes. A target that
    /// is missing, or a number that never changes, disturbs nothing.
    @Test func linearSummaries() {
        let random = CounterRandom(seed: 4, stream: 4)
        let series = (0..<300).map { index -> [Float] in
            (0..<4 + index % 3).flatMap { step -> [Float] in [Float(random.normal(UInt64(index * 20 + step))), 7] }
        }
        func truth(_ values: [Float]) -> Double {
            let first = stride(from: 0, to: values.count, by: 2).map { Double(values[$0]) }
            return 3 * Double(values[values.count - 2]) - 2 * first.reduce(0, +) / Double(first.count) + 100
        }
        let line = LinearSummary(
            series.map { .numbers($0, width: 2) },
            targets: series.enumerated().map { [$0 % 4 == 0 ? .nan : truth($1), 5] }, seed: 1)
        for values in series.prefix(20) {
            let guess = line.values(of: .numbers(values, width: 2))
            #expect(abs(guess[0] - truth(values)) < 0.3 && guess[1] == 5, "\(guess)")
        }
        let texts = (0..<200).map { draw($0, $0 % 9, of: 3) }
        func price(_ tokens: [Int32]) -> Double { tokens.reduce(0) { $0 + Double(1 + $1 * $1) } }
        let prices = LinearSummary(texts.map { .tokens($0) }, targets: texts.map { [price($0)] }, seed: 1)
        for tokens in texts.prefix(20) {
            #expect(abs(prices.values(of: .tokens(tokens))[0] - price(tokens)) < 0.8, "\(tokens)")
        }
    }

    /// The probability of a token by Witten and Bell's equation, from lists of tokens.
    private func chance(_ context: ArraySlice<Int32>, _ next: Int32, _ runs: [[Int32]], _ vocabulary: Int) -> Double {
        let targets = runs.flatMap { $0.dropFirst() }
        guard !context.isEmpty else {
            return Double(targets.count { $0 == next } + 1) / Double(targets.count + vocabulary)
        }
        let shorter = chance(context.dropFirst(), next, runs, vocabulary)
        var followers: [Int32] = []
        for run in runs where run.count > context.count {
            for end in context.count..<run.count where Array(run[end - context.count..<end]) == Array(context) {
                followers.append(run[end])
            }
        }
        guard !followers.isEmpty else { return shorter }
        let different = Double(Set(followers).count)
        return (Double(followers.count { $0 == next }) + different * shorter) / (Double(followers.count) + different)
    }

    @Test func ngrams() {
        let runs = (0..<5).map { draw($0, 60, of: 3) } + [[1]]
        let model = NgramModel(runs: runs, vocabulary: 4)
        #expect(model.order == 5)
        let text = draw(9, 30, of: 4)
        var losses: [[Double]] = []
        model.visit(text, orders: [1, 2, 5]) { target, nats in
            #expect(target == losses.count)
            losses.append(nats)
        }
        #expect(losses.count == 29)
        for (target, row) in losses.enumerated() {
            for (place, order) in [1, 2, 5].enumerated() {
                let context = text[...target].suffix(order - 1)
                let right = -log(chance(context, text[target + 1], runs, 4))
                #expect(abs(row[place] - right) < 1e-9, "\(target) order \(order)")
            }
        }
        // The longest contexts go first where the memory is bounded.
        #expect(NgramModel(runs: runs, vocabulary: 4, entriesMax: 60).order < 5)
        #expect(NgramModel(runs: runs, vocabulary: 4, entriesMax: 0).order == 2)
    }

    @Test func countTables() {
        var table = CountTable(), right: [UInt64: UInt64] = [:]
        let random = CounterRandom(seed: 1, stream: 1)
        for index in 0..<5_000 {
            let key = CountTable.key(random.bits(UInt64(index)) % 7, Int32(random.bits(UInt64(index)) % 300))
            let before = table.add(2, to: key)
            #expect(before == right[key] ?? 0)
            right[key, default: 0] += 2
        }
        #expect(table.count == right.count && right.allSatisfy { table.value(of: $0.key) == $0.value })
        #expect(table.value(of: 1) == right[1] ?? 0)
    }

    /// Each run is a case; of few runs, blocks in their order, each target in one.
    @Test func casesOfTokens() {
        let many = TokenCases((0..<20).map { [Int32](repeating: 0, count: $0 == 3 ? 1 : 5) })
        #expect(many.count == 19 && !many.areOrdered && many.index(run: 4, target: 2) == 3)
        let few = TokenCases([[Int32](repeating: 0, count: 301), [Int32](repeating: 0, count: 21)])
        let places = (0..<300).map { few.index(run: 0, target: $0) } + (0..<20).map { few.index(run: 1, target: $0) }
        #expect(few.count == 32 && few.areOrdered && places == places.sorted() && Set(places) == Set(0..<32))
        #expect((0..<32).allSatisfy { place in places.count { $0 == place } == 10 })
        #expect(TokenCases([[1, 2]]).count == 1)
    }
}
