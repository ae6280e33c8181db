import CKernels
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Threads for maths, apart from event loops and from Swift's cooperative pool.
///
/// `forEach` is a fork and a join: the caller works too, and returns when every index is done. Which thread took which
/// index is not defined, so callers make shards whose number and results do not depend on the number of threads.
///
/// Both sides of a fork and of a join look for some microseconds at an atomic before they sleep on a condition: a fork that
/// follows soon costs no system call. A pool that has more threads than there are processors sleeps at once.
// SAFETY: all mutable state is guarded by `mutex`, or atomic.
package final class ComputePool: @unchecked Sendable {
    /// Threads that work in a `forEach`, the caller included.
    package let threads: Int

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let workReady = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let workDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let callers = Mutex(())
    private let next = Atomic<Int>(0)
    /// Counts forks; written under `mutex`, so that a worker that looks before it sleeps misses none.
    private let generation = Atomic<Int>(0)
    /// Workers that have not finished the fork at hand.
    private let running = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)
    /// Looks at an atomic before sleeping: about 20 µs of pauses.
    private let looks: Int
    private var count = 0
    private var body: ((Int) -> Void)?
    private var handles: [pthread_t] = []

    /// - Parameter niceness: added to the priority value of the pool's own threads (Linux: 0 … 19, higher is later served).
    package init(threads: Int = ComputePool.coreCount, niceness: Int32 = 0) {
        self.threads = max(1, threads)
        looks = threads <= ComputePool.coreCount ? 400 : 0
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(workReady, nil)
        pthread_cond_init(workDone, nil)
        for _ in 1..<max(1, self.threads) { start(niceness) }
    }

    deinit {
        pthread_mutex_lock(mutex)
        stopped.store(true, ordering: .releasing)
        pthread_cond_broadcast(workReady)
        pthread_mutex_unlock(mutex)
        for handle in handles { pthread_join(handle, nil) }
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(workReady)
        pthread_cond_destroy(workDone)
        mutex.deallocate()
        workReady.deallocate()
        workDone.deallocate()
    }

    /// The processors of this machine that are on line.
    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Runs body(0), …, body(count − 1), each exactly once, on the pool and the caller; returns when all are done.
    package func forEach(_ count: Int, _ body: (Int) -> Void) {
        guard threads > 1, count > 1 else {
            for index in 0..<max(0, count) { body(index) }
            return
        }
        callers.withLock { _ in
            withoutActuallyEscaping(body) { body in
                pthread_mutex_lock(mutex)
                self.body = body
                self.count = count
                next.store(0, ordering: .relaxed)
                running.store(threads - 1, ordering: .relaxed)
                generation.wrappingAdd(1, ordering: .releasing)
                pthread_cond_broadcast(workReady)
                pthread_mutex_unlock(mutex)
                drain(count, body)
                if !look(until: { running.load(ordering: .acquiring) == 0 }) {
                    pthread_mutex_lock(mutex)
                    while running.load(ordering: .acquiring) > 0 { pthread_cond_wait(workDone, mutex) }
                    pthread_mutex_unlock(mutex)
                }
                self.body = nil
            }
        }
    }

    /// Runs the body for pieces of `length` (the last may be shorter) of 0 ..< total: (piece, its offset, its length).
    /// The pieces do not depend on the number of threads.
    package func forEachPiece(of total: Int, length: Int, _ body: (Int, Int, Int) -> Void) {
        forEach((total + length - 1) / length) { piece in body(piece, piece * length, min(length, total - piece * length)) }
    }

    /// Whether the condition came true within `looks` looks.
    private func look(until isTrue: () -> Bool) -> Bool {
        for _ in 0..<looks {
            if isTrue() { return true }
            for _ in 0..<16 { rk_pause() }
        }
        return isTrue()
    }

    private func drain(_ count: Int, _ body: (Int) -> Void) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }

    /// A worker: waits for a new generation, takes indices until none is left, says so.
    private func work() {
        var seen = 0
        while true {
            let isNews = { self.generation.load(ordering: .acquiring) != seen || self.stopped.load(ordering: .acquiring) }
            if !look(until: isNews) {
                pthread_mutex_lock(mutex)
                while !isNews() { pthread_cond_wait(workReady, mutex) }
                pthread_mutex_unlock(mutex)
            }
            if stopped.load(ordering: .acquiring) { return }
            // A fork waits for all workers, so that the next cannot begin before this one is over.
            seen = generation.load(ordering: .acquiring)
            if let body { drain(count, body) }
            if running.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
                // Under the mutex: the caller either sees 0 before it sleeps, or hears this.
                pthread_mutex_lock(mutex)
                pthread_cond_signal(workDone)
                pthread_mutex_unlock(mutex)
            }
        }
    }

    private struct Start {
        unowned(unsafe) let pool: ComputePool
        let niceness: Int32
    }

    private func start(_ niceness: Int32) {
        let box = UnsafeMutablePointer<Start>.allocate(capacity: 1)
        // SAFETY: deinit joins every thread before the pool goes away, so the unowned reference stays valid.
        box.initialize(to: Start(pool: self, niceness: niceness))
        #if canImport(Darwin)
        var handle: pthread_t?
        #else
        var handle = pthread_t()
        #endif
        let status = pthread_create(&handle, nil, computePoolThread, box)
        guard status == 0 else {
            box.deallocate()
            preconditionFailure("pthread_create failed with error \(status)")
        }
        #if canImport(Darwin)
        if let handle { handles.append(handle) }
        #else
        handles.append(handle)
        #endif
    }

    fileprivate static func enter(_ argument: UnsafeMutableRawPointer) {
        let box = argument.assumingMemoryBound(to: Start.self)
        let start = box.move()
        box.deallocate()
        #if canImport(Glibc)
        // On Linux a priority belongs to a thread: training yields to predictions.
        if start.niceness != 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, start.niceness) }
        #endif
        start.pool.work()
    }
}

#if canImport(Darwin)
private func computePoolThread(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    ComputePool.enter(argument)
    return nil
}
#else
private func computePoolThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { ComputePool.enter(argument) }
    return nil
}
#endif
