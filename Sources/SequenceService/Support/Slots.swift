import Synchronization

/// A bounded number of places; nobody waits for one.
package final class Slots: Sendable {
    private let free: Mutex<Int>

    /// `count` places, all free.
    package init(_ count: Int) { free = Mutex(count) }

    /// False when none is free. Whoever took one gives it back.
    package func take() -> Bool {
        free.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
    }

    /// Frees a place that `take` has given.
    package func giveBack() { free.withLock { $0 += 1 } }
}
