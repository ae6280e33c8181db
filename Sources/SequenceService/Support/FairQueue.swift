/// A queue in which owners take turns: who brings a thousand elements waits for its own, not the others for it. Each owner's elements
/// stay in order.
package struct FairQueue<Element> {
    private var elements: [String: [Element]] = [:]
    /// Owners with elements, the next one first.
    private var turns: [String] = []

    package init() {}

    package var isEmpty: Bool { turns.isEmpty }

    package mutating func append(_ element: Element, of owner: String) {
        if elements[owner] == nil { turns.append(owner) }
        elements[owner, default: []].append(element)
    }

    /// - Complexity: O(elements of the owner + owners).
    package mutating func popFirst() -> Element? {
        guard let owner = turns.first, let element = elements[owner]?.removeFirst() else { return nil }
        turns.removeFirst()
        if elements[owner]?.isEmpty == true { elements[owner] = nil } else { turns.append(owner) }
        return element
    }
}
