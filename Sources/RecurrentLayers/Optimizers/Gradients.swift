import CKernels
package import Kernels

/// What is done to gradients between backward and the update: piece by piece on a pool, in pieces that do not depend on
/// its threads.
package enum Gradients {
    /// Floats of a piece: 64 kB, so that what one pass wrote is still near for the next.
    static let pieceLength = 16_384

    /// ‖g‖₂ over all parameters.
    package static func norm(_ gradients: AlignedBuffer, pool: ComputePool) -> Float {
        let pieces = (gradients.count + pieceLength - 1) / pieceLength
        let squares = [Double](unsafeUninitializedCapacity: pieces) { buffer, count in
            // SAFETY: each piece writes its own element; forEachPiece returns when all are written.
            nonisolated(unsafe) let sums = buffer
            pool.forEachPiece(of: gradients.count, length: pieceLength) { piece, offset, length in
                sums[piece] = InstructionSet.kernels.sum_of_squares(length, gradients.pointer + offset)
            }
            count = pieces
        }
        return Float(squares.reduce(0, +).squareRoot())
    }

    /// Scales g so that ‖g‖₂ ≤ `normMax` (Pascanu, Mikolov & Bengio 2013). Returns the norm before.
    @discardableResult
    package static func clip(_ gradients: AlignedBuffer, normMax: Float, pool: ComputePool) -> Float {
        let norm = norm(gradients, pool: pool)
        if norm > normMax {
            pool.forEachPiece(of: gradients.count, length: pieceLength) { _, offset, length in
                InstructionSet.kernels.scale(length, normMax / norm, gradients.pointer + offset)
            }
        }
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
    package static func sum(_ shards: [AlignedBuffer], into target: AlignedBuffer, pool: ComputePool) {
        pool.forEachPiece(of: target.count, length: pieceLength) { _, offset, length in
            let sum = target.pointer + offset
            sum.update(repeating: 0, count: length)
            for shard in shards {
                InstructionSet.kernels.add(length, shard.pointer + offset, sum)
                (shard.pointer + offset).update(repeating: 0, count: length)
            }
        }
    }
}
