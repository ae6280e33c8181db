import Store
import Synchronization

/// Leases that run out unless they are renewed, as those of a store on another machine do: no lock of a kernel says
/// there who has died. Times are seconds of the test's own clock.
package final class TimedLeases: Sendable {
    private struct State {
        var made = 0
        var now = 0.0
        /// By instance, when its lease runs out.
        var ends: [String: Double] = [:]
    }

    private let lengthSeconds: Double
    private let state = Mutex(State())

    /// - Parameter lengthSeconds: of a lease, from its last renewal.
    package init(lengthSeconds: Double) { self.lengthSeconds = lengthSeconds }

    /// A new lease, renewed now.
    package func take() -> TimedLease {
        let instance = state.withLock { state in
            state.made += 1
            return "timed-\(state.made)"
        }
        renew(instance)
        return TimedLease(instance: instance, leases: self)
    }

    /// Time goes by.
    package func advance(seconds: Double) { state.withLock { $0.now += seconds } }

    fileprivate func renew(_ instance: String) { state.withLock { $0.ends[instance] = $0.now + lengthSeconds } }
    fileprivate func isAlive(_ instance: String) -> Bool {
        state.withLock { state in state.ends[instance].map { $0 > state.now } ?? false }
    }
    fileprivate func removeDead(keeping runners: Set<String>) {
        state.withLock { state in
            let now = state.now
            state.ends = state.ends.filter { $0.value > now || runners.contains($0.key) }
        }
    }
}

/// One holder's lease.
package final class TimedLease: RunnerLease {
    /// The name of the holder.
    package let instance: String
    private let leases: TimedLeases

    fileprivate init(instance: String, leases: TimedLeases) {
        self.instance = instance
        self.leases = leases
    }

    /// The holder says that it lives.
    package func renew() { leases.renew(instance) }

    /// Whether a lease has not run out.
    package func isAlive(_ instance: String) -> Bool { leases.isAlive(instance) }

    /// Notes are not kept.
    package func note(_ text: String) {}

    /// None.
    package func takeNotes() -> [(instance: String, note: String)] { [] }

    /// Leases that ran out.
    package func removeDead(keeping runners: Set<String>) { leases.removeDead(keeping: runners) }
}
