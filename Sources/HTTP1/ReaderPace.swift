/// How far a client is behind the least rate of taking a response: a leaky bucket of seconds.
///
/// Time fills it; each byte taken drains `1 / bytesPerSecondMin`. It has no bottom to save up from, for a client that
/// took much at first must not stand still for long afterwards. So a client of x times the least rate (x < 1) overstays
/// a grace of g seconds after g / (1 - x), and one that takes at least that rate, with pauses shorter than the grace,
/// never does.
package struct ReaderPace: Sendable {
    /// Seconds behind.
    package private(set) var lagSeconds = 0.0

    /// At the least rate.
    package init() {}

    /// Adds `seconds` in which the client took `takenBytes`. A least rate of 0 asks for nothing.
    package mutating func advance(seconds: Double, takenBytes: Int, bytesPerSecondMin: Int) {
        guard bytesPerSecondMin > 0 else { return }
        lagSeconds = max(0, lagSeconds + seconds - Double(takenBytes) / Double(bytesPerSecondMin))
    }
}
