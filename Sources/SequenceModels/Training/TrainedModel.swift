package import Kernels

/// The result of a training.
package struct TrainedModel: Sendable {
    /// Settings, shapes and facts, as model.json has them.
    package var description: ModelDescription
    /// The weights, by name.
    package var tensors: [NamedTensor]
    /// Measured on the held-back data.
    package var evaluation: Evaluation

    /// See `Evaluation.metrics`.
    package var metrics: [String: Double] { evaluation.metrics }
    /// See `Evaluation.baselines`.
    package var baselines: [String: [String: Double]] { evaluation.baselines }
    /// 1 − model / best baseline in the task's leading error; positive is better than doing nothing.
    package var skill: Double? { evaluation.comparison?.skill }
    /// One plain sentence on whether the model is worth using.
    package var verdict: String { evaluation.verdict }
}
