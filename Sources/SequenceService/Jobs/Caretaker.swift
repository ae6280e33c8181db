import Dispatch
package import Logging
import Store
import Synchronization
import System

/// A thread that keeps the data directory small: now and then it deletes what nobody needs and tidies the store.
package final class Caretaker: Sendable {
    private struct State {
        var isStopping = false
        var thread: WorkerThread?
    }

    private let services: JobServices
    private let versions: VersionRetention
    private let logger: Logger
    private let everySeconds: Double
    private let wake = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    /// - Parameter everySeconds: between two rounds.
    package init(services: JobServices, versions: VersionRetention, everySeconds: Double, logger: Logger) {
        self.services = services
        self.versions = versions
        self.everySeconds = everySeconds
        self.logger = logger
    }

    /// Starts the thread, which begins with a round.
    package func start() {
        let thread = WorkerThread(name: "care", niceness: 5) { [self] in
            while !state.withLock({ $0.isStopping }) {
                Housekeeping(services: services, logger: logger).run()
                retainVersions()
                tidy()
                _ = wake.wait(timeout: .now() + everySeconds)
            }
        }
        state.withLock { $0.thread = thread }
    }

    /// Ends the thread, waits for it, and leaves the store tidy.
    package func stop() {
        let thread = state.withLock { state in
            state.isStopping = true
            return state.thread
        }
        wake.signal()
        thread?.join()
        tidy()
    }

    private func retainVersions() {
        do {
            try versions.run(nowMs: Clock.wallMilliseconds())
        } catch {
            logger.warning("retention of versions", metadata: ["error": "\(error)"])
        }
    }

    private func tidy() {
        services.reserve.refill()
        do {
            try services.store.tidy()
        } catch {
            logger.error("the store was not tidied", metadata: ["error": "\(error)"])
        }
    }
}
