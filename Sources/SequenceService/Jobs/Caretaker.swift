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

    /// Between two rounds while the directory cannot be written, or is full: room that was made is given back soon.
    private static let retrySeconds = 2.0

    private let services: JobServices
    private let versions: VersionRetention
    private let sessions: SessionParts
    private let probe: DirectoryProbe
    private let logger: Logger
    private let everySeconds: Double
    private let onFatal: @Sendable (any Error) -> Void
    private let wake = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    /// - Parameters:
    ///   - sessions: those that have expired are forgotten.
    ///   - probe: asks whether the directory can be written.
    ///   - everySeconds: between two rounds.
    ///   - onFatal: called when the store can record nothing until the next start, whoever has found that out.
    package init(
        services: JobServices, versions: VersionRetention, sessions: SessionParts, probe: DirectoryProbe,
        everySeconds: Double, logger: Logger, onFatal: @escaping @Sendable (any Error) -> Void
    ) {
        self.onFatal = onFatal
        self.services = services
        self.sessions = sessions
        self.probe = probe
        self.versions = versions
        self.everySeconds = everySeconds
        self.logger = logger
    }

    /// Starts the thread, which begins with a round.
    package func start() {
        let thread = WorkerThread(name: "care", niceness: 5) { [self] in
            while !state.withLock({ $0.isStopping }) {
                Housekeeping(services: services, logger: logger).run()
                sessions.expire(nowMs: Clock.wallMilliseconds(), logger)
                retainVersions()
                tidy()
                let isWell = askProbe() && !services.reserve.isDiskFull && services.reserve.isHeld
                if let fault = services.store.fault, fault.isFatal { onFatal(fault) }
                _ = wake.wait(timeout: .now() + (isWell ? everySeconds : Self.retrySeconds))
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

    /// Begins the next round now: something could not be written.
    package func hurry() { wake.signal() }

    /// Says when the directory cannot be written, and when it can again.
    private func askProbe() -> Bool {
        let before = probe.fault, now = probe.run()
        if let now, now != before {
            logger.error("the data directory cannot be written", metadata: ["error": "\(now)"])
        } else if now == nil, before != nil {
            logger.notice("the data directory can be written again")
        }
        return now == nil
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
