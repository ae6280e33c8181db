import Dispatch
import Synchronization
import System

/// A fixed number of threads of our own for work that blocks or takes long: disk, SQLite, large bodies. Clients take
/// turns.
///
/// Neither Swift's cooperative pool nor a concurrent queue of Dispatch would do. Both draw from one set of threads, as
/// many as the machine has cores, so two bodies being parsed there would leave none for `/healthz`.
package final class WorkQueue: Sendable {
    /// Run on a thread of the queue; `isDropped` when nobody waits for it any more.
    private typealias Job = @Sendable (_ isDropped: Bool) -> Void

    /// Shared with the threads, which do not keep the queue itself alive.
    private final class Shared: Sendable {
        struct State {
            var jobs = FairQueue<(job: Job, isCancelled: Flag)>()
            var isStopped = false
        }

        let state = Mutex(State())
        let work = DispatchSemaphore(value: 0)

        func run() {
            while true {
                work.wait()
                let (next, isStopped) = state.withLock { ($0.jobs.popFirst(), $0.isStopped) }
                if let next { next.job(next.isCancelled.isSet) } else if isStopped { return }
            }
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }

    private let shared = Shared()
    private let threadCount: Int

    /// - Parameters:
    ///   - name: of the threads, for messages.
    ///   - threads: at least 1.
    ///   - niceness: of threads that work for long (`WorkerThread`).
    ///   - isPrompt: they run at once when there is work (`WorkerThread`).
    package init(name: String, threads: Int, niceness: Int32? = nil, isPrompt: Bool = false) {
        threadCount = max(1, threads)
        for index in 0..<threadCount {
            _ = WorkerThread(name: "\(name)-\(index)", niceness: niceness, isPrompt: isPrompt) { [shared] in
                shared.run()
            }
        }
    }

    /// The threads end once all that was given to them is done.
    deinit {
        shared.state.withLock { $0.isStopped = true }
        for _ in 0..<threadCount { shared.work.signal() }
    }

    /// Work that has not begun.
    package var waitingCount: Int { shared.state.withLock { $0.jobs.count } }

    /// Suspends the caller until `work` has run on a thread of the queue.
    ///
    /// - Parameter client: the client it is for; each has its turn.
    /// - Throws: what `work` throws; `CancellationError` if the task was cancelled before the work's turn came.
    package func run<T: Sendable>(for client: String = "", _ work: @escaping @Sendable () throws -> T) async throws -> T
    {
        let isCancelled = Flag()
        let handed = Handover(work)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(for: client, isCancelled) { isDropped in
                    // What the work holds, such as a part of the memory budget, is given back before its caller goes
                    // on.
                    continuation.resume(with: Self.outcome(of: handed.take(), isDropped: isDropped))
                }
            }
        } onCancel: {
            isCancelled.set()
        }
    }

    private static func outcome<T>(of work: (@Sendable () throws -> T)?, isDropped: Bool) -> Result<T, any Error> {
        guard let work, !isDropped else { return .failure(CancellationError()) }
        return Result { try work() }
    }

    private func enqueue(for client: String, _ isCancelled: Flag, _ job: @escaping Job) {
        shared.state.withLock { $0.jobs.append((job, isCancelled), of: client) }
        shared.work.signal()
    }
}
