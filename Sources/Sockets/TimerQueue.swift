/// What is to happen at a time: a binary heap by time, and by order of arrival where times are equal.
package struct TimerQueue {
    /// An action and when it is due.
    private struct Timer {
        let seconds: Double
        let number: UInt64
        let action: @Sendable () -> Void

        func isBefore(_ other: Timer) -> Bool {
            seconds != other.seconds ? seconds < other.seconds : number < other.number
        }
    }

    private var heap: [Timer] = []
    private var nextNumber: UInt64 = 0

    /// No timers.
    package init() {}

    /// When the first action is due, in monotonic seconds; nil if there is none.
    package var firstSeconds: Double? { heap.first?.seconds }

    /// Adds an action that is due at `seconds` of the monotonic clock.
    package mutating func add(at seconds: Double, _ action: @escaping @Sendable () -> Void) {
        heap.append(Timer(seconds: seconds, number: nextNumber, action: action))
        nextNumber += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the first action that is due at `now`, if there is one.
    package mutating func popDue(now: Double) -> (@Sendable () -> Void)? {
        guard let first = heap.first, first.seconds <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least])
            {
                least = child
            }
            guard least != parent else { return first.action }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
