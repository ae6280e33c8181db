import Store
import Testing

/// The rules of jobs as a table: what each action makes of a job in each status, with each wish. No store.
@Suite struct JobRuleTests {
    /// A job as it can be, by a short name.
    private static let states: [(name: String, job: JobRecord)] = {
        func job(_ status: JobStatus, _ change: (inout JobRecord) -> Void = { _ in }) -> JobRecord {
            var job = newJob("m", key: "k")
            job.status = status
            if status != .queued { job.startedAtMs = 1500 }
            if status == .running { job.runner = "me" }
            if status.isFinal { job.finishedAtMs = 2000 }
            if status == .succeeded { job.version = 3 }
            if status == .failed { job.error = #"{"old":1}"# }
            change(&job)
            return job
        }
        return [
            ("queued", job(.queued)),
            ("running", job(.running)),
            ("running, to be cancelled", job(.running) { $0.cancelRequested = true }),
            ("running, to be paused", job(.running) { $0.pauseRequested = true }),
            ("running, to be both", job(.running) { ($0.cancelRequested, $0.pauseRequested) = (true, true) }),
            ("running elsewhere", job(.running) { $0.runner = "other" }),
            ("paused", job(.paused)),
            ("succeeded", job(.succeeded)), ("failed", job(.failed)), ("cancelled", job(.cancelled)),
        ]
    }()

    /// What an action makes of a job.
    private enum Outcome: Equatable, Sendable {
        /// As it was.
        case same
        /// In this status, with these members changed besides it.
        case becomes(JobStatus)
        /// Still running, with this wish.
        case wish(cancel: Bool, pause: Bool)
        /// Still running, with something noted.
        case noted
        case refused
        case notRunner
    }

    private struct Row: Sendable {
        let action: String
        let act: @Sendable (JobRecord) throws(StoreError) -> JobRecord
        /// In the order of `states`.
        let outcomes: [Outcome]
    }

    private static let rows: [Row] = [
        Row(
            action: "cancel", act: { job throws(StoreError) in try JobRules.cancel(job, atMs: 9) },
            outcomes: [
                .becomes(.cancelled), .wish(cancel: true, pause: false), .same, .wish(cancel: true, pause: true), .same,
                .wish(cancel: true, pause: false), .becomes(.cancelled), .refused, .refused, .same,
            ]),
        Row(
            action: "pause", act: JobRules.pause,
            outcomes: [
                .refused, .wish(cancel: false, pause: true), .refused, .same, .refused,
                .wish(cancel: false, pause: true), .same, .refused, .refused, .refused,
            ]),
        Row(
            action: "resume", act: JobRules.resume,
            outcomes: [
                .same, .same, .same, .wish(cancel: false, pause: false), .wish(cancel: true, pause: false), .same,
                .becomes(.queued), .refused, .refused, .refused,
            ]),
        Row(
            action: "claim", act: { job throws(StoreError) in try JobRules.claim(job, by: "me", atMs: 9) },
            outcomes: [.becomes(.running)] + Array(repeating: .refused, count: 9)),
        Row(
            action: "report",
            act: { job throws(StoreError) in try JobRules.report(job, by: "me", progress: "p", metrics: "m") },
            outcomes: ofRunner(.noted)),
        Row(
            action: "save a checkpoint", act: { job throws(StoreError) in try JobRules.saveCheckpoint(job, by: "me") },
            outcomes: ofRunner(.same)),
        Row(
            action: "reserve", act: { job throws(StoreError) in try JobRules.reserve(job, by: "me", version: 7) },
            outcomes: ofRunner(.noted)),
        Row(
            action: "succeed",
            act: { job throws(StoreError) in
                try JobRules.succeed(job, by: "me", version: 7, result: "r", metrics: nil, atMs: 9)
            }, outcomes: ofRunner(.becomes(.succeeded))),
        Row(
            action: "fail", act: { job throws(StoreError) in try JobRules.fail(job, by: "me", error: "e", atMs: 9) },
            outcomes: ofRunner(.becomes(.failed))),
        Row(
            action: "finish cancelled",
            act: { job throws(StoreError) in try JobRules.finishCancelled(job, by: "me", atMs: 9) },
            outcomes: ofRunner(.becomes(.cancelled))),
        Row(
            action: "finish paused",
            act: { job throws(StoreError) in try JobRules.finishPaused(job, by: "me", atMs: 9) },
            outcomes: ofRunner(.becomes(.paused))),
        Row(
            action: "release", act: { job throws(StoreError) in try JobRules.release(job, by: "me", atMs: 9) },
            outcomes: [
                .refused, .becomes(.queued), .becomes(.cancelled), .becomes(.paused), .becomes(.cancelled), .notRunner,
                .refused, .refused, .refused, .refused,
            ]),
        Row(
            action: "rescue", act: { job throws(StoreError) in try rescued(job, attemptsMax: .max) },
            outcomes: [
                .refused, .becomes(.queued), .becomes(.cancelled), .becomes(.paused), .becomes(.cancelled),
                .becomes(.queued), .refused, .refused, .refused, .refused,
            ]),
        Row(
            action: "rescue for the last time", act: { job throws(StoreError) in try rescued(job, attemptsMax: 1) },
            outcomes: [
                .refused, .becomes(.failed), .becomes(.cancelled), .becomes(.paused), .becomes(.cancelled),
                .becomes(.failed), .refused, .refused, .refused, .refused,
            ]),
    ]

    /// What only the runner of a running job may do.
    private static func ofRunner(_ outcome: Outcome) -> [Outcome] {
        [.refused] + Array(repeating: outcome, count: 4) + [.notRunner] + Array(repeating: .refused, count: 4)
    }

    private static func rescued(_ job: JobRecord, attemptsMax: Int) throws(StoreError) -> JobRecord {
        try JobRules.rescue(job, attemptsMax: attemptsMax, atMs: 9) { "died at attempt \($0.attempt)" }
    }

    @Test func everyActionOnEveryJob() throws {
        for row in Self.rows {
            try #require(row.outcomes.count == Self.states.count, "\(row.action)")
            for ((name, job), expected) in zip(Self.states, row.outcomes) {
                #expect(Self.outcome(row.act, job) == expected, "\(row.action) of a job that is \(name)")
            }
        }
    }

    private static func outcome(_ act: (JobRecord) throws(StoreError) -> JobRecord, _ old: JobRecord) -> Outcome? {
        do throws(StoreError) {
            let new = try act(old)
            let faults = JobRules.faults(of: new)
            guard faults.isEmpty else {
                Issue.record("\(faults)")
                return nil
            }
            if new == old { return .same }
            if new.status != old.status { return .becomes(new.status) }
            let isWish = (new.cancelRequested, new.pauseRequested) != (old.cancelRequested, old.pauseRequested)
            return isWish ? .wish(cancel: new.cancelRequested, pause: new.pauseRequested) : .noted
        } catch {
            switch error {
            case .invalidTransition(old.id, old.status, _): return .refused
            case .notRunner(old.id): return .notRunner
            default: return nil
            }
        }
    }

    /// What goes along with an arrow.
    @Test func arrowsSetWhatTheyShould() throws {
        let waiting = newJob()
        let first = try JobRules.claim(waiting, by: "me", atMs: 5)
        #expect(first.startedAtMs == 5 && first.runner == "me")
        let paused = try JobRules.finishPaused(JobRules.pause(first), by: "me", atMs: 6)
        #expect(paused.finishedAtMs == nil && paused.runner == nil && !paused.pauseRequested && paused.attempt == 1)
        let again = try JobRules.claim(JobRules.resume(paused), by: "me", atMs: 7)
        #expect(again.startedAtMs == 5, "it began when it was first claimed")

        let reserved = try JobRules.reserve(again, by: "me", version: 4)
        #expect(try JobRules.reserve(reserved, by: "me", version: 5).reservedVersion == 4, "a number is taken once")
        let reported = try JobRules.report(reserved, by: "me", progress: "p", metrics: "m")
        #expect(
            try JobRules.report(reported, by: "me", progress: nil, metrics: nil) == reported, "nil leaves what is there"
        )
        let done = try JobRules.succeed(
            JobRules.cancel(reported, atMs: 8), by: "me", version: 4, result: "r", metrics: nil, atMs: 9)
        #expect(done.version == 4 && done.result == "r" && done.metrics == "m" && done.finishedAtMs == 9)
        #expect(!done.cancelRequested, "a wish that came too late is forgotten")
        #expect(try JobRules.fail(reported, by: "me", error: "e", atMs: 9).error == "e")
    }

