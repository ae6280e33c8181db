/// How the learning rate runs over the training.
package enum ScheduleKind: String, Codable, Sendable, CaseIterable {
    /// Rises as `cosine` does, stays, and falls to nothing in a straight line over the last `cooldown` share of the
    /// steps: of those planned, or of fewer where patience or time ends the training sooner (Hägele et al. 2024).
    case warmupStableDecay = "warmup_stable_decay"
    /// The rate as it is.
    case constant
    /// Rises over the first `warmup` share of the steps, then falls to 2 % by half a cosine (Loshchilov & Hutter 2017).
    case cosine
    /// Times `factor` after every `every` epochs.
    case step
    /// Times `decay` after every epoch.
    case exponential
    /// Times `factor` when `patience` epochs brought no better validation loss.
    case plateau
    /// As it is for `hold` epochs, then divided by `divisor` before every further one (Zaremba, Sutskever & Vinyals
    /// 2014).
    case holdThenDivide = "hold_then_divide"
}
