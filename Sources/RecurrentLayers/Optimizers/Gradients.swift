package import Kernels

/// What is done to gradients between backward and the update: piece by piece on a pool, in pieces that do not depend on
/// its threads.
package enum Gradients {
    /// Floats of a piece: 64 kB, so that what one pass wrote is still near for the next.
    static let pieceLength = 16_384

    /// ‖g‖₂ over all parameters.
    package static func norm(_ gradients: AlignedBuffer, pool: ComputePool) -> Float {
        // Sums of so many pieces at a time lie on the stack.
        let together = 64
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: together) { sums in
            var total = 0.0
            for first in stride(from: 0, to: gradients.count, by: together * pieceLength) {
                let count = min(together * pieceLength, gradients.count - first)
                // Each piece writes its own element; forEachPiece returns when all are written.
                pool.forEachPiece(
                    of: count, length: pieceLength, with: (gradients.vector(from: first, count: count), sums)
                ) {
                    context, piece, offset, length in
                    context.1.initializeElement(
                        at: piece, to: context.0.elements(from: offset, count: length).sumOfSquares)
                }
                for piece in 0..<(count + pieceLength - 1) / pieceLength { total += sums[piece] }
            }
            return Float(total.squareRoot())
        }
    }

    /// Scales g so that ‖g‖₂ ≤ `normMax` (Pascanu, Mikolov & Bengio 2013). Returns the norm before.
    @discardableResult
    package static func clip(_ gradients: AlignedBuffer, normMax: Float, pool: ComputePool) -> Float {
        let norm = norm(gradients, pool: pool)
        if norm > normMax {
            pool.forEachPiece(of: gradients.count, length: pieceLength, with: (gradients, normMax / norm)) {
                context, _, offset, length in
                context.0.vector(from: offset, count: length).scale(by: context.1)
            }
        }
        return norm
    }

    /// Limits each component to ±`valueMax`.
    package static func clip(_ gradients: AlignedBuffer, valueMax: Float) {
        precondition(valueMax > 0, "a limit of \(valueMax)")
        for index in 0..<gradients.count {
            gradients[index] = min(max(gradients[index], -valueMax), valueMax)
        }
    }

    /// target = shard 0 + shard 1 + …, in that order, and the shards are cleared for the next step: the one place that
    /// clears gradients.
    package static func sum(_ shards: [AlignedBuffer], into target: AlignedBuffer, pool: ComputePool) {
        pool.forEachPiece(of: target.count, length: pieceLength, with: (shards, target)) { context, _, offset, length in
            let (shards, target) = context
            let sum = target.vector(from: offset, count: length)
            sum.zero()
            for shard in shards {
                let part = shard.vector(from: offset, count: length)
                sum.add(part)
                part.zero()
            }
        }
    }
}
