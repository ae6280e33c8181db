import Dispatch
import Synchronization

/// Wakes async waiters when something they look at may have changed.
///
/// A waiter takes a `ticket` first, looks, and then waits for news after the ticket: news in between is not lost.
package final class ChangeSignal: Sendable {
    private struct State {
        var generation: UInt64 = 0
        var nextID: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// A signal that has not been given yet.
    package init() {}

    /// To be taken before a look at what may change, so that no notice between look and wait is lost.
    package var ticket: UInt64 { state.withLock { $0.generation } }

    /// Wakes everyone who waits.
    package func notify() {
        let woken = state.withLock { state in
            state.generation &+= 1
            defer { state.waiters.removeAll() }
            return Array(state.waiters.values)
        }
        for waiter in woken { waiter.resume() }
    }

    /// Returns on the next `notify` after `ticket` was taken, after the timeout, or when the task is cancelled.
    package func wait(after ticket: UInt64, timeoutSeconds: Double) async {
        let id = state.withLock { state in
            state.nextID &+= 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let late = state.withLock { state in
                    if state.generation != ticket || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if late {
                    continuation.resume()
                } else {
                    DispatchQueue.global().asyncAfter(deadline: .now() + timeoutSeconds) { [weak self] in
                        self?.release(id)
                    }
                }
            }
        } onCancel: {
            release(id)
        }
    }

    private func release(_ id: UInt64) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
}
