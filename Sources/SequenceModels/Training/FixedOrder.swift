import Kernels
import Synchronization

/// Work on a pool whose results come back in the order of their indices, whoever did them.
enum FixedOrder {
    static func map<Result>(_ count: Int, _ pool: ComputePool, _ body: (Int) -> Result) -> [Result] {
        [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
            // SAFETY: each index is written exactly once, by one thread; forEach returns when all are.
            nonisolated(unsafe) let base = buffer
            pool.forEach(count) { index in
                base.baseAddress?.advanced(by: index).initialize(to: body(index))
            }
            initialized = count
        }
    }
}
