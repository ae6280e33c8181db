package import Kernels

/// What training needs of a network: flat parameters, a window forward, and the gradients of that window.
///
/// Forward and backward only read the network, each with a workspace of its own: many threads may run them at once, as
/// long as none repacks.
package protocol TrainableNetwork: AnyObject, Sendable {
    associatedtype Workspace: AnyObject
    var packed: PackedParameters { get }
    func forward(_ w: Workspace, training: Bool, dropoutKey: UInt64)
    /// Adds the gradients of the window that `forward` has just run to `gradients`, laid out as `parameters`.
    func backward(_ w: Workspace, training: Bool, dropoutKey: UInt64, gradients: AlignedBuffer)
    /// Tells which rows of embeddings the window at hand reads: `backward` touches no others of their gradients.
    func markRead(_ w: Workspace, in touched: TouchedFloats)
}

/// The parameters of a network in one flat buffer, and how they reach the layouts that the kernels read.
// SAFETY: the buffer changes only while the owner knows of no reader; the rest is constant.
package struct PackedParameters: @unchecked Sendable {
    let buffer: AlignedBuffer
    let layout: ParameterLayout
    /// What `repack` does, in calls that may run at once.
    let packing: [() -> Void]
}

extension TrainableNetwork {
    /// Flat, in the order of `tensors()`, with gaps; call `repack` after changing it.
    package var parameters: AlignedBuffer { packed.buffer }

    /// Parameters proper, without the gaps.
    package var parameterCount: Int { packed.layout.parameterCount }

    /// Bytes that a network held for prediction takes: parameters, and their packed copy.
    package var servingSizeBytes: Int { parameterCount * 2 * MemoryLayout<Float>.size }

    /// The parameters by name; those of recurrent layers and of Transformer blocks with PyTorch's names and shapes.
    package func tensors() -> [NamedTensor] { packed.layout.tensors(parameters) }

    /// Replaces all parameters, and repacks.
    ///
    /// - Throws: `ModelError` naming the tensor that does not fit; the parameters are then unspecified.
    package func assign(_ tensors: [NamedTensor]) throws(ModelError) {
        try packed.layout.fill(parameters, from: tensors)
        repack()
    }

    /// Takes the parameters over: once per optimiser step in training, once per load in serving.
    package func repack() {
        for piece in packed.packing { piece() }
    }

    /// `repack` on a pool.
    package func repack(pool: ComputePool) { pool.forEach(packed.packing.count, with: packed) { $0.packing[$1]() } }
}

extension RecurrentNetwork: TrainableNetwork {}