    /// Rescues in a row are counted until a checkpoint is saved; a release counts nothing.
    @Test func attemptsCountDeaths() throws {
        var job = newJob()
        func die(attemptsMax: Int = 2) throws { job = try Self.rescued(job, attemptsMax: attemptsMax) }
        func claim() throws { job = try JobRules.claim(job, by: "me", atMs: 1) }
        try claim()
        job = try JobRules.release(job, by: "me", atMs: 2)
        #expect(job.attempt == 1 && job.idleRescues == 0 && job.status == .queued)
        try claim()
        try die()
        #expect(job.attempt == 2 && job.idleRescues == 1 && job.status == .queued)
        try claim()
        job = try JobRules.saveCheckpoint(job, by: "me")
        try die()
        #expect(job.attempt == 3 && job.idleRescues == 1 && job.status == .queued)
        try claim()
        try die()
        #expect(job.status == .failed && job.attempt == 3 && job.error == "died at attempt 3" && job.finishedAtMs == 9)
    }

    @Test func keysQueueAndNames() throws {
        let first = newJob("m", key: "k", digest: "1")
        #expect(try JobRules.repeated(newJob("m", key: "k", digest: "1"), first: first) == first)
        #expect(throws: StoreError.idempotencyConflict(key: "k", jobID: first.id)) {
            try JobRules.repeated(newJob("m", key: "k", digest: "2"), first: first)
        }
        #expect(throws: Never.self) { try JobRules.checkQueue(queuedCount: 2, queuedCountMax: 3) }
        #expect(throws: StoreError.queueFull(jobCountMax: 3)) {
            try JobRules.checkQueue(queuedCount: 3, queuedCountMax: 3)
        }
        for isInUse in [true, false] {
            #expect(try !NameRules.mustTake("x", for: "a", holder: "a", isInUse: isInUse))
        }
        #expect(try NameRules.mustTake("x", for: "a", holder: "b", isInUse: false))
        #expect(throws: StoreError.modelNameTaken(name: "x")) {
            try NameRules.mustTake("x", for: "a", holder: "", isInUse: true)
        }
    }

    @Test func scopes() {
        #expect(Scope.all.contains("a") && Scope.all.contains(""))
        #expect(Scope.tenant("a").contains("a") && !Scope.tenant("a").contains("b") && !Scope.tenant("a").contains(""))
    }

    /// Files of jobs are kept while they are needed, and those of failed ones and of nobody for their time.
    @Test func retention() {
        for (name, job) in Self.states where job.status != .failed {
            #expect(
                Retention().keepsCheckpoint(of: job, ageSeconds: .max, nowMs: .max) == !job.status.isFinal, "\(name)")
        }
        var failed = newJob()
        (failed.status, failed.finishedAtMs) = (.failed, 1000)
        let weekMs = Int64(Retention().failedSecondsMax) * 1000
        #expect(Retention().keepsCheckpoint(of: failed, ageSeconds: .max, nowMs: 1000 + weekMs - 1))
        #expect(!Retention().keepsCheckpoint(of: failed, ageSeconds: 0, nowMs: 1000 + weekMs))
        #expect(Retention().keepsCheckpoint(of: nil, ageSeconds: Retention.unclaimedSecondsMin - 1, nowMs: 0))
        #expect(!Retention().keepsCheckpoint(of: nil, ageSeconds: Retention.unclaimedSecondsMin, nowMs: 0))
    }

    /// The check of the invariants sees what breaks them.
    @Test func brokenInvariantsAreSeen() {
        for (_, job) in Self.states { #expect(JobRules.faults(of: job).isEmpty) }
        func faults(_ status: JobStatus, _ change: (inout JobRecord) -> Void) -> Int {
            var job = newJob()
            job.status = status
            change(&job)
            return JobRules.faults(of: job).count
        }
        #expect(faults(.running) { _ in } == 1 && faults(.queued) { $0.runner = "me" } == 1)
        #expect(faults(.failed) { _ in } == 1 && faults(.paused) { $0.finishedAtMs = 1 } == 1)
        #expect(faults(.succeeded) { $0.finishedAtMs = 1 } == 1 && faults(.queued) { $0.version = 1 } == 1)
        #expect(faults(.queued) { $0.cancelRequested = true } == 1 && faults(.queued) { $0.attempt = 0 } == 1)
    }
}
