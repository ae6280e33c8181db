/// The streams of random numbers of one seed: each purpose has its own, so no two draws are ever related.
enum RandomStream {
    static let split: UInt64 = 1
    static let dropout: UInt64 = 2
    /// Token choices of a generated text, indexed by token.
    static let tokens: UInt64 = 3
    /// Which series are measured, by their index.
    static let backtest: UInt64 = 4
    /// Which learned sequences simple methods look at, and which pairs are answered in full.
    static let neighbours: UInt64 = 5
    /// The order in which cases are measured when there may not be time for all.
    static let measuring: UInt64 = 6
    /// Where the windows of a long run lie, by epoch and piece.
    static let pieces: UInt64 = 16
    static func order(_ epoch: Int) -> UInt64 { 1 << 40 | UInt64(epoch) }
    static func batches(_ epoch: Int) -> UInt64 { 2 << 40 | UInt64(epoch) }
    static func windows(_ step: Int) -> UInt64 { 3 << 40 | UInt64(step) }
    /// Which steps of a target read the model's own answer.
    static func sampling(_ step: Int) -> UInt64 { 5 << 40 | UInt64(step) }
    /// Noise of a pair of forecast paths, indexed by draw.
    static func path(_ pair: Int) -> UInt64 { 4 << 40 | UInt64(pair) }

    /// All of `0 ..< count`, or so many drawn at random, in order.
    static func sample(of count: Int, most: Int, seed: UInt64, stream: UInt64) -> [Int] {
        guard count > most else { return Array(0..<count) }
        return LengthBuckets.permutation(count, seed: seed, stream: stream).prefix(most).sorted()
    }
}
