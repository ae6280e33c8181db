/// The most frequent tag of each token: as good as many a tagger.
package struct TagTable: Sendable {
    private let tags: [Int32: Int]
    private let majority: Int

    /// - Parameters: pairs: each token that was learned, and its tag. - majority: the tag of a token that was not.
    package init(_ pairs: some Sequence<(token: Int32, tag: Int)>, majority: Int) {
        var counts: [Int32: [Int: Int]] = [:]
        for (token, tag) in pairs { counts[token, default: [:]][tag, default: 0] += 1 }
        tags = counts.mapValues { $0.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? majority }
        self.majority = majority
    }

    /// Of equally frequent ones the first.
    package func tag(of token: Int32) -> Int { tags[token] ?? majority }
}
