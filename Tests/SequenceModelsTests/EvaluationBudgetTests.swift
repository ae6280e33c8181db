import Kernels
import SequenceModels
import Synchronization
import Testing

/// How much is measured, and in which order it is told.
@Suite struct EvaluationBudgetTests {
    private let pool = ComputePool(threads: 2)

    /// A clock that moves when something is measured.
    private final class WorkClock: Sendable {
        private let ticks = Atomic<Int>(0)
        var seconds: Double { Double(ticks.load(ordering: .relaxed)) }
        func work() { ticks.add(1, ordering: .relaxed) }
    }

    @Test func withoutALimitAllIsMeasuredInOrder() {
        var seen: [EvaluationBudget.Progress] = []
        let budget = EvaluationBudget(report: { progress in
            seen.append(progress)
            return true
        })
        budget.begin(cases: 1000)
        let results = budget.map(500, pool, cases: { _ in 2 }) { $0 * $0 }
        #expect(results.map(\.index) == Array(0..<500) && results.map(\.result) == (0..<500).map { $0 * $0 })
        #expect(seen.first?.done == 0 && seen.last?.done == 1000 && (20...100).contains(seen.count))
        #expect(budget.remark == "" && !budget.isStopped && !budget.isLimited)
        #expect(EvaluationBudget.unlimited.map(7, pool) { $0 }.map(\.result) == Array(0..<7))
    }

    @Test(arguments: [10.0, 100, 399]) func aLimitGivesASampleOfAll(limitSeconds: Double) {
        let clock = WorkClock()
        let budget = EvaluationBudget(seconds: limitSeconds, now: { clock.seconds })
        budget.begin(cases: 400)
        let results = budget.map(400, pool) { index in
            clock.work()
            return index
        }
        #expect(clock.seconds <= limitSeconds + max(2, 0.1 * limitSeconds) && clock.seconds >= 0.9 * limitSeconds)
        #expect(results.map(\.index) == results.map(\.index).sorted() && results.allSatisfy { $0.index == $0.result })
        // From everywhere, not from the beginning.
        #expect((results.last?.index ?? 0) > 300)
        #expect(budget.remark == "; measured on \(results.count) of 400 cases, as the time was short")
        #expect(abs(budget.estimatedSeconds - 400) < 20, "\(budget.estimatedSeconds)")
    }

    @Test func someCasesAreMeasuredHoweverShortTheTimeIs() {
        let clock = WorkClock()
        let budget = EvaluationBudget(seconds: 0, now: { clock.seconds })
        budget.begin(cases: 20)
        let first = budget.map(10, pool, share: 0.5) { index in
            clock.work(); return index
        }
        let second = budget.map(10, pool) { $0 }
        #expect(!first.isEmpty && first.count <= 2 && !second.isEmpty && second.count <= 2)
    }

    @Test func aFewCasesTellHowLongAllTake() {
        let clock = WorkClock()
        let probe = EvaluationBudget(casesMax: 6, now: { clock.seconds })
        probe.begin(cases: 3000)
        _ = probe.map(1000, pool) { _ in clock.work() }
        #expect(probe.progress.done <= 8)
        // Of a second kind, which is twice as slow.
        _ = probe.map(2000, pool) { _ in
            clock.work(); clock.work()
        }
        #expect(abs(probe.estimatedSeconds - 5000) < 1)
    }

    @Test func stopsOnRequest() {
        var reports = 0
        let budget = EvaluationBudget(report: { _ in
            reports += 1
            return reports < 4
        })
        budget.begin(cases: 1000)
        let results = budget.map(1000, pool) { $0 }
        #expect(budget.isStopped && results.count < 200)
    }
}
