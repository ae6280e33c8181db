package import Kernels

/// Everything a training needs to go on as if it had never stopped.
package struct Checkpoint: Sendable {
    /// Weights, best weights (`best.…`), optimiser (`optimizer.…`) and carried states (`state.…`).
    package var tensors: [NamedTensor]
    /// Cursor, counters and running sums, exact (floating-point numbers as bit patterns).
    package var metadata: [String: String]

    /// What `Trainer` put together, or what was read from a file; nothing is checked here.
    package init(tensors: [NamedTensor], metadata: [String: String]) {
        self.tensors = tensors
        self.metadata = metadata
    }
}
