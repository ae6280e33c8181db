import System

/// When a prediction ends that has not finished.
package struct Deadline: Sendable {
    /// What was asked for: `timeout_ms`.
    package let milliseconds: Int
    /// When they are over. `Clock.monotonicSeconds`
    let seconds: Double

    /// - Parameter start: when they began.
    package init(milliseconds: Int, from start: Double = Clock.monotonicSeconds()) {
        self.milliseconds = milliseconds
        seconds = start + Double(milliseconds) / 1000
    }

    var isOver: Bool { seconds <= Clock.monotonicSeconds() }
}
