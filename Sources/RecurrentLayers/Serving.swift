package import Kernels

/// How a network that only predicts is held.
package struct Serving: Sendable {
    /// Shares the work of long windows and large steps; nil: each runs on its caller's thread alone.
    package var pool: ComputePool?
    /// The numbers in which weights of products are held.
    package var weights: WeightPrecision

    /// How a network serves; by default alone, in float32.
    package init(pool: ComputePool? = nil, weights: WeightPrecision = .float32) {
        self.pool = pool
        self.weights = weights
    }
}

/// The numbers in which weights of products are held. Halves (IEEE binary16, rounded to the nearest) take half the
/// memory; biases, embeddings, states and sums stay float32.
package enum WeightPrecision: String, Sendable, CaseIterable, Codable {
    case float32, float16
}
