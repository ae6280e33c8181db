/// A queue in which clients take turns: one that brings a thousand elements waits for its own, and the
/// others do not. Each client's elements stay in order.
package struct FairQueue<Element> {
    private var elements: [String: Fifo<Element>] = [:]
    /// Clients with elements, the next one first.
    private var turns = Fifo<String>()

    /// An empty queue.
    package init() {}

    /// Whether nothing waits.
    package var isEmpty: Bool { turns.isEmpty }
    /// Elements that wait, of all clients.
    package private(set) var count = 0

    /// Appends behind the client's own elements.
    package mutating func append(_ element: Element, of client: String) {
        if elements[client] == nil { turns.append(client) }
        elements[client, default: Fifo()].append(element)
        count += 1
    }

    /// - Complexity: O(1), amortised.
    package mutating func popFirst() -> Element? {
        guard let client = turns.popFirst(), let element = elements[client]?.popFirst() else { return nil }
        count -= 1
        if elements[client]?.isEmpty == true { elements[client] = nil } else { turns.append(client) }
        return element
    }
}
