import CKernels
import Synchronization
import System

/// Threads for maths, apart from event loops and from Swift's cooperative pool.
///
/// `forEach` is a fork and a join: the caller works too, and returns when every index is done. Which thread took which
/// index is not defined, so callers make shards whose number and results do not depend on the number of threads.
///
/// A fork is open from its start until the caller finds no index left; a worker enters an open fork or none. The join
/// waits for those inside, not for a worker that the system woke too late to find work.
///
/// Both sides of a fork and of a join look for some microseconds at an atomic before they sleep on a condition: a fork
/// that follows soon costs no system call. A pool that has more threads than there are processors sleeps at once.
// SAFETY: all mutable state is guarded by `mutex`, or atomic.
package final class ComputePool: @unchecked Sendable {
    /// Threads that work in a `forEach`, the caller included.
    package let threads: Int

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let workReady = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let workDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let callers = Mutex(())
    /// Callers that fork or wait to.
    private let busy = Atomic<Int>(0)
    private let next = Atomic<Int>(0)
    /// Counts forks; written under `mutex`, so that a worker that looks before it sleeps misses none.
    private let generation = Atomic<Int>(0)
    /// The workers inside the fork at hand, and `open` while others may enter.
    private let inside = Atomic<Int>(0)
    private static let open = 1 << 32
    private let stopped = Atomic<Bool>(false)
    /// Looks at an atomic before sleeping.
    private let looks: Int
    /// Pauses between two looks.
    private static let pauses = 16
    /// Looks that take about 20 µs: a pause takes 3 ns on one processor and 50 on another, and who looks for long takes
    /// a processor from those who have work.
    private static let looksBeforeSleep: Int = {
        let tries = (0..<8).map { _ in
            let begun = Clock.monotonicSeconds()
            for _ in 0..<64 * pauses { rk_pause() }
            return (Clock.monotonicSeconds() - begun) / 64
        }
        return max(1, min(400, Int(20e-6 / max(1e-9, tries.min() ?? 1))))
    }()
    /// What a body takes at least, as `WorkerThread.worked` counts: products within it count themselves.
    private static let indexOperations = 1 << 14
    private var count = 0
    /// The work of the fork at hand: where it is, and how it is run.
    private var task: (kind: any ForkWork.Type, address: UnsafeRawPointer)?
    private var workers: [WorkerThread] = []

    /// - Parameter niceness: of the pool's own threads, as for `WorkerThread`: given, others run between short pieces
    ///   of its work.
    package init(threads: Int = ComputePool.coreCount, niceness: Int32? = nil) {
        self.threads = max(1, threads)
        looks = threads <= ComputePool.coreCount ? Self.looksBeforeSleep : 0
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(workReady, nil)
        pthread_cond_init(workDone, nil)
        for _ in 1..<self.threads {
            // SAFETY: deinit joins every thread before the pool goes away, so the unowned reference stays valid.
            workers.append(WorkerThread(name: "compute", niceness: niceness) { [unowned(unsafe) self] in work() })
        }
    }

    deinit {
        pthread_mutex_lock(mutex)
        stopped.store(true, ordering: .releasing)
        pthread_cond_broadcast(workReady)
        pthread_mutex_unlock(mutex)
        for worker in workers { worker.join() }
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(workReady)
        pthread_cond_destroy(workDone)
        mutex.deallocate()
        workReady.deallocate()
        workDone.deallocate()
    }

    /// The processors of this machine that the process may use.
    package static var coreCount: Int { MachineShare.current.processors.value }

    /// Runs body(0), …, body(count − 1), each exactly once, on the pool and the caller; returns when all are done.
    /// Another caller's fork is waited for.
    package func forEach(_ count: Int, _ body: (Int) -> Void) {
        guard threads > 1, count > 1 else { return Self.alone(count, body) }
        withoutActuallyEscaping(body) { share(count, ClosureWork(body: $0)) }
    }

    /// The same, with what the body works on beside it: a body that captures nothing makes a fork that allocates
    /// nothing.
    package func forEach<Context>(_ count: Int, with context: Context, _ body: @escaping (Context, Int) -> Void) {
        guard threads > 1, count > 1 else { return Self.alone(count) { body(context, $0) } }
        share(count, ContextWork(context: context, body: body))
    }

    /// Runs the body for pieces of `length` (the last may be shorter) of 0 ..< total: (context, piece, its offset, its
    /// length). The pieces do not depend on the number of threads. What the body does not capture is not allocated.
    package func forEachPiece<Context>(
        of total: Int, length: Int, with context: Context, _ body: @escaping (Context, Int, Int, Int) -> Void
    ) {
        let work = PieceWork(total: total, length: length, context: context, body: body)
        let count = (total + length - 1) / length
        guard threads > 1, count > 1 else {
            // A closure of the method would be allocated.
            for piece in 0..<count {
                work.run(piece)
                WorkerThread.worked(Self.indexOperations)
            }
            return
        }
        share(count, work)
    }

    /// A fork, after those of others.
    private func share(_ count: Int, _ work: some ForkWork) {
        busy.wrappingAdd(1, ordering: .relaxed)
        callers.withLock { _ in fork(count, work) }
        busy.wrappingSubtract(1, ordering: .relaxed)
    }

    /// As `forEach` with a context, but the caller works alone while the pool serves another one: for predictions,
    /// which share a pool and would wait longer for it than it could save. A body of a fork may call it.
    package func forEachIfFree<Context>(_ count: Int, with context: Context, _ body: @escaping (Context, Int) -> Void) {
        guard threads > 1, count > 1,
            busy.compareExchange(expected: 0, desired: 1, ordering: .relaxed).exchanged
        else { return Self.alone(count) { body(context, $0) } }
        callers.withLock { _ in fork(count, ContextWork(context: context, body: body)) }
        busy.wrappingSubtract(1, ordering: .relaxed)
    }

    private static func alone(_ count: Int, _ body: (Int) -> Void) {
        for index in 0..<max(0, count) {
            body(index)
            WorkerThread.worked(indexOperations)
        }
    }

    private func fork<Work: ForkWork>(_ count: Int, _ work: Work) {
        // SAFETY: the pointer is valid until the join, and no worker is inside after it.
        withUnsafePointer(to: work) { address in
            pthread_mutex_lock(mutex)
            self.task = (Work.self, UnsafeRawPointer(address))
            self.count = count
            next.store(0, ordering: .relaxed)
            inside.store(Self.open, ordering: .releasing)
            generation.wrappingAdd(1, ordering: .releasing)
            pthread_cond_broadcast(workReady)
            pthread_mutex_unlock(mutex)
            drain(count, Work.self, address)
            inside.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing)
            if !look(until: { inside.load(ordering: .acquiring) == 0 }) {
                pthread_mutex_lock(mutex)
                while inside.load(ordering: .acquiring) > 0 { pthread_cond_wait(workDone, mutex) }
                pthread_mutex_unlock(mutex)
            }
            self.task = nil
        }
    }

    /// Whether the condition came true within `looks` looks.
    private func look(until isTrue: () -> Bool) -> Bool {
        for _ in 0..<looks {
            if isTrue() { return true }
            for _ in 0..<Self.pauses { rk_pause() }
        }
        return isTrue()
    }

    private func drain(_ count: Int, _ kind: any ForkWork.Type, _ address: UnsafeRawPointer) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            kind.run(at: address, index)
            WorkerThread.worked(Self.indexOperations)
        }
    }

    /// A worker: waits for a new generation, enters its fork if that is still open, takes indices until none is left.
    private func work() {
        var seen = 0
        while true {
            let isNews = {
                self.generation.load(ordering: .acquiring) != seen || self.stopped.load(ordering: .acquiring)
            }
            if !look(until: isNews) {
                pthread_mutex_lock(mutex)
                while !isNews() { pthread_cond_wait(workReady, mutex) }
                pthread_mutex_unlock(mutex)
            }
            if stopped.load(ordering: .acquiring) { return }
            seen = generation.load(ordering: .acquiring)
            guard enter() else { continue }
            // Inside, task and count are this fork's: the caller changes them when nobody is.
            if let task { drain(count, task.kind, task.address) }
            if inside.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
                // Under the mutex: the caller either sees 0 before it sleeps, or hears this.
                pthread_mutex_lock(mutex)
                pthread_cond_signal(workDone)
                pthread_mutex_unlock(mutex)
            }
        }
    }

    /// Joins the workers inside the fork at hand. Returns false when it is closed.
    private func enter() -> Bool {
        var found = inside.load(ordering: .acquiring)
        while found & Self.open != 0 {
            let (exchanged, original) = inside.compareExchange(
                expected: found, desired: found + 1, ordering: .acquiringAndReleasing)
            if exchanged { return true }
            found = original
        }
        return false
    }
}
