import Sockets
import Synchronization
import Testing

@Suite struct TimerQueueTests {
    /// Against sorting, for many random times of which some are equal.
    @Test func actionsComeByTimeAndThenByArrival() {
        var generator = SystemRandomNumberGenerator()
        for count in [0, 1, 2, 3, 7, 100, 1000] {
            let times = (0..<count).map { _ in Double(Int.random(in: 0..<max(1, count / 2), using: &generator)) }
            let called = Mutex<[Int]>([])
            var queue = TimerQueue()
            for (number, time) in times.enumerated() {
                queue.add(at: time) { called.withLock { $0.append(number) } }
            }
            #expect(queue.firstSeconds == times.min())
            while let action = queue.popDue(now: .infinity) { action() }
            let expected = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
            #expect(called.withLock { $0 } == expected)
            #expect(queue.firstSeconds == nil)
        }
    }

    @Test func nothingIsDueBeforeItsTime() {
        var queue = TimerQueue()
        queue.add(at: 2) {}
        #expect(queue.popDue(now: 1.999) == nil)
        #expect(queue.popDue(now: 2) != nil)
        #expect(queue.popDue(now: 3) == nil)
    }
}
