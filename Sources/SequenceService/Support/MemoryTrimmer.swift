import CAllocator
import Dispatch
import Synchronization

/// Gives memory back to the system some time after much of it was freed: what a peak took is not kept for ever.
package final class MemoryTrimmer: Sendable {
    /// Freed bytes that are worth a pass over the heaps.
    private static let freedSizeBytesMin = 16 << 20
    /// From the time there is enough, so that the rest of a peak goes in the same pass; also the least time between
    /// two.
    private static let delaySeconds = 2.0
    private static let arenasMax: Int32 = 64
    private static let mappedSizeBytesMin: Int32 = 1 << 20

    private struct State {
        var freedBytes = 0
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "rondo.trim", qos: .utility)

    /// A trimmer with nothing to trim yet.
    package init() {}

    /// Settings of the allocator for a server. Call it before most threads start: those there are keep their heaps.
    package static func prepareProcess() { rondo_allocator_bound(arenasMax, mappedSizeBytesMin) }

    /// Some memory was freed, or soon will be.
    package func noteFreed(_ sizeBytes: Int) {
        let isDue = state.withLock { state in
            state.freedBytes += sizeBytes
            guard state.freedBytes >= Self.freedSizeBytesMin, !state.isScheduled else { return false }
            state.isScheduled = true
            return true
        }
        guard isDue else { return }
        queue.asyncAfter(deadline: .now() + Self.delaySeconds) { [self] in
            state.withLock { $0 = State() }
            rondo_allocator_trim()
        }
    }
}
