/// A queue in which owners take turns: who brings a thousand elements waits for its own, not the others for it. Each
/// owner's elements stay in order.
package struct FairQueue<Element> {
    private var elements: [String: Fifo<Element>] = [:]
    /// Owners with elements, the next one first.
    private var turns = Fifo<String>()

    package init() {}

    /// Whether nothing waits.
    package var isEmpty: Bool { turns.isEmpty }
    /// Elements that wait, of all clients.
    package private(set) var count = 0

    /// Appends behind the client's own elements.
    package mutating func append(_ element: Element, of owner: String) {
        if elements[owner] == nil { turns.append(owner) }
        elements[owner, default: Fifo()].append(element)
        count += 1
    }

    /// - Complexity: O(1), amortised.
    package mutating func popFirst() -> Element? {
        guard let owner = turns.popFirst(), let element = elements[owner]?.popFirst() else { return nil }
        count -= 1
        if elements[owner]?.isEmpty == true { elements[owner] = nil } else { turns.append(owner) }
        return element
    }
}
