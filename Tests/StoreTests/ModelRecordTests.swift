import Store
import Testing

@Suite struct ModelRecordTests {
    private func add(_ store: any RecordStore, _ model: String, labels: [String] = []) throws -> Int {
        let version = try store.nextVersion(model)
        try store.addVersion(
            VersionRecord(model: model, version: version, jobID: nil, createdAtMs: 1, info: "{}"), labels: labels)
        return version
    }

    @Test(arguments: StoreKind.allCases) func versionNumbersNeverComeTwice(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        do {
            let store = try place.open()
            #expect(try [add(store, "a"), add(store, "a"), add(store, "b")] == [1, 2, 1])
            try store.deleteVersion("a", 2)
            #expect(try add(store, "a") == 3)
            #expect(try store.deleteModel("a") == [1, 3])
        }
        let store = try place.open()
        #expect(try add(store, "a") == 4 && store.models() == ["a", "b"])
        #expect(throws: StoreError.self) {
            try store.addVersion(VersionRecord(model: "a", version: 4, jobID: nil, createdAtMs: 1, info: ""))
        }
    }

    @Test(arguments: StoreKind.allCases) func labelsPointAtVersionsThatExist(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        _ = try add(store, "a", labels: ["stable"])
        _ = try add(store, "a")
        try store.changeLabels("a", set: ["stable": 2, "old": 1])
        #expect(try store.labels("a") == ["stable": 2, "old": 1])
        #expect(throws: StoreError.unknownVersion(model: "a", version: 9)) {
            try store.changeLabels("a", set: ["old": 2, "stable": 9])
        }
        #expect(throws: StoreError.unknownModel(name: "z")) { try store.setLabel("z", "stable", version: 1) }
        #expect(try store.labels("a") == ["stable": 2, "old": 1], "all or none")
        try store.deleteVersion("a", 2)
        #expect(try store.labels("a") == ["old": 1])
        #expect(try store.removeLabel("a", "old") && !store.removeLabel("a", "old"))
        #expect(throws: StoreError.unknownVersion(model: "a", version: 2)) { try store.deleteVersion("a", 2) }
        #expect(throws: StoreError.unknownModel(name: "z")) { try store.deleteModel("z") }
        try store.deleteVersion("a", 1)
        #expect(throws: StoreError.unknownModel(name: "a")) { try store.deleteVersion("a", 1) }
        #expect(try store.check().isEmpty)
    }

    @Test(arguments: StoreKind.allCases) func marksOfDamageStay(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        do {
            let store = try place.open()
            for _ in 0..<2 { _ = try add(store, "a") }
            try store.markDamage("one bit", of: "a", 2)
        }
        let store = try place.open()
        #expect(try store.versions("a").map(\.damage) == [nil, "one bit"])
        #expect(try store.version("a", 2)?.damage == "one bit")
        try store.markDamage(nil, of: "a", 2)
        #expect(try store.version("a", 2)?.damage == nil)
    }

    @Test(arguments: StoreKind.allCases) func promotionSeesTheCurrentVersion(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        for (index, promoted) in [true, false, true].enumerated() {
            let id = try store.insertJob(newJob("m")).job.id
            _ = try store.claimNext(nowMs: 1)
            var seen: Int?
            try store.finishSucceeded(
                id, atMs: 2, version: try store.reserveVersion(id), info: "{}", result: "{}", metrics: nil
            ) {
                seen = $0?.version
                return promoted
            }
            #expect(seen == [nil, 1, 1][index])
        }
        #expect(
            try store.labels("m") == ["stable": 3] && store.versions("m").map(\.version) == [1, 2, 3]
                && store.version("m", 2)?.version == 2 && store.version("m", 4) == nil)
    }

    /// A version that cannot be added leaves the job running and the label where it was.
    @Test(arguments: StoreKind.allCases) func successIsAllOrNothing(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        _ = try add(store, "m", labels: ["stable"])
        let id = try store.insertJob(newJob("m")).job.id
        _ = try store.claimNext(nowMs: 1)
        let before = try store.job(id)
        let events = try store.events(id, limit: 99)
        #expect(throws: StoreError.self) {
            try store.finishSucceeded(id, atMs: 2, version: 1, info: "", result: "", metrics: nil) { _ in true }
        }
        #expect(
            try store.job(id) == before && store.labels("m") == ["stable": 1] && store.events(id, limit: 99) == events)
    }

    /// `labels_per_model_max`: counted after the removals, all or none.
    @Test(arguments: StoreKind.allCases) func labelsAreLimited(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        _ = try add(store, "a", labels: ["x", "y"])
        let refused = StoreError.tooManyLabels(model: "a", countMax: 2)
        #expect(throws: refused) { try store.changeLabels("a", set: ["z": 1], countMax: 2) }
        #expect(try store.labels("a") == ["x": 1, "y": 1])
        try store.changeLabels("a", set: ["z": 1], remove: ["x"], countMax: 2)
        #expect(try store.labels("a") == ["y": 1, "z": 1] && store.version("a", at: "z") == 1)
    }

    /// Versions, and those that unfinished jobs will make.
    @Test(arguments: StoreKind.allCases) func versionsToComeAreCounted(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        _ = try add(store, "a")
        let id = try store.insertJob(newJob("a")).job.id
        _ = try store.insertJob(newJob("b"))
        #expect(try store.versionCount("a") == 2 && store.versionCount("b") == 1 && store.versionCount("c") == 0)
        #expect(try store.hasVersion("a", 1) && !store.hasVersion("a", 2) && store.versionNumbers("a") == [1])
        _ = try store.requestCancel(id, atMs: 1)
        #expect(try store.versionCount("a") == 1)
    }
}
