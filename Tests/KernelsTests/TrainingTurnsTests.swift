import Kernels
import Synchronization
import System
import Testing

/// Training goes behind predictions, and is never kept for long. Other suites predict meanwhile.
@Suite(.serialized) struct TrainingTurnsTests {
    private final class Sum: Sendable {
        let value = Atomic<Int>(0)
        func add(_ number: Int) { value.wrappingAdd(number, ordering: .relaxed) }
    }

    /// What a thread of its own waits that asks after each of 100 pieces of about a tenth of a millisecond, while
    /// predictions are computed all the time; it ends, so it goes on.
    private func waited(_ join: @escaping @Sendable () -> Void) -> Double {
        let microseconds = Sum()
        TrainingTurns.begin()
        defer { TrainingTurns.end() }
        WorkerThread(name: "turns") {
            join()
            for _ in 0..<100 {
                let end = Clock.monotonicSeconds() + 1e-4
                while Clock.monotonicSeconds() < end {}
                TrainingTurns.pass()
            }
            microseconds.add(Int(TrainingTurns.ownWaitedSeconds * 1e6))
        }.join()
        return Double(microseconds.value.load(ordering: .relaxed)) * 1e-6
    }

    @Test func waitsForItsShare() {
        let before = TrainingTurns.waitedSeconds
        // Three times the 10 ms that it works; a machine under load makes both longer.
        #expect(waited { TrainingTurns.join(share: 0.25) } > 0.02)
        #expect(TrainingTurns.waitedSeconds > before)
    }

    @Test func whoHasNotJoinedNeverWaits() {
        #expect(waited {} == 0)
        #expect(waited { TrainingTurns.join(share: 1) } == 0)
    }

    /// The same result, whoever waits.
    @Test func poolsThatWaitComputeTheSame() {
        let pool = ComputePool(threads: 2, share: 0.1), sum = Sum()
        TrainingTurns.begin()
        defer { TrainingTurns.end() }
        pool.forEach(64) { sum.add($0 * $0) }
        #expect(sum.value.load(ordering: .relaxed) == 64 * 63 * 127 / 6)
    }
}
