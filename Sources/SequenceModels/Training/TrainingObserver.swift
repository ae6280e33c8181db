/// How far a training has come; sent after every optimiser step.
package struct TrainingReport: Sendable {
    /// 1-based epoch this step belongs to, of `epochs`.
    package var epoch: Int
    /// Epochs of the training, unless it stops early.
    package var epochs: Int
    /// Optimiser steps done, of at most `steps`.
    package var step: Int
    /// Optimiser steps of all epochs, unless it stops early.
    package var steps: Int
    /// Unmasked targets learned from so far.
    package var tokens: Int
    /// Unmasked targets learned from, per second since it began or was resumed.
    package var tokensPerSecond: Double
    /// Mean loss per target over the epoch so far.
    package var trainLoss: Double
    /// The most recent validation loss; absent before the first.
    package var validationLoss: Double?
    /// The step size of this step.
    package var learningRate: Double
    /// Norm of the gradient before clipping.
    package var gradientNorm: Double
    /// Seconds until all epochs are done or `max_seconds` are over, at the pace so far.
    package var remainingSeconds: Double?
    /// A sentence on what seems to go wrong; nil when nothing does.
    package var warning: String?
    /// Measured before the first step of the training and of every tenth of its epochs; absent in other reports.
    package var gradients: GradientPicture?
    /// By layer, the share of gates nearly shut or open in the window just learned from; empty for cells without gates.
    /// Computed when called: before `report` returns, or after the last step.
    package var gateSaturation: @Sendable () -> [Double]
}

/// What the caller of a training wants next; asked after every step.
package enum TrainingDirective: Sendable {
    case proceed, cancel, pause
}

/// Parts of a training that steps alone do not explain.
package enum TrainingPhase: Sendable, Equatable {
    /// Once more from the start, on all data, for as many epochs as proved best.
    case refit(epochs: Int)
    /// Validation became no better for the epochs of patience: from the best weights the rate falls to nothing.
    case coolDown(epochs: Int)
    /// A part of a small set is held back, and the rest is learned: until that becomes no better, to find the best
    /// epochs, then for so many, to measure.
    case fold(number: Int, of: Int, epochs: Int?)
    /// The best weights are measured on the held-back data, beside the baselines.
    case measuring
    /// They are measured beside other versions, on what none of them has learned.
    case comparing
}

/// The trainer's only view of the world: a clock, a listener and a place for checkpoints.
package protocol TrainingObserver: AnyObject {
    /// Seconds of a monotonic clock.
    func nowSeconds() -> Double
    func report(_ r: TrainingReport)
    /// A phase begins.
    func enter(_ phase: TrainingPhase)
    /// How far the measuring at the end has come; asked for a directive after each.
    func measured(_ progress: EvaluationBudget.Progress)
    func directive() -> TrainingDirective
    /// Keeps a checkpoint; called every `checkpoint_seconds` and before a pause. An error ends the training.
    func save(_ c: Checkpoint) throws
}

extension TrainingObserver {
    /// Phases are for people; most observers need none.
    package func enter(_ phase: TrainingPhase) {}
    /// Most observers need no progress of the measuring.
    package func measured(_ progress: EvaluationBudget.Progress) {}
}

/// How a training ended.
package enum TrainingOutcome: Sendable {
    case finished(TrainedModel)
    case cancelled
    case paused
}

/// A training that cannot go on, for example because its loss is no longer finite.
package struct TrainingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence for the client: what happened, and what may help.
    package let message: String

    /// The end of a training, for a reason that its client can read.
    package init(message: String) { self.message = message }

    package var description: String { message }
}
