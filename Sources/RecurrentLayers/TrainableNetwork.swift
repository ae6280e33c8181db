package import Kernels

/// What training needs of a network: flat parameters, a window forward, and the gradients of that window.
///
/// Forward and backward only read the network, each with a workspace of its own: many threads may run them at once, as
/// long as none repacks.
package protocol TrainableNetwork: AnyObject, Sendable {
    associatedtype Workspace: AnyObject
    /// Flat, in the order of `tensors()`, with gaps; call `repack` after changing it.
    var parameters: AlignedBuffer { get }
    /// Parameters proper, without the gaps.
    var parameterCount: Int { get }
    func tensors() -> [NamedTensor]
    func assign(_ tensors: [NamedTensor]) throws(ModelError)
    func repack()
    func repack(pool: ComputePool)
    func forward(_ w: Workspace, training: Bool, dropoutKey: UInt64)
    /// Adds the gradients of the window that `forward` has just run to `gradients`, laid out as `parameters`.
    func backward(_ w: Workspace, training: Bool, dropoutKey: UInt64, gradients: AlignedBuffer)
}

extension RecurrentNetwork: TrainableNetwork {}
