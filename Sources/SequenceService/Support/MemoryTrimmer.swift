import CAllocator
import Dispatch
import Synchronization

/// Gives memory back to the system some time after much of it was freed: what a peak took is not kept for ever.
///
/// The allocator of glibc does so by itself only at the end of each thread's heap, and one small object that lives on
/// there keeps all below it. So whoever has freed much says so here, and a pass over the heaps follows after
/// `delaySeconds`. Under load that never pauses there is a pass every `delaySeconds` (a few milliseconds each). A pass
/// that had much to give back is followed by one more, which finds what was still in use then: what a request held is
/// counted as freed when its client has its answer or has left, and the prediction behind it may live a little longer.
package final class MemoryTrimmer: Sendable {
    /// Runs `body` once `seconds` have passed.
    package typealias Scheduler = @Sendable (_ seconds: Double, _ body: @escaping @Sendable () -> Void) -> Void

    /// Freed bytes that are worth a pass over the heaps.
    package static let freedSizeBytesMin = 16 << 20
    /// From the time there is enough, so that the rest of a peak goes in the same pass; also the time between two.
    package static let delaySeconds = 2.0
    private static let arenasMax: Int32 = 64
    private static let mappedSizeBytesMin: Int32 = 1 << 20

    private struct State {
        /// Since the last pass.
        var freedBytes = 0
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let schedule: Scheduler
    private let trim: @Sendable () -> Void

    /// A trimmer with nothing to trim yet.
    package convenience init() {
        let queue = DispatchQueue(label: "rondo.trim", qos: .utility)
        self.init(
            schedule: { seconds, body in queue.asyncAfter(deadline: .now() + seconds, execute: body) },
            trim: { rondo_allocator_trim() })
    }

    /// - Parameters:
    ///   - schedule: the clock.
    ///   - trim: a pass over the heaps.
    package init(schedule: @escaping Scheduler, trim: @escaping @Sendable () -> Void) {
        self.schedule = schedule
        self.trim = trim
    }

    /// Settings of the allocator for a server. Call it before most threads start: those there are keep their heaps.
    package static func prepareProcess() { rondo_allocator_bound(arenasMax, mappedSizeBytesMin) }

    /// What was noted since the last pass.
    package var freedBytes: Int { state.withLock { $0.freedBytes } }

    /// Some memory was freed, or soon will be. Quick, and may be called on any thread.
    ///
    /// - Parameter sizeBytes: how much, about.
    package func noteFreed(_ sizeBytes: Int) {
        let isDue = state.withLock { state in
            let (sum, overflows) = state.freedBytes.addingReportingOverflow(sizeBytes)
            state.freedBytes = overflows ? .max : sum
            guard state.freedBytes >= Self.freedSizeBytesMin, !state.isScheduled else { return false }
            state.isScheduled = true
            return true
        }
        if isDue { scheduleRun() }
    }

    /// What has ended now took memory that nobody counted, often much.
    package func noteMuchFreed() { noteFreed(Self.freedSizeBytesMin) }

    private func scheduleRun() { schedule(Self.delaySeconds) { [self] in run() } }

    private func run() {
        let wasMuch = state.withLock { state in
            defer { state.freedBytes = 0 }
            state.isScheduled = state.freedBytes >= Self.freedSizeBytesMin
            return state.isScheduled
        }
        trim()
        if wasMuch { scheduleRun() }
    }
}
