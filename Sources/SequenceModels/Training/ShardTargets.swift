/// Targets of one shard's window, kept from `load` to `loss`; one thread at a time uses a shard.
final class ShardTargets {
    /// `[T, B]` (or `[B]`) classes, −1 where masked.
    var values: [Int32] = []
    /// `[T, B, C]` numbers, NaN where masked.
    var numbers: [Float] = []
}
