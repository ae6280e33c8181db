import JSON
import SequenceModels
import SequenceService
import Store
import Testing

/// What clients do with models, as values.
@Suite struct ModelServiceTests {
    @Test func versionsAreListedLabelledExportedAndDeleted() async throws {
        let fixture = try ServiceFixture()
        let service = fixture.service, models = service.modelService
        service.start()
        try await fixture.train("wave")
        try await fixture.train("wave")

        let summaries = try models.list(in: .all)
        #expect(summaries.map(\.name) == ["wave"] && summaries.first?.versions == [1, 2])
        #expect(summaries.first?.labels == ["stable": 2] && summaries.first?.tenant == "")
        let changed = try models.change(LabelChange(settings: ["beta": 1, "stable": 1]), of: "wave", in: .all)
        #expect(changed.versions.map(\.labels) == [["beta", "stable"], []])
        #expect(
            try models.change(LabelChange(removals: ["beta"]), of: "wave", in: .all).summary.labels == ["stable": 1])
        // All or none.
        let refused = ServiceFixture.error {
            _ = try models.change(LabelChange(settings: ["new": 2, "odd": 7]), of: "wave", in: .all)
        }
        #expect(refused == .invalid("/odd", "wave has no version 7"))
        #expect(try models.model("wave", in: .all).summary.labels == ["stable": 1])

        let place = try VersionPlace(name: "wave", version: "2")
        let reference = try #require(ModelReference("wave@2"))
        let version = try models.version(reference, in: .all)
        #expect(version.view.record.version == 2 && version.view.labels.isEmpty && version.description.object != nil)
        let weights = try models.weights(of: reference, in: .all)
        #expect(weights.sha256?.count == 64 && weights.place == place)
        #expect(try models.onnx(of: reference, in: .all).graph.count > 100)

        // What it exports it takes back, with the settings that are in the file.
        let bytes = try weights.file.next(sizeBytesMax: 1 << 20)
        let end = try models.beginImport()
        let imported = try models.importVersion(bytes, of: "copy", settings: nil, promote: false, in: .all)
        end()
        #expect(imported.record.model == "copy" && imported.record.version == 1 && imported.labels.isEmpty)

        try models.delete(place, in: .all)
        #expect(
            ServiceFixture.error { _ = try models.version(reference, in: .all) }
                == .notFound(kind: "version", name: "wave@2", known: ["wave@1"]))
        try models.delete("wave", in: .all)
        #expect(try models.list(in: .all).map(\.name) == ["copy"])
        await fixture.end()
    }

    /// What answers where a request names no model: the only one that its sender sees.
    @Test func theOnlyModelIsFound() async throws {
        let fixture = try ServiceFixture()
        let service = fixture.service, models = service.modelService
        service.start()
        #expect(try models.onlyModel(in: .all) == .none)
        try await fixture.train("wave", in: .tenant("a"))
        try await fixture.train("wave", in: .tenant("a"))
        #expect(try models.onlyModel(in: .all) == .found(#require(ModelReference("wave"))))
        _ = try models.change(LabelChange(removals: ["stable"]), of: "wave", in: .all)
        #expect(try models.onlyModel(in: .all) == .found(#require(ModelReference("wave@2"))))
        try await fixture.train("tide", in: .tenant("b"))
        #expect(try models.onlyModel(in: .all) == .several(["tide", "wave"]))
        #expect(try models.onlyModel(in: .tenant("b")) == .found(#require(ModelReference("tide"))))
        #expect(try models.onlyModel(in: .tenant("c")) == .none)
        await fixture.end()
    }

    @Test func modelsOfOthersAreNotThere() async throws {
        let fixture = try ServiceFixture()
        let models = fixture.service.modelService
        fixture.service.start()
        try await fixture.train("wave", in: .tenant("a"))
        #expect(try models.list(in: .tenant("b")).isEmpty && models.list(in: .tenant("a")).count == 1)
        let absent = ServiceError.notFound(kind: "model", name: "wave", known: [])
        #expect(ServiceFixture.error { _ = try models.model("wave", in: .tenant("b")) } == absent)
        #expect(
            ServiceFixture.error { _ = try models.change(LabelChange(removals: ["x"]), of: "wave", in: .tenant("b")) }
                == absent)
        for reference in ["wave@1", "wave", "wave@beta"].compactMap({ ModelReference($0) }) {
            #expect(ServiceFixture.error { _ = try models.version(reference, in: .tenant("b")) } == absent)
            #expect(ServiceFixture.error { _ = try models.weights(of: reference, in: .tenant("b")) } == absent)
            #expect(ServiceFixture.error { _ = try models.onnx(of: reference, in: .tenant("b")) } == absent)
        }
        if case .gone? = ServiceFixture.error({ try models.delete("wave", in: .tenant("b")) }) {
        } else {
            Issue.record("deleted another tenant's model")
        }
        #expect(try models.model("wave", in: .tenant("a")).versions.count == 1)
        await fixture.end()
    }

    @Test func importsHaveABoundedNumberOfPlaces() async throws {
        var limits = ServiceLimits()
        limits.activeImportsMax = 1
        let fixture = try ServiceFixture(limits: limits)
        let models = fixture.service.modelService
        let end = try models.beginImport()
        #expect(
            ServiceFixture.error { _ = try models.beginImport() }
                == .busy("1 imports are under way", retryAfterSeconds: 5))
        end()
        #expect(ServiceFixture.error { try models.beginImport()() } == nil)
        guard
            case .unreadable? = ServiceFixture.error({
                _ = try models.importVersion([1, 2, 3], of: "m", settings: nil, promote: true, in: .all)
            })
        else {
            Issue.record("three bytes are no weights")
            return
        }
        #expect(try models.list(in: .all).isEmpty)
        await fixture.end()
    }

    @Test(arguments: [("wave", "0"), ("wave", "01"), ("wave", "x"), ("wave", ""), ("a/b", "1"), ("", "1")])
    func placesThatNothingCanHave(_ name: String, _ version: String) {
        #expect(throws: ServiceError.notFound(kind: "version", name: "\(name)@\(version)", known: [])) {
            try VersionPlace(name: name, version: version)
        }
    }
}
