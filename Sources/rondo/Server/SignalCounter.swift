import Synchronization

/// Counts the signals of a process.
final class SignalCounter: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
