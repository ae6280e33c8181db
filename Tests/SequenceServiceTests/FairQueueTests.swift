import SequenceService
import Testing

@Suite struct FairQueueTests {
    @Test func clientsTakeTurns() {
        var queue = FairQueue<Int>()
        for number in 1...4 { queue.append(number, of: "greedy") }
        queue.append(10, of: "modest")
        queue.append(20, of: "late")
        queue.append(21, of: "late")
        var order: [Int] = []
        while let next = queue.popFirst() {
            order.append(next)
            // One that comes again waits for its turn like all others.
            if next == 10 { queue.append(11, of: "modest") }
        }
        #expect(order == [1, 10, 20, 2, 11, 21, 3, 4])
        #expect(queue.isEmpty && queue.popFirst() == nil)
    }
}
