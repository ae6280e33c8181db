import System

/// The predictions that must end within some time, and when to look at them again. Those that have ended leave by
/// themselves, so there are no more than predictions under way.
struct Deadlines<Element> {
    private var elements: [ObjectIdentifier: (seconds: Double, milliseconds: Int, element: Element)] = [:]
    /// No deadline is earlier; nil without any. `Clock.monotonicSeconds`
    private(set) var next: Double?

    /// - Parameters:
    ///   - milliseconds: what was asked for.
    ///   - seconds: when they are over.
    mutating func add(_ element: Element, of id: ObjectIdentifier, milliseconds: Int, at seconds: Double) {
        elements[id] = (seconds, milliseconds, element)
        next = min(next ?? seconds, seconds)
    }

    /// - Complexity: O(1): `next` may be that of one that has left.
    mutating func remove(_ id: ObjectIdentifier) {
        guard next != nil else { return }
        elements[id] = nil
        if elements.isEmpty { next = nil }
    }

    /// Removes those whose time is over.
    ///
    /// - Complexity: O(1) before `next`, O(count) then.
    mutating func takeDue(now: Double) -> [(element: Element, milliseconds: Int)] {
        guard let next, next <= now else { return [] }
        let due = elements.filter { $0.value.seconds <= now }
        for id in due.keys { elements[id] = nil }
        self.next = elements.values.map(\.seconds).min()
        return due.values.map { ($0.element, $0.milliseconds) }
    }
}
