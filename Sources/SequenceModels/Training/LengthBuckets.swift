import Kernels

/// Orders sequences of unequal length into batches of similar length, anew for each epoch and the same on every run.
struct LengthBuckets: Sendable {
    let lengths: [Int]
    let batchSize: Int
    let seed: UInt64

    /// Batches of an epoch.
    var count: Int { (lengths.count + batchSize - 1) / batchSize }

    /// Indices into `lengths` by batch: shuffled, sorted by length within pools of 16 batches, batches shuffled.
    func batches(epoch: Int) -> [[Int]] {
        let order = Self.permutation(lengths.count, seed: seed, stream: RandomStream.order(epoch))
        var batches: [[Int]] = []
        var start = 0
        while start < order.count {
            let pool = order[start..<min(start + 16 * batchSize, order.count)]
            let sorted = pool.enumerated().sorted {
                (lengths[$0.element], $0.offset) < (lengths[$1.element], $1.offset)
            }.map(\.element)
            var from = 0
            while from < sorted.count {
                batches.append(Array(sorted[from..<min(from + batchSize, sorted.count)]))
                from += batchSize
            }
            start += 16 * batchSize
        }
        return Self.permutation(batches.count, seed: seed, stream: RandomStream.batches(epoch)).map { batches[$0] }
    }

    /// Batches in plain order of length, for validation.
    func sortedBatches() -> [[Int]] {
        let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        return stride(from: 0, to: order.count, by: batchSize).map {
            Array(order[$0..<min($0 + batchSize, order.count)])
        }
    }

    /// A random order of `0 ..< count` (Fisher and Yates).
    static func permutation(_ count: Int, seed: UInt64, stream: UInt64) -> [Int] {
        let random = CounterRandom(seed: seed, stream: stream)
        var order = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(index, Int(random.bits(UInt64(index)) % UInt64(index + 1)))
        }
        return order
    }
}
