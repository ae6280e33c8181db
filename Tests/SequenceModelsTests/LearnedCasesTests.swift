import Kernels
import SequenceModels
import Testing

/// What is remembered of the data of a training.
@Suite struct LearnedCasesTests {
    private func randomSeries(_ index: Int, _ steps: Int, channels: Int = 1) -> NumericSeries {
        let random = CounterRandom(seed: 5, stream: UInt64(index))
        var value = 100.0
        return NumericSeries(
            values: (0..<steps * channels).map {
                value += random.normal(UInt64($0))
                return value
            }, channels: channels)
    }

    @Test func examplesAreKnownAgain() {
        let examples = (0..<2_000).map { TrainingExample(input: .text("case \($0)"), label: "\($0 % 3)") }
        let held = HeldBack.examples(Array(0..<200))
        let learned = LearnedCases(examples, without: held, isAll: false)
        #expect(examples[200...].allSatisfy { learned.has($0) }, "none is forgotten")
        #expect(examples[..<200].count { learned.has($0) } <= 2, "few are taken for others")
        #expect(LearnedCases(examples, without: held, isAll: true).has(examples[7]))
        // Another target is another case.
        #expect(!learned.has(TrainingExample(input: .text("case 500"), label: "9")))
        #expect(learned.isTelling && learned.words.count <= 1_024)
    }

    @Test func continuedVersionsKnowBoth() {
        let few = (0..<20).map { TrainingExample(input: .symbols(["a", "\($0)"])) }
        let many = (0..<900).map { TrainingExample(input: .symbols(["b", "\($0)"])) }
        let both = LearnedCases(few, without: .nothing, isAll: false).union(
            LearnedCases(many, without: .nothing, isAll: false))
        #expect(few.allSatisfy { both.has($0) } && many.allSatisfy { both.has($0) })
        let others = (0..<900).map { TrainingExample(input: .symbols(["c", "\($0)"])) }
        #expect(others.count { both.has($0) } < 20)
    }

    @Test func tooMuchIsNotKnown() {
        let few = LearnedCases(words: [UInt64](repeating: 0, count: 64), count: 1_024, every: 1)
        let many = LearnedCases(words: [UInt64](repeating: 0, count: 64), count: 1_025, every: 1)
        #expect(few?.isTelling == true && many?.isTelling == false)
        #expect(LearnedCases(words: [0, 0, 0], count: 1, every: 1) == nil)
        #expect(LearnedCases(words: [], count: 1, every: 1) == nil)
        #expect(LearnedCases(words: [0], count: 1, every: 6) == nil)
    }

    /// Of a series that has grown, the steps after the last that was learned, however much came before.
    @Test(arguments: [1, 2]) func stepsAfterTheLastLearned(channels: Int) {
        let whole = (0..<50).map { randomSeries($0, 120, channels: channels) }
        func cut(_ from: Int, _ end: Int) -> [TrainingExample] {
            whole.map {
                TrainingExample(
                    input: .numeric(
                        NumericSeries(values: Array($0.values[from * channels..<end * channels]), channels: channels)))
            }
        }
        let ends = Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, 80..<100) })
        let part = LearnedCases(cut(0, 100), without: .ends(ends), isAll: false)
        let all = LearnedCases(cut(0, 100), without: .ends(ends), isAll: true)
        for (from, end, partly, wholly) in [(0, 100, 20, 0), (0, 107, 24, 7), (30, 110, 24, 10), (0, 90, 10, 24)] {
            for example in cut(from, end) {
                guard case .numeric(let series) = example.input else { continue }
                #expect(part.stepsNotLearned(of: series, among: 24) == partly)
                #expect(all.stepsNotLearned(of: series, among: 24) == wholly)
            }
        }
        #expect(part.stepsNotLearned(of: randomSeries(77, 120, channels: channels), among: 24) == 24, "a new series")
    }

    /// The zeros at the end of many series are no sign of one.
    @Test func constantEndsAreNotMistaken() {
        func rare(_ index: Int, _ zeros: Int) -> NumericSeries {
            NumericSeries(values: randomSeries(index, 60).values + [Double](repeating: 0, count: zeros))
        }
        let examples = (0..<30).map { TrainingExample(input: .numeric(rare($0, 20))) }
        let learned = LearnedCases(examples, without: .nothing, isAll: false)
        #expect(learned.stepsNotLearned(of: rare(3, 26), among: 12) == 6)
        #expect(learned.stepsNotLearned(of: rare(99, 26), among: 12) == 12)
    }

    @Test func endsOfTexts() {
        func text(_ seed: UInt64, _ count: Int) -> String {
            let random = CounterRandom(seed: seed, stream: 1)
            return (0..<count).map { ["the", "cat", "sat", "on", "a", "mat", "dog"][Int(random.bits(UInt64($0)) % 7)] }
                .joined(separator: " ")
        }
        let first = text(1, 20_000)
        let learned = LearnedCases([TrainingExample(input: .text(first))], without: .tail(share: 0.1), isAll: false)
        func share(_ text: String) -> Double {
            learned.shareLearned(ofTail: 0.1, [TrainingExample(input: .text(text))])
        }
        #expect(share(first) < 0.02, "its own end was not learned")
        #expect(share(String(first.prefix(first.count / 2))) > 0.98)
        #expect(share(text(2, 20_000)) < 0.02 && share(first + text(2, 2_000)) < 0.02)
        #expect(learned.count < 40_000)
    }
}
