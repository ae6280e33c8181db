import Store
import Testing

/// Sessions in every kind of store.
@Suite struct SessionStoreTests {
    private static func record(
        _ id: String, model: String = "a", version: Int = 1, tenant: String = "", atMs: Int64 = 1000,
        expiresAfterMs: Int64 = 100
    ) -> SessionRecord {
        SessionRecord(
            id: id, tenant: tenant, model: model, version: version, createdAtMs: atMs, expiresAfterMs: expiresAfterMs,
            endsAtMs: 1_000_000, steppedAtMs: atMs, steps: 0, metadata: #"{"k":1}"#)
    }

    private static func place(_ kind: StoreKind) throws -> StorePlace {
        let place = try StorePlace(kind), store = try place.open()
        for version in 1...2 {
            try store.addVersion(
                VersionRecord(
                    model: "a", version: try store.nextVersion("a"), jobID: nil, createdAtMs: Int64(version), info: "{}"
                ))
        }
        return place
    }

    private static func insert(_ store: any RecordStore, _ record: SessionRecord) throws -> SessionRecord {
        try store.change([.insert(record, state: [1, 2])])[0].get()
    }

    private static func stepped(_ record: SessionRecord, _ steps: Int) -> SessionRecord {
        var next = record
        next.steps += steps
        next.steppedAtMs += 10
        return next
    }

    @Test(arguments: StoreKind.allCases) func stepsAreKept(kind: StoreKind) throws {
        let place = try Self.place(kind)
        do {
            let store = try place.open()
            let session = try Self.insert(store, Self.record("s"))
            #expect(session.ordinal > 0 && session.stateSizeBytes == 2)
            let next = Self.stepped(session, 3)
            let answer = SessionAnswer(key: "k", requestDigest: "d", answer: "body")
            let results = try store.change([
                .step(next, from: session, state: [9, 8, 7], answer: answer),
                // Somebody else has been faster: this one fails, and alone.
                .step(Self.stepped(session, 4), from: session, state: [0], answer: nil),
                .insert(Self.record("t", version: 7), state: []),
                .insert(Self.record("u"), state: []),
            ])
            #expect(results.map { (try? $0.get()) != nil } == [true, false, false, true])
            #expect(throws: StoreError.sessionMoved(id: "s")) { try results[1].get() }
            #expect(throws: StoreError.unknownVersion(model: "a", version: 7)) { try results[2].get() }
        }
        let store = try place.open(), found = try #require(try store.session("s"))
        #expect(found.state == [9, 8, 7] && found.record.steps == 3 && found.record.metadata == #"{"k":1}"#)
        #expect(found.record.steppedAtMs == 1010 && found.record.expiresAtMs == 1110)
        #expect(try store.answer(to: "k", of: found.record)?.answer == "body")
        #expect(try store.answer(to: "l", of: found.record) == nil && store.session("t") == nil)
        #expect(try store.sessionTotals() == SessionTotals(count: 2, stateSizeBytes: 3))
        #expect(try store.check().isEmpty)
    }

    @Test(arguments: StoreKind.allCases) func onlyTheLastAnswersAreKept(kind: StoreKind) throws {
        let store = try Self.place(kind).open()
        var session = try Self.insert(store, Self.record("s"))
        for key in 0..<20 {
            let next = Self.stepped(session, 1)
            let answer = SessionAnswer(key: "k\(key)", requestDigest: "\(key)", answer: key == 19 ? nil : "\(key)")
            session = try store.change([.step(next, from: session, state: [], answer: answer)])[0].get()
        }
        #expect(try store.answer(to: "k3", of: session) == nil)
        #expect(try store.answer(to: "k4", of: session)?.answer == "4")
        #expect(try store.answer(to: "k19", of: session) == SessionAnswer(key: "k19", requestDigest: "19", answer: nil))
    }

    @Test(arguments: StoreKind.allCases) func versionsHoldTheirSessions(kind: StoreKind) throws {
        let store = try Self.place(kind).open()
        let session = try Self.insert(store, Self.record("s"))
        #expect(throws: StoreError.sessionsOnVersion(model: "a", version: 1, count: 1)) {
            try store.deleteVersion("a", 1)
        }
        #expect(throws: StoreError.sessionsOnVersion(model: "a", version: nil, count: 1)) {
            try store.deleteModel("a")
        }
        #expect(try !store.deleteUnlabelled("a", 1))
        var moved = Self.stepped(session, 2)
        moved.version = 2
        _ = try store.change([.rebase(moved, from: session, state: [5])])[0].get()
        try store.deleteVersion("a", 1)
        #expect(try store.session("s")?.record.version == 2)
        #expect(try store.deleteModel("a", deletesSessions: true) == [2])
        #expect(try store.session("s") == nil && store.sessionTotals().count == 0 && store.check().isEmpty)
    }

    @Test(arguments: StoreKind.allCases) func sessionsExpireByWhenTheyWereStepped(kind: StoreKind) throws {
        let store = try Self.place(kind).open()
        let idle = try Self.insert(store, Self.record("idle"))
        let busy = try Self.insert(store, Self.record("busy"))
        var later = busy
        (later.steps, later.steppedAtMs) = (1, 1090)
        _ = try store.change([.step(later, from: busy, state: [1], answer: nil)])[0].get()
        #expect(try store.deleteExpiredSessions(nowMs: 1099, limit: 10).isEmpty)
        #expect(try store.deleteExpiredSessions(nowMs: 1100, limit: 10).map(\.id) == [idle.id])
        #expect(try store.deleteExpiredSessions(nowMs: 1150, limit: 10).isEmpty)
        #expect(try store.deleteExpiredSessions(nowMs: 1190, limit: 10).map(\.id) == [busy.id])
        var aged = Self.record("aged", expiresAfterMs: .max)
        #expect(aged.expiresAtMs == 1_000_000, "age ends it")
        aged.expiresAfterMs = 10
        #expect(aged.expiresAtMs == 1010)
    }

    @Test(arguments: StoreKind.allCases) func pagesShowThoseOfTheScope(kind: StoreKind) throws {
        let store = try Self.place(kind).open()
        for index in 0..<5 {
            _ = try Self.insert(store, Self.record("s\(index)", tenant: index % 2 == 0 ? "x" : "y"))
        }
        func page(_ limit: Int, after: String? = nil, model: String? = nil, _ scope: Scope = .all) throws -> [String] {
            try store.sessions(
                SessionFilter(model: model, scope: scope, limit: limit, nowMs: 1050), after: after
            ).sessions.map(\.id)
        }
        #expect(try page(2) == ["s4", "s3"] && page(9, after: "s3") == ["s2", "s1", "s0"])
        #expect(try page(9, .tenant("y")) == ["s3", "s1"] && page(9, model: "b").isEmpty)
        #expect(throws: StoreError.unknownSession(id: "s1")) { try page(9, after: "s1", .tenant("x")) }
        #expect(
            try store.sessions(SessionFilter(scope: .all, limit: 9, nowMs: 1100), after: nil).sessions.isEmpty,
            "expired")
        #expect(try store.sessions(SessionFilter(scope: .all, limit: 4, nowMs: 1050), after: nil).hasMore)
    }
}
