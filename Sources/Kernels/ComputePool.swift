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
// SAFETY: all mutable state is guarded by `mutex`, or atomic.
package final class ComputePool: @unchecked Sendable {
    /// Threads that work in a `forEach`, the caller included.
    package let threads: Int

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let workReady = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let workDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let callers = Mutex(())
    private let next = Atomic<Int>(0)
    private var generation = 0
    private var running = 0
    private var stopped = false
    private var count = 0
    private var body: ((Int) -> Void)?
    private var handles: [pthread_t] = []

    /// - Parameter niceness: added to the priority value of the pool's own threads (Linux: 0 … 19, higher is later served).
    package init(threads: Int = ComputePool.coreCount, niceness: Int32 = 0) {
        self.threads = max(1, threads)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(workReady, nil)
        pthread_cond_init(workDone, nil)
        for _ in 1..<max(1, self.threads) { start(niceness) }
    }

    deinit {
        pthread_mutex_lock(mutex)
        stopped = true
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
                running = threads - 1
                generation += 1
                pthread_cond_broadcast(workReady)
                pthread_mutex_unlock(mutex)
                drain(count, body)
                pthread_mutex_lock(mutex)
                while running > 0 { pthread_cond_wait(workDone, mutex) }
                self.body = nil
                pthread_mutex_unlock(mutex)
            }
        }
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
        pthread_mutex_lock(mutex)
        while true {
            while generation == seen && !stopped { pthread_cond_wait(workReady, mutex) }
            if stopped { break }
            seen = generation
            let (count, body) = (self.count, self.body)
            pthread_mutex_unlock(mutex)
            if let body { drain(count, body) }
            pthread_mutex_lock(mutex)
            running -= 1
            if running == 0 { pthread_cond_signal(workDone) }
        }
        pthread_mutex_unlock(mutex)
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
