package import Kernels

/// The result of a training.
package struct TrainedModel: Sendable {
    /// Settings, shapes and facts, as model.json has them.
    package var description: ModelDescription
    /// The weights, by name.
    package var tensors: [NamedTensor]
    /// Measured on the held-back data.
    package var evaluation: Evaluation
    /// Beside other versions, in the order in which they were asked for.
    package var comparisons: [VersionComparison] = []
    /// What of the examples was held back.
    package var heldBack: HeldBack = .nothing
    /// Whether that was learned in the end, too.
    package var learnsAll = false
    /// What it has learned from, to be kept with it; nil where nobody asked.
    package var learned: LearnedCases?

    /// - Parameters: as the members.
    package init(description: ModelDescription, tensors: [NamedTensor], evaluation: Evaluation) {
        (self.description, self.tensors, self.evaluation) = (description, tensors, evaluation)
    }

    /// See `Evaluation.metrics`.
    package var metrics: [String: Double] { evaluation.metrics }
    /// See `Evaluation.baselines`.
    package var baselines: [String: [String: Double]] { evaluation.baselines }
    /// 1 − model / best baseline in the task's leading error; positive is better than doing nothing.
    package var skill: Double? { evaluation.comparison?.skill }
    /// One plain sentence on whether the model is worth using.
    package var verdict: String { evaluation.verdict }
}
