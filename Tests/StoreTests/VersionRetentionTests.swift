import Store
import Testing

/// Which versions go. Values only.
@Suite struct VersionRetentionTests {
    private let day: Int64 = 86_400_000

    /// Numbers from 1, a day apart, of 100 bytes each.
    private func versions(_ model: String, _ count: Int, needed: Set<Int> = []) -> [RetainedVersion] {
        (1...count).map {
            RetainedVersion(
                model: model, version: $0, createdAtMs: Int64($0) * day, sizeBytes: 100, isNeeded: needed.contains($0))
        }
    }

    private func gone(_ change: (inout Retention) -> Void, _ versions: [RetainedVersion], day now: Int64 = 10)
        -> [String]
    {
        var retention = Retention()
        change(&retention)
        return retention.expired(versions, nowMs: now * day).map { "\($0.model)\($0.version)" }
    }

    @Test func nothingGoesByDefault() {
        #expect(Retention().keepsVersions)
        #expect(gone({ _ in }, versions("a", 1000), day: 100_000).isEmpty)
    }

    @Test func theOldestGoByCount() {
        let all = versions("a", 5) + versions("b", 2)
        #expect(gone({ $0.versionsMax = 3 }, all) == ["a1", "a2"])
        #expect(gone({ $0.versionsMax = 1 }, all) == ["a1", "b1", "a2", "a3", "a4"])
        // What is needed counts and stays; so does the newest.
        #expect(gone({ $0.versionsMax = 2 }, versions("a", 5, needed: [1, 3])) == ["a2", "a4"])
        #expect(gone({ $0.versionsMax = 1 }, versions("a", 3, needed: [1, 2])) == [])
    }

    @Test func theOldGoByAge() {
        #expect(gone({ $0.versionSecondsMax = 7 * 86_400 }, versions("a", 5)) == ["a1", "a2"])
        #expect(gone({ $0.versionSecondsMax = 1 }, versions("a", 3, needed: [2])) == ["a1"])
    }

    @Test func theOldestOfAllGoByBytes() {
        let all = versions("a", 3, needed: [1]) + versions("b", 3)
        #expect(gone({ $0.versionBytesMax = 600 }, all) == [])
        #expect(gone({ $0.versionBytesMax = 450 }, all) == ["b1", "a2"])
        #expect(gone({ $0.versionBytesMax = 1 }, all) == ["b1", "a2", "b2"], "the newest stay")
        #expect(
            gone({ ($0.versionBytesMax, $0.versionSecondsMax) = (450, 8.5 * 86_400) }, all) == ["b1", "a2"],
            "what is too old makes room already")
    }
}
