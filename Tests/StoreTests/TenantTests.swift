import Store
import Testing

/// Whose jobs, models and names are.
@Suite struct TenantTests {
    private func job(_ model: String, of tenant: String, key: String? = nil, digest: String = "d") -> JobRecord {
        JobRecord(
            id: ids.make(nowMs: 1), model: model, task: "forecast", createdAtMs: 1, settings: "{}", data: "data",
            idempotencyKey: key,
            requestDigest: digest, tenant: tenant)
    }

    private func add(_ store: any RecordStore, _ model: String, of tenant: String) throws {
        let version = VersionRecord(
            model: model, version: try store.nextVersion(model), jobID: nil, createdAtMs: 1, info: "{}")
        try store.addVersion(version, labels: ["stable"], of: tenant)
    }

    @Test(arguments: StoreKind.allCases) func aScopeHasItsOwnJobsOnly(kind: StoreKind) throws {
        let store = try StorePlace(kind).open()
        let a = try store.insertJob(job("x", of: "a")).job, b = try store.insertJob(job("y", of: "b")).job,
            unnamed = try store.insertJob(newJob("z")).job
        #expect(a.tenant == "a" && unnamed.tenant.isEmpty)
        #expect(
            try store.job(a.id, in: .tenant("a")) == a && store.job(a.id, in: .tenant("b")) == nil
                && store.job(a.id, in: .tenant("")) == nil)
        #expect(try store.job(unnamed.id, in: .tenant("a")) == nil && store.job(unnamed.id, in: .tenant("")) == unnamed)
        #expect(try store.jobs(limit: 9, in: .tenant("b")) == [b] && store.jobs(limit: 9, in: .all) == [unnamed, b, a])
        // Another's job is not a place to go on from, as if there were none.
        #expect(throws: StoreError.unknownJob(id: a.id)) { try store.jobs(limit: 9, after: a.id, in: .tenant("b")) }
    }

    @Test(arguments: StoreKind.allCases) func idempotencyKeysAreOfTheirTenant(kind: StoreKind) throws {
        let store = try StorePlace(kind).open()
        let jobs = try ["a", "b", ""].map { try store.insertJob(job("m" + $0, of: $0, key: "k", digest: "d" + $0)) }
        #expect(jobs.allSatisfy { $0.isNew && $0.job.idempotencyKey == "k" })
        for (tenant, first) in zip(["a", "b", ""], jobs) {
            #expect(try store.job(idempotencyKey: "k", of: tenant) == first.job)
            #expect(try !store.insertJob(job("m" + tenant, of: tenant, key: "k", digest: "d" + tenant)).isNew)
            #expect(throws: StoreError.idempotencyConflict(key: "k", jobID: first.job.id)) {
                try store.insertJob(job("m", of: tenant, key: "k", digest: "other"))
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func aNameIsOfOneTenantWhileItIsUsed(kind: StoreKind) throws {
        let store = try StorePlace(kind).open()
        let waiting = try store.insertJob(job("x", of: "a")).job
        let taken = StoreError.modelNameTaken(name: "x")
        #expect(throws: taken) { try store.insertJob(job("x", of: "b")) }
        #expect(throws: taken) { try store.insertJob(job("x", of: "")) }
        #expect(throws: taken) { try add(store, "x", of: "b") }
        #expect(
            try store.tenant(ofModel: "x") == "a" && store.tenant(newVersionOf: "x", in: .all) == "a"
                && store.tenant(newVersionOf: "x", in: .tenant("b")) == "b")
        _ = try store.requestCancel(waiting.id, atMs: 2)
        #expect(try store.tenant(ofModel: "x") == nil)

        // Free again. The refused imports took numbers, and none comes twice.
        try add(store, "x", of: "b")
        #expect(throws: taken) { try store.insertJob(job("x", of: "a")) }
        #expect(
            try store.models(in: .tenant("b")) == ["x"] && store.models(in: .tenant("a")).isEmpty
                && store.models() == ["x"])
        let version = try #require(try store.versions("x", in: .tenant("b")).first?.version)
        #expect(
            try store.versions("x", in: .tenant("a")).isEmpty && store.version("x", version, in: .tenant("")) == nil)
        let unknown = StoreError.unknownModel(name: "x")
        #expect(throws: unknown) { try store.changeLabels("x", set: ["stable": version], in: .tenant("a")) }
        #expect(throws: unknown) { try store.deleteVersion("x", version, in: .tenant("a")) }
        #expect(throws: unknown) { try store.deleteModel("x", in: .tenant("a")) }
        #expect(try !store.removeLabel("x", "stable", in: .tenant("a")) && store.labels("x") == ["stable": version])
        #expect(try store.deleteModel("x", in: .tenant("b")) == [version])
        try add(store, "x", of: "")
        #expect(try store.models(in: .tenant("")) == ["x"] && store.models(in: .tenant("b")).isEmpty)
    }
}
