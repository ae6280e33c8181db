import Store
import Testing

/// Each arrow of the diagram in JobStatus.swift, and each that is not there.
@Suite struct JobTransitionTests {
    /// A job of a fresh store brought to a status.
    private func job(in status: JobStatus, _ store: any RecordStore) throws -> String {
        let id = try store.insertJob(newJob()).job.id
        if status == .queued { return id }
        #expect(try store.claimNext(nowMs: 2000)?.id == id)
        switch status {
        case .queued, .running: break
        case .paused:
            _ = try store.requestPause(id, atMs: 3000)
            try store.finishPaused(id, atMs: 3000)
        case .succeeded:
            try store.finishSucceeded(
                id, atMs: 3000, version: try store.reserveVersion(id), info: "{}", result: "{}", metrics: nil
            ) { _ in true }
        case .failed: try store.finishFailed(id, atMs: 3000, error: "{}")
        case .cancelled: try store.finishCancelled(id, atMs: 3000)
        }
        #expect(try store.job(id)?.status == status)
        return id
    }

    @Test(arguments: StoreKind.allCases, JobStatus.allCases)
    func everyActionInEveryStatus(kind: StoreKind, status: JobStatus) throws {
        /// What each action makes of each status; absent: refused.
        let actions: [(String, [JobStatus: JobStatus], (any RecordStore, String) throws -> Void)] = [
            (
                "cancel", [.queued: .cancelled, .running: .running, .paused: .cancelled, .cancelled: .cancelled],
                { _ = try $0.requestCancel($1, atMs: 9) }
            ),
            ("pause", [.running: .running, .paused: .paused], { _ = try $0.requestPause($1, atMs: 9) }),
            ("resume", [.queued: .queued, .running: .running, .paused: .queued], { _ = try $0.resume($1, atMs: 9) }),
            (
                "succeed", [.running: .succeeded],
                {
                    try $0.finishSucceeded($1, atMs: 9, version: 7, info: "{}", result: "{}", metrics: nil) { _ in true
                    }
                }
            ),
            ("fail", [.running: .failed], { try $0.finishFailed($1, atMs: 9, error: "{}") }),
            ("finish cancelled", [.running: .cancelled], { try $0.finishCancelled($1, atMs: 9) }),
            ("finish paused", [.running: .paused], { try $0.finishPaused($1, atMs: 9) }),
            ("release", [.running: .queued], { try $0.release($1, atMs: 9) }),
            ("progress", [.running: .running], { try $0.updateProgress($1, progress: "{}") }),
            ("reserve", [.running: .running], { _ = try $0.reserveVersion($1) }),
            (
                "claim",
                [
                    .queued: .running, .running: .running, .paused: .paused, .succeeded: .succeeded, .failed: .failed,
                    .cancelled: .cancelled,
                ],
                { store, _ in _ = try store.claimNext(nowMs: 9) }
            ),
            (
                "rescue",
                [
                    .queued: .queued, .running: .running, .paused: .paused, .succeeded: .succeeded, .failed: .failed,
                    .cancelled: .cancelled,
                ],
                { store, _ in _ = try store.rescue(nowMs: 9) }
            ),
        ]
        for (name, outcomes, act) in actions {
            let place = try StorePlace(kind)
            let store = try place.open()
            let id = try job(in: status, store)
            let before = try store.job(id)
            if let expected = outcomes[status] {
                #expect(throws: Never.self, "\(name) from \(status)") { try act(store, id) }
                #expect(try store.job(id)?.status == expected, "\(name) from \(status)")
            } else {
                do {
                    try act(store, id)
                    Issue.record("\(name) from \(status) was allowed")
                } catch let error as StoreError {
                    guard case .invalidTransition(let named, let from, _) = error else { throw error }
                    #expect(named == id && from == status)
                }
                #expect(try store.job(id) == before, "\(name) from \(status) left a trace")
            }
            #expect(try store.check().isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func unknownJobsAreNamed(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        #expect(throws: StoreError.unknownJob(id: "x")) { try store.requestCancel("x", atMs: 0) }
        #expect(throws: StoreError.unknownJob(id: "x")) { try store.finishFailed("x", atMs: 0, error: "") }
        #expect(throws: StoreError.unknownJob(id: "x")) { try store.appendEvent("x", atMs: 0, json: "{}") }
        #expect(throws: StoreError.unknownJob(id: "x")) { try store.jobs(limit: 1, after: "x") }
        #expect(try store.job("x") == nil && store.queuePosition("x") == nil && store.events("x", limit: 9).isEmpty)
    }

    @Test(arguments: StoreKind.allCases) func aWholeLife(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        let id = try store.insertJob(newJob("airline")).job.id
        #expect(try store.claimNext(nowMs: 2000)?.startedAtMs == 2000)
        try store.updateProgress(id, progress: #"{"epoch":1}"#, metrics: #"{"train_loss":1}"#)
        try store.appendEvent(id, atMs: 2100, json: #"{"type":"metrics"}"#)
        #expect(try store.requestPause(id, atMs: 2200).pauseRequested)
        #expect(try store.updateProgress(id, progress: nil).pauseRequested)
        let paused = try store.finishPaused(id, atMs: 2300)
        #expect(
            !paused.pauseRequested && paused.runner == nil && paused.finishedAtMs == nil
                && paused.progress == #"{"epoch":1}"#)
        _ = try store.resume(id, atMs: 2400)
        let again = try store.claimNext(nowMs: 2500)
        #expect(again?.startedAtMs == 2000 && again?.attempt == 1)
        let version = try store.reserveVersion(id)
        #expect(try version == 1 && store.reserveVersion(id) == 1)
        _ = try store.requestCancel(id, atMs: 2600)  // too late
        let done = try store.finishSucceeded(
            id, atMs: 3000, version: version, info: #"{"skill":0.2}"#, result: #"{"version":1}"#,
            metrics: #"{"mase":0.8}"#
        ) { current in
            #expect(current == nil)
            return true
        }
        #expect(
            done.status == .succeeded && done.version == 1 && done.finishedAtMs == 3000
                && done.metrics == #"{"mase":0.8}"# && !done.cancelRequested)
        #expect(
            try store.versions("airline") == [
                VersionRecord(model: "airline", version: 1, jobID: id, createdAtMs: 3000, info: #"{"skill":0.2}"#)
            ])
        #expect(try store.labels("airline") == ["stable": 1])
        let events = try store.events(id, limit: 100)
        #expect(
            events.map(\.json) == [
                #"{"type":"status","status":"queued","attempt":1}"#,
                #"{"type":"status","status":"running","attempt":1}"#, #"{"type":"metrics"}"#,
                #"{"type":"status","status":"paused","attempt":1}"#,
                #"{"type":"status","status":"queued","attempt":1}"#,
                #"{"type":"status","status":"running","attempt":1}"#,
                #"{"type":"status","status":"succeeded","attempt":1}"#,
            ])
        #expect(try store.events(id, after: events[2].id, limit: 2) == Array(events[3...4]))
    }
}
