package import Kernels

/// The result of a training.
package struct TrainedModel: Sendable {
    /// Settings, shapes and facts, as model.json has them.
    package var description: ModelDescription
    /// The weights, by name.
    package var tensors: [NamedTensor]
    /// Measured on the held-back data; names as in the API (`mase`, `perplexity`, `accuracy` …).
    package var metrics: [String: Double]
    /// The same metrics of naive methods on the same data.
    package var baselines: [String: [String: Double]]
    /// 1 − model / best baseline in the task's leading error; positive is better than doing nothing.
    package var skill: Double?
    /// One plain sentence on whether the model is worth using.
    package var verdict: String
}
