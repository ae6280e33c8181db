import Synchronization

/// What becomes of a step: one task waits for it, while other threads compute and record it.
///
///     computing ──begin──► recording ──resolve──► resolved
///         └──────cancel────────────────────────────┘
///
/// What is being recorded is no longer cancelled: its answer is true.
package final class StepOutcome<Value: Sendable>: Sendable {
    private struct State {
        var isComputing = true
        var result: Result<Value, any Error>?
        var waiter: CheckedContinuation<Value, any Error>?
    }

    private let state = Mutex(State())

    /// Of a step that is being computed.
    package init() {}

    /// The step is computed. False: nobody waits for it any more.
    package func begin() -> Bool {
        state.withLock { state in
            state.isComputing = false
            return state.result == nil
        }
    }

    /// Ends the waiting, unless it has ended.
    package func resolve(_ result: Result<Value, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard state.result == nil else { return nil }
            state.result = result
            return state.waiter.take()
        }
        waiter?.resume(with: result)
    }

    /// Ends the waiting before the step is computed. False: it was too late for that.
    package func cancel() -> Bool {
        guard state.withLock({ $0.isComputing && $0.result == nil }) else { return false }
        resolve(.failure(CancellationError()))
        return true
    }

    /// Waits. For one task.
    package var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.waiter = continuation }
                    return state.result
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }
}
