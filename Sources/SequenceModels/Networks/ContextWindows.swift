/// How a network that attends to at most W steps goes on past them.
///
/// When the context is full, all but its last h = ⌊W/2⌋ steps are forgotten: those are read again, from position 0, and
/// the next step follows them. So a step sees between h and W − 1 steps before it, never a position that training did
/// not have, and the cost of reading again is spread over W − h steps. Written, scored, validated: the rule is the
/// same, and so are the numbers.
struct ContextWindows: Equatable {
    /// W ≥ 1.
    let context: Int

    /// h.
    var kept: Int { context / 2 }

    /// Steps `from ..< end` are read at once; what follows step t is predicted by it for t in `scored ..< end`.
    struct Window: Equatable {
        var from: Int
        var scored: Int
        var end: Int
    }

    /// The windows in which `count` steps are read; each step is scored in one of them.
    func windows(of count: Int) -> [Window] {
        guard count > 0 else { return [] }
        var windows = [Window(from: 0, scored: 0, end: min(context, count))]
        while let last = windows.last, last.end < count {
            let from = last.end - kept
            windows.append(Window(from: from, scored: last.end, end: min(from + context, count)))
        }
        return windows
    }
}
