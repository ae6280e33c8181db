import Synchronization

/// A value that one task makes and one other takes, so that the last reference, and with it the work of freeing
/// millions of pieces, ends up where it does no harm.
package final class Handover<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    /// Holds the value until it is taken.
    package init(_ value: Value) { self.value = Mutex(value) }

    /// The value; nil once it was taken.
    package func take() -> Value? { value.withLock { $0.take() } }
}
