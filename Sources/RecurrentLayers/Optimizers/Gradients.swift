package import Kernels

/// What is done to gradients between backward and the update: piece by piece on a pool, in pieces that do not depend on
/// its threads.
package enum Gradients {
    /// Floats of a piece: 64 kB, so that what one pass wrote is still near for the next.
    static let pieceLength = 16_384

    /// Shard 0 becomes shard 0 + shard 1 + …, in that order, and the others are cleared for the next step.
    ///
    /// - Parameter touched: of all shards.
    /// - Returns: ‖sum‖₂.
    package static func sum(_ shards: [AlignedBuffer], touched: TouchedFloats, pool: ComputePool) -> Float {
        norm(of: shards, isSum: true, touched: touched, pool: pool)
    }

    /// ‖g‖₂ over all parameters.
    package static func norm(_ gradients: AlignedBuffer, pool: ComputePool) -> Float {
        norm(of: [gradients], isSum: false, touched: TouchedFloats(count: gradients.count), pool: pool)
    }

    /// ‖first buffer‖₂, to which the others are added first where it becomes their sum.
    private static func norm(
        of buffers: [AlignedBuffer], isSum: Bool, touched: TouchedFloats, pool: ComputePool
    ) -> Float {
        // Sums of so many pieces at a time lie on the stack.
        let together = 64
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: together) { sums in
            var total = 0.0
            for first in stride(from: 0, to: touched.count, by: together * pieceLength) {
                let count = min(together * pieceLength, touched.count - first)
                // Each piece writes its own element; forEachPiece returns when all are written.
                pool.forEachPiece(
                    of: count, length: pieceLength, with: (buffers, isSum, touched, first, sums)
                ) { context, piece, offset, length in
                    let (buffers, isSum, touched, first, sums) = context
                    var sum = SumOfSquares()
                    touched.forEach(in: first + offset..<first + offset + length) { range in
                        if isSum { add(buffers, range) }
                        sum.add(buffers[0].vector(from: range.lowerBound, count: range.count))
                    }
                    sums.initializeElement(at: piece, to: sum.value)
                }
                for piece in 0..<(count + pieceLength - 1) / pieceLength { total += sums[piece] }
            }
            return Float(total.squareRoot())
        }
    }

    /// Adds a range of the buffers to that of the first.
    private static func add(_ buffers: [AlignedBuffer], _ range: Range<Int>) {
        let sum = buffers[0].vector(from: range.lowerBound, count: range.count)
        sum.flush()
        for index in 1..<buffers.count {
            sum.take(buffers[index].vector(from: range.lowerBound, count: range.count))
        }
    }

    /// What a gradient of this norm is to be multiplied by, so that its norm is at most `normMax` (Pascanu, Mikolov &
    /// Bengio 2013).
    package static func scale(norm: Float, normMax: Float) -> Float { norm > normMax ? normMax / norm : 1 }

    /// Limits each component to ±`valueMax`.
    package static func clip(_ gradients: AlignedBuffer, valueMax: Float) {
        precondition(valueMax > 0, "a limit of \(valueMax)")
        for index in 0..<gradients.count {
            gradients[index] = min(max(gradients[index], -valueMax), valueMax)
        }
    }
}
