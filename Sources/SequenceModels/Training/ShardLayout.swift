/// How a batch is cut into shards: about 16 rows each, at most 8, whatever the number of threads.
struct ShardLayout: Sendable {
    let rows: Int
    let count: Int

    init(rows: Int) {
        self.rows = rows
        count = min(8, max(1, (rows + 8) / 16))
    }

    /// Rows of shard `index`.
    func range(_ index: Int) -> Range<Int> { Self.part(of: rows, shard: index, shards: count) }

    /// Rows of shard `shard` when a batch has only `count` rows, fewer than usual.
    static func part(of count: Int, shard: Int, shards: Int) -> Range<Int> {
        count * shard / shards..<count * (shard + 1) / shards
    }

    var rowsMax: Int { (0..<count).map { range($0).count }.max() ?? 0 }
}
