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
            values[index].pointer.update(from: other.values[index].pointer, count: steps * headWidth)
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
            moreValues.pointer.update(from: values[index].pointer, count: steps * headWidth)
            (keys[index], values[index]) = (moreKeys, moreValues)
        }
        capacity = larger
    }

    /// Writes a head's k and v `[d]` of the next step, and returns all of the head's, that one included.
    func append(
        layer: Int, head: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>
    ) -> (keys: PackedMatrix, values: UnsafePointer<Float>) {
        let index = layer * heads + head
        keys[index].setColumn(steps, key)
        (values[index].pointer + steps * headWidth).update(from: value, count: headWidth)
        return (keys[index], UnsafePointer(values[index].pointer))
    }

    /// Takes in k and v of a layer at `count` steps that were read at once.
    ///
    /// - Parameter projected: `[count, 3M]`: q, k, v of each step.
    func fill(layer: Int, count: Int, _ projected: UnsafePointer<Float>) {
        let width = heads * headWidth
        for head in 0..<heads {
            let index = layer * heads + head
            for step in 0..<count {
                let key = projected + (step * 3 + 1) * width + head * headWidth
                keys[index].setColumn(step, key)
                (values[index].pointer + step * headWidth).update(from: key + width, count: headWidth)
            }
        }
    }

    /// The steps that all layers have taken in are now a part of the past.
    func advance(by count: Int = 1) { steps += count }
}
