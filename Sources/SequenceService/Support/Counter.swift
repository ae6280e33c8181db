import Synchronization

/// A number that only grows.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// At 0.
    package init() {}

    /// Adds `amount` from any thread; wraps around beyond `Int.max`.
    package func add(_ amount: Int) { count.wrappingAdd(amount, ordering: .relaxed) }
    /// The count so far.
    package var value: Int { count.load(ordering: .relaxed) }
}
