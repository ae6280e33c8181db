import Store
import Testing

@Suite struct CommitMarkTests {
    private static func version(_ number: Int) -> VersionRecord {
        VersionRecord(model: "a", version: number, jobID: nil, createdAtMs: 1, info: "{}")
    }

    /// Each commit, durable or not, of this store or of another one on the same file, is seen at once by both.
    @Test func everyCommitChangesTheMark() throws {
        let place = try TemporaryStore()
        let stores = [try place.open(), try place.open()]
        var seen: [CommitMark] = []
        for step in 0..<40 {
            let writer = stores[step % 2]
            switch step % 4 {
            case 0, 1: try writer.addVersion(Self.version(step + 1), labels: ["stable"])
            case 2: try writer.setLabel("a", "stable", version: step - 1)
            default:
                try writer.write(durable: false) { records throws(StoreError) in
                    _ = try records.removeLabel("stable", of: "a")
                }
            }
            let marks = stores.map(\.commitMark)
            #expect(marks[0] != nil && marks[0] == marks[1], "step \(step)")
            seen += marks.prefix(1).compactMap { $0 }
        }
        for (index, mark) in seen.enumerated() {
            #expect(!seen[..<index].contains(mark), "a mark came again")
        }
    }

    /// Readings change nothing, nor does a transaction that was undone.
    @Test func theMarkStaysWithoutCommits() throws {
        let place = try TemporaryStore()
        let store = try place.open(), other = try place.open()
        try store.addVersion(Self.version(1), labels: ["stable"])
        let mark = try #require(store.commitMark)
        #expect(try other.labels("a") == ["stable": 1] && store.labels("a") == ["stable": 1])
        #expect(throws: StoreError.unknownVersion(model: "a", version: 9)) {
            try other.changeLabels("a", set: ["stable": 9])
        }
        #expect(store.commitMark == mark && other.commitMark == mark)
    }

    /// A log that was folded into the database and begins anew has other marks.
    @Test func aFoldedLogHasOtherMarks() throws {
        let place = try TemporaryStore()
        let store = try place.open()
        var seen: [CommitMark] = []
        for number in 1...8 {
            try store.addVersion(Self.version(number), labels: ["stable"])
            let mark = try #require(store.commitMark)
            #expect(!seen.contains(mark))
            seen.append(mark)
            try store.tidy()
        }
    }
}
