import Synchronization
import System

/// Lets predictions go first on processors that training shares with them: threads of training ask between short pieces
/// of work whether predictions are under way, and wait for them, but never for long.
///
/// DESIGN. The priorities of the operating system decide which thread runs where two want one processor. They do not
/// keep training off the processor beside it, where it fills the caches and the memory that predictions read. So a
/// thread that has joined looks at one atomic before each time step of a layer and before each index of a fork, and
/// where predictions are computed it sleeps: until none is, or until its share of the time is due. What it computes
/// does not depend on it.
package enum TrainingTurns {
    /// Predictions being computed.
    private static let urgent = Atomic<Int>(0)
    private static let waitedNanoseconds = Atomic<Int>(0)
    /// Of the threads that wait: when they last went on, and their share.
    private static let own = ThreadValue<Turn>()

    private final class Turn {
        let share: Double
        var resumedSeconds: Double
        var waitedSeconds = 0.0

        init(share: Double) {
            self.share = share
            resumedSeconds = Clock.monotonicSeconds()
        }
    }

    /// Between two looks at whether predictions are still computed; less is not waited for.
    private static let lookSeconds = 1e-4
    /// One wait is no longer, whatever was worked before it.
    private static let waitSecondsMax = 0.02

    /// Makes the calling thread one of training.
    /// - Parameter share: of the time that it works at least while predictions are computed, above 0; 1 never waits.
    package static func join(share: Double) {
        own.value = share < 1 ? Turn(share: max(0.01, share)) : nil
    }

    /// A prediction is being computed, until `end`.
    package static func begin() { urgent.wrappingAdd(1, ordering: .relaxed) }

    /// As many times as `begin`.
    package static func end() { urgent.wrappingSubtract(1, ordering: .relaxed) }

    /// What the calling thread has waited; 0 of one that has not joined.
    package static var ownWaitedSeconds: Double { own.value?.waitedSeconds ?? 0 }

    /// What all threads have waited.
    package static var waitedSeconds: Double { Double(waitedNanoseconds.load(ordering: .relaxed)) * 1e-9 }

    /// Waits while predictions are computed, where the calling thread has joined and is not due: called between pieces
    /// of work that take a millisecond or so.
    @inline(__always)
    package static func pass() {
        if urgent.load(ordering: .relaxed) > 0 { wait() }
    }

    @inline(never)
    private static func wait() {
        guard let turn = own.value else { return }
        let began = Clock.monotonicSeconds()
        let most = min(waitSecondsMax, (began - turn.resumedSeconds) * (1 - turn.share) / turn.share)
        // What was worked adds up until a look is due.
        guard most >= lookSeconds else { return }
        var now = began
        while urgent.load(ordering: .relaxed) > 0, now - began < most {
            Clock.sleep(seconds: lookSeconds)
            now = Clock.monotonicSeconds()
        }
        turn.resumedSeconds = now
        turn.waitedSeconds += now - began
        waitedNanoseconds.wrappingAdd(Int((now - began) * 1e9), ordering: .relaxed)
    }
}
