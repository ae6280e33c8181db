/// States of smoothing along a series, so that the one before any of its steps can be had without all that came before.
struct SmoothingTrail: Sendable {
    private var states: [SmoothingState] = []
    /// From one to the next.
    private var apart = Self.apartMin
    private var noted = 0

    /// Copies of long seasons are dear, steps are cheap.
    private static var apartMin: Int { 32 }

    /// Notes the state before the next step, if it is time.
    mutating func note(_ state: SmoothingState) {
        if noted == 0 { apart = max(Self.apartMin, 2 * state.seasons.reduce(0, +)) }
        if noted % apart == 0 { states.append(state) }
        noted += 1
    }

    /// The state before a step.
    /// - Parameter values: `[C]` of a step, NaN missing.
    /// - Returns: nil where none was noted.
    func state(before step: Int, _ values: (Int) -> some Collection<Double>) -> SmoothingState? {
        let place = min(step / apart, states.count - 1)
        guard place >= 0 else { return nil }
        var state = states[place]
        for known in place * apart..<step { state.append(values(known)) }
        return state
    }

    /// Bytes that it holds.
    var sizeBytes: Int { states.reduce(0) { $0 + $1.sizeBytes } }
}
