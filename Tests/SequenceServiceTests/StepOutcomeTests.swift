import SequenceService
import Synchronization
import TestSupport
import Testing

/// Who comes first: the thread that computes, the writer, or the client that leaves.
@Suite struct StepOutcomeTests {
    private struct Failure: Error {}

    private func waiting(for outcome: StepOutcome<Int>, _ isWaiting: @escaping @Sendable () -> Void = {}) -> Task<
        Int, any Error
    > {
        Task {
            isWaiting()
            return try await outcome.value
        }
    }

    @Test func whatIsResolvedBeforeIsThere() async throws {
        let outcome = StepOutcome<Int>()
        #expect(outcome.begin())
        outcome.resolve(.success(3))
        outcome.resolve(.success(4))
        #expect(try await outcome.value == 3)
    }

    @Test func whoWaitsIsWokenOnce() async throws {
        let outcome = StepOutcome<Int>()
        let begun = Atomic<Bool>(false)
        let task = waiting(for: outcome) { begun.store(true, ordering: .relaxed) }
        #expect(await eventually { begun.load(ordering: .relaxed) })
        #expect(outcome.begin())
        outcome.resolve(.failure(Failure()))
        outcome.resolve(.success(1))
        await #expect(throws: Failure.self) { try await task.value }
    }

    @Test func whoLeavesBeforeItIsComputedDropsIt() async {
        let outcome = StepOutcome<Int>()
        let task = waiting(for: outcome)
        #expect(outcome.cancel())
        #expect(!outcome.cancel() && !outcome.begin(), "nobody waits any more")
        outcome.resolve(.success(1))
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func whatIsBeingRecordedIsNotCancelled() async throws {
        let outcome = StepOutcome<Int>()
        let task = waiting(for: outcome)
        #expect(outcome.begin() && !outcome.cancel())
        outcome.resolve(.success(5))
        #expect(try await task.value == 5)
    }
}
