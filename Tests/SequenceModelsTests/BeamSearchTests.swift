import Kernels
import SequenceModels
import Testing

/// The search against every answer there is.
@Suite struct BeamSearchTests {
    /// log p of each next choice after a beginning: a random table, a function of the beginning alone.
    private struct Table {
        let classes: Int
        let seed: UInt64

        func row(_ beginning: [Int32]) -> [Float] {
            let key = beginning.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1 + 1) }
            let random = CounterRandom(seed: seed, stream: key)
            let raw = (0..<classes).map { PortableMath.exp(3 * random.uniform(UInt64($0))) }
            let total = raw.reduce(0, +)
            return raw.map { Float(PortableMath.log($0 / total)) }
        }
    }

    private func run(_ search: BeamSearch, _ table: Table) -> [(choices: [Int32], score: Double)] {
        var search = search
        while !search.isFinished {
            let rows = search.live.flatMap { table.row($0.steps.map(\.choice)) }
            let before = search.live
            let parents = search.advance(rows, classes: table.classes, attention: nil)
            // Each answer grows from the row it names.
            for (parent, grown) in zip(parents, search.live) {
                #expect(before[parent].steps.map(\.choice) == grown.steps.map(\.choice).dropLast())
            }
        }
        return search.ranked.map { ($0.steps.map(\.choice), search.score($0)) }
    }

    /// Every answer of at most `steps` choices, choice 0 being the end, by its score.
    private func all(_ table: Table, steps: Int, penalty: Double) -> [(choices: [Int32], score: Double)] {
        var answers: [(choices: [Int32], score: Double)] = []
        func grow(_ choices: [Int32], _ logprob: Double) {
            let row = table.row(choices)
            for choice in 0..<table.classes {
                let total = logprob + Double(row[choice])
                let length = Double(choices.count + 1)
                let score = total / PortableMath.exp(penalty * PortableMath.log(length))
                if choice == 0 { answers.append((choices, score)) }
                if choice > 0 && choices.count + 1 == steps { answers.append((choices + [Int32(choice)], score)) }
                if choice > 0 && choices.count + 1 < steps { grow(choices + [Int32(choice)], total) }
            }
        }
        grow([], 0)
        return answers.sorted { $0.score > $1.score }
    }

    @Test func oneRowIsGreedy() {
        for seed in UInt64(0)..<20 {
            let table = Table(classes: 5, seed: seed)
            var greedy: [Int32] = []
            while greedy.count < 6 {
                let row = table.row(greedy)
                let best = row.indices.max { row[$0] < row[$1] } ?? 0
                if best == 0 { break }
                greedy.append(Int32(best))
            }
            #expect(run(BeamSearch(width: 1, end: 0, stepsMax: 6), table)[0].choices == greedy)
        }
    }

    /// Wide enough to hold every beginning, the search finds the best answer of all.
    @Test(arguments: [0.0, 1.0])
    func aWideBeamFindsTheBest(penalty: Double) {
        for seed in UInt64(0)..<10 {
            let table = Table(classes: 4, seed: seed)
            let found = run(BeamSearch(width: 64, end: 0, stepsMax: 4, lengthPenalty: penalty), table)
            let best = all(table, steps: 4, penalty: penalty)
            #expect(found[0].choices == best[0].choices && abs(found[0].score - best[0].score) < 1e-9)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
        }
    }

    @Test func bannedAndImpossibleChoicesAreNotMade() {
        var search = BeamSearch(width: 3, end: nil, banned: 1, stepsMax: 2)
        _ = search.advance([-1, -0.1, -.infinity, -2], classes: 4, attention: nil)
        #expect(search.live.compactMap { $0.last?.choice } == [0, 3])
        _ = search.advance([-1, -0.1, -1, -2, -.infinity, -0.1, -.infinity, -.infinity], classes: 4, attention: nil)
        #expect(search.isFinished && search.ranked.map { $0.steps.map(\.choice) } == [[0, 0], [0, 2], [0, 3]])
        // Without an end to choose, the length is the end.
        #expect(search.ranked.allSatisfy { $0.isEnded })
    }
}
