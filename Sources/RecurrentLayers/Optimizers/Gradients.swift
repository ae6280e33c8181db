import CKernels
package import Kernels

/// What is done to gradients between backward and the update.
package enum Gradients {
    /// ‖g‖₂ over all parameters.
    package static func norm(_ gradients: AlignedBuffer) -> Float {
        Float(InstructionSet.kernels.sum_of_squares(gradients.count, gradients.pointer).squareRoot())
    }

    /// Scales g so that ‖g‖₂ ≤ `normMax` (Pascanu, Mikolov & Bengio 2013). Returns the norm before.
    @discardableResult
    package static func clip(_ gradients: AlignedBuffer, normMax: Float) -> Float {
        let norm = norm(gradients)
        if norm > normMax { InstructionSet.kernels.scale(gradients.count, normMax / norm, gradients.pointer) }
        return norm
    }

    /// Limits each component to ±`valueMax`.
    package static func clip(_ gradients: AlignedBuffer, valueMax: Float) {
        precondition(valueMax > 0, "a limit of \(valueMax)")
        for index in 0..<gradients.count {
            gradients.pointer[index] = min(max(gradients.pointer[index], -valueMax), valueMax)
        }
    }

    /// target = shard 0 + shard 1 + …, in that order, and the shards are cleared for the next step: the one place that
    /// clears gradients.
    package static func sum(_ shards: [AlignedBuffer], into target: AlignedBuffer) {
        target.zero()
        for shard in shards {
            InstructionSet.kernels.add(target.count, shard.pointer, target.pointer)
            shard.zero()
        }
    }
}
