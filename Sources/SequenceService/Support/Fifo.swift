/// A queue whose first element is taken in constant time, amortised.
package struct Fifo<Element> {
    /// Taken places are nil until there are more of them than of the others.
    private var elements: [Element?] = []
    private var head = 0

    /// An empty queue.
    package init() {}

    /// Whether nothing waits.
    package var isEmpty: Bool { head == elements.count }
    /// Elements that wait.
    package var count: Int { elements.count - head }
    /// The next one.
    package var first: Element? { isEmpty ? nil : elements[head] }

    /// Appends behind all others.
    package mutating func append(_ element: Element) { elements.append(element) }

    /// Removes and returns the next one; nil if there is none.
    package mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
