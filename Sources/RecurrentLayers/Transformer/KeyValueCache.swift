import Kernels

/// The keys and values of all steps of one stream so far: what a causal Transformer knows of its past. It grows as the
/// stream does, up to `stepsMax`.
// SAFETY: belongs to one thread at a time.
package final class KeyValueCache: @unchecked Sendable {
    /// The steps that fit.
    package let stepsMax: Int
    /// The steps that are in; the next one has this position.
    package private(set) var steps = 0

    private let heads: Int
    private let headWidth: Int
    private var capacity = 0
    /// `[L · heads]`: Kᵀ `[d, capacity]`, packed, and V `[capacity, d]`.
    private var keys: [PackedMatrix]
    private var values: [AlignedBuffer]

    init(shape: TransformerShape, stepsMax: Int) {
        precondition(stepsMax > 0, "a cache of \(stepsMax) steps")
        self.stepsMax = stepsMax
        heads = shape.heads
        headWidth = shape.headWidth
        let count = shape.layers * shape.heads
        keys = (0..<count).map { _ in PackedMatrix(depth: shape.headWidth, columns: 0) }
        values = (0..<count).map { _ in AlignedBuffer(count: 0) }
    }

    /// Forgets all steps.
    package func reset() { steps = 0 }

    /// Takes over the steps of another stream of the same network.
    package func copy(from other: KeyValueCache) {
        precondition(
            other.keys.count == keys.count && other.steps <= stepsMax,
            "\(other.steps) steps into a cache of \(stepsMax)")
        reserve(other.steps)
        steps = other.steps
        for index in keys.indices {
            keys[index].copyColumns(from: other.keys[index], count: steps)
            values[index].vector(count: steps * headWidth).assign(
                other.values[index].vector(count: steps * headWidth))
        }
    }

    /// Bytes of storage at the moment.
    package var byteCount: Int { keys.count * capacity * headWidth * 2 * MemoryLayout<Float>.stride }

    /// Makes room for `count` steps, by doubling.
    func reserve(_ count: Int) {
        precondition(count <= stepsMax, "step \(count) in a cache of \(stepsMax)")
        guard count > capacity else { return }
        let larger = min(stepsMax, max(64, count, 2 * capacity))
        for index in keys.indices {
            let (moreKeys, moreValues) = (
                PackedMatrix(depth: headWidth, columns: larger), AlignedBuffer(count: larger * headWidth)
            )
            moreKeys.copyColumns(from: keys[index], count: steps)
            moreValues.vector(count: steps * headWidth).assign(values[index].vector(count: steps * headWidth))
            (keys[index], values[index]) = (moreKeys, moreValues)
        }
        capacity = larger
    }

    /// Writes a head's k and v `[d]` of the next step, and returns all of the head's, that one included.
    func append(layer: Int, head: Int, key: Vector, value: Vector) -> (keys: PackedMatrix, values: Matrix) {
        let index = layer * heads + head
        keys[index].setColumn(steps, key)
        let values = values[index].matrix(rows: steps + 1, columns: headWidth)
        values[steps].assign(value)
        return (keys[index], values)
    }

    /// Takes in k and v of a layer at steps that were read at once.
    ///
    /// - Parameter projected: `[steps, 3M]`: q, k, v of each step.
    func fill(layer: Int, _ projected: Matrix) {
        let width = heads * headWidth
        for head in 0..<heads {
            let index = layer * heads + head
            let values = values[index].matrix(rows: projected.rows, columns: headWidth)
            for step in 0..<projected.rows {
                let row = projected[step]
                keys[index].setColumn(step, row.elements(from: width + head * headWidth, count: headWidth))
                values[step].assign(row.elements(from: 2 * width + head * headWidth, count: headWidth))
            }
        }
    }

    /// The steps that all layers have taken in are now a part of the past.
    func advance(by count: Int = 1) { steps += count }
}
