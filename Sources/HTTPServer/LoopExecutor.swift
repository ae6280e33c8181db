import Sockets

/// Runs tasks on the event loop of their connection.
///
/// A short request whose handler mostly waits would change threads twice more in Swift's own pool: on its way in, and
/// on its way out. On the loop what is ready at one time also runs and is sent in one turn.
///
/// LIFE. Whoever makes a task for it keeps it until the task has ended: the task holds its connection.
final class LoopExecutor: TaskExecutor {
    private let loop: EventLoop

    init(_ loop: EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
