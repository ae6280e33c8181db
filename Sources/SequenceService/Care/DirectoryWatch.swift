import Dispatch
import Logging
import Store
import Synchronization
import System

/// A thread that looks every second whether the files are still there by which this process holds its data directory:
/// the lock, the lease of its runner, the database. A lock whose file somebody has deleted keeps nobody away, and rows
/// in a file without a name are gone at the end of the process.
final class DirectoryWatch: Sendable {
    private struct State {
        var isStopping = false
        var thread: WorkerThread?
        /// What could not be restored; told once.
        var fault = ""
    }

    private static let everySeconds = 1.0

    private let opened: OpenedDirectory
    private let logger: Logger
    private let onFatal: @Sendable (any Error) -> Void
    private let wake = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    /// - Parameter onFatal: hears that the directory is no longer this process's: nothing may be written any more.
    init(_ opened: OpenedDirectory, logger: Logger, onFatal: @escaping @Sendable (any Error) -> Void) {
        self.opened = opened
        self.logger = logger
        self.onFatal = onFatal
    }

    func start() {
        let thread = WorkerThread(name: "watch") { [self] in
            while !state.withLock({ $0.isStopping }) {
                look()
                _ = wake.wait(timeout: .now() + Self.everySeconds)
            }
        }
        state.withLock { $0.thread = thread }
    }

    func stop() {
        let thread = state.withLock { state in
            state.isStopping = true
            return state.thread
        }
        wake.signal()
        thread?.join()
    }

    /// One look. The database comes first: where another has its place, no lock is made beside that.
    private func look() {
        do {
            try opened.store.checkFiles()
            if try opened.lock?.restore(in: opened.place) == true { tell("lock") }
            if try opened.store.lease.restore() { tell("rondo.sqlite.runners/\(opened.store.lease.instance)") }
            state.withLock { $0.fault = "" }
        } catch {
            let text = "\(error)"
            let isNews = state.withLock { state in
                defer { state.fault = text }
                return state.fault != text
            }
            guard isNews else { return }
            logger.critical("the data directory is not held any more", metadata: ["error": "\(text)"])
            if (error as? StoreError)?.isFatal == true || error is DirectoryInUse { onFatal(error) }
        }
    }

    private func tell(_ file: String) {
        logger.critical(
            """
            a lock file was deleted or replaced while the server runs, and is made anew: another server may have taken \
            this one for dead meanwhile
            """, metadata: ["file": "\(opened.place.root)/\(file)"])
    }
}
