import Dispatch
import SequenceService
import Synchronization
import System
import Testing

@Suite struct WorkQueueTests {
    /// Holds the only thread of a queue until `open`.
    private final class Gate: Sendable {
        private let opened = DispatchSemaphore(value: 0), entered = DispatchSemaphore(value: 0)
        func pass() {
            entered.signal()
            opened.wait()
        }
        func waitUntilEntered() async {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async { [entered] in
                    entered.wait()
                    continuation.resume()
                }
            }
        }
        func open() { opened.signal() }
    }

    /// What work notes on its threads.
    private final class Notes: Sendable {
        private let state = Mutex((order: [String](), running: 0, runningMost: 0))
        var order: [String] { state.withLock { $0.order } }
        var runningMost: Int { state.withLock { $0.runningMost } }
        func add(_ name: String) { state.withLock { $0.order.append(name) } }
        func begin() { state.withLock { $0 = ($0.order, $0.running + 1, max($0.runningMost, $0.running + 1)) } }
        func end() { state.withLock { $0.running -= 1 } }
    }

    @Test func clientsTakeTurnsAndCancelledWorkIsDropped() async throws {
        let queue = WorkQueue(name: "test", threads: 1)
        let gate = Gate(), notes = Notes()
        let first = Task { try await queue.run { gate.pass() } }
        await gate.waitUntilEntered()
        var tasks: [Task<Void, any Error>] = []
        for (name, client) in [("1", "greedy"), ("2", "greedy"), ("3", "greedy"), ("4", "modest")] {
            tasks.append(Task { try await queue.run(for: client) { notes.add(name) } })
            // One after the other, so that the order of arrival is known.
            while queue.waitingCount < tasks.count { await Task.yield() }
        }
        tasks[1].cancel()
        gate.open()
        try await first.value
        var failed: [Int] = []
        for (index, task) in tasks.enumerated() {
            if case .failure = await task.result { failed.append(index) }
        }
        #expect(failed == [1] && notes.order == ["1", "4", "3"])
    }

    @Test func workRunsOnAsManyThreadsAsSaid() async throws {
        let queue = WorkQueue(name: "test", threads: 2)
        let notes = Notes()
        let tasks = (0..<64).map { number in
            Task {
                try await queue.run(for: "\(number % 3)") {
                    notes.begin()
                    for _ in 0..<1000 { _ = Clock.monotonicSeconds() }
                    notes.end()
                }
            }
        }
        for task in tasks { try await task.value }
        #expect((1...2).contains(notes.runningMost))
    }
}
