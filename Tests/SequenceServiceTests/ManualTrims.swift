import SequenceService
import Synchronization

/// A trimmer whose passes over the heaps come when a test says so, and are only counted.
final class ManualTrims: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var passes = 0
    }

    private final class Box: Sendable { let state = Mutex(State()) }

    private let box: Box
    let trimmer: MemoryTrimmer

    init() {
        let box = Box()
        self.box = box
        trimmer = MemoryTrimmer(
            schedule: { _, body in box.state.withLock { $0.waiting.append(body) } },
            trim: { box.state.withLock { $0.passes += 1 } })
    }

    /// Passes that have been.
    var passes: Int { box.state.withLock { $0.passes } }
    /// Passes that are to come.
    var waitingCount: Int { box.state.withLock { $0.waiting.count } }

    /// The delay of all that wait is over; not that of those which come of it.
    func run() {
        let waiting = box.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for body in waiting { body() }
    }

    /// Until nothing waits.
    func runAll() { while waitingCount > 0 { run() } }
}
