import Store
import Testing

@Suite struct JobQueueTests {
    @Test(arguments: StoreKind.allCases) func repeatsAnswerTheFirstJob(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        let first = try store.insertJob(newJob(key: "k", digest: "1"), queuedCountMax: 1)
        let second = try store.insertJob(newJob(key: "k", digest: "1"), queuedCountMax: 1)
        #expect(first.isNew && !second.isNew && first.job == second.job)
        #expect(throws: StoreError.idempotencyConflict(key: "k", jobID: first.job.id)) {
            try store.insertJob(newJob(key: "k", digest: "2"))
        }
        #expect(throws: StoreError.queueFull(jobCountMax: 1)) { try store.insertJob(newJob(), queuedCountMax: 1) }
        #expect(
            try store.jobs(limit: 10).count == 1 && store.job(idempotencyKey: "k") == first.job
                && store.events(first.job.id, limit: 9).count == 1)
    }

    @Test(arguments: StoreKind.allCases) func anAcceptedJobIsKeptAsItWasGiven(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let job = newJob("x", key: "schlüssel\0", digest: "")
        #expect(try place.open().insertJob(job).job == job)
        #expect(try place.open().job(job.id) == job)
    }

    @Test(arguments: StoreKind.allCases) func listsNewestFirstInPages(kind: StoreKind) throws {
        let place = try StorePlace(kind)
        let store = try place.open()
        let ids = try (0..<7).map { try store.insertJob(newJob($0 % 2 == 0 ? "even" : "odd")).job.id }
        #expect(try store.jobs(limit: 3).map(\.id) == [ids[6], ids[5], ids[4]])
        #expect(try store.jobs(limit: 3, after: ids[4]).map(\.id) == [ids[3], ids[2], ids[1]])
        #expect(try store.jobs(model: "odd", limit: 9, after: ids[5]).map(\.id) == [ids[3], ids[1]])
        _ = try store.claimNext(nowMs: 0)
        #expect(try store.jobs(status: .running, limit: 9).map(\.id) == [ids[0]])
        #expect(try store.jobs(status: .queued, model: "even", limit: 9).map(\.id) == [ids[6], ids[4], ids[2]])
        #expect(try store.jobs(limit: 0).isEmpty && store.jobs(limit: -5).isEmpty)
        #expect(
            try store.queueLength() == 6 && store.queuePosition(ids[1]) == 1 && store.queuePosition(ids[6]) == 6
                && store.queuePosition(ids[0]) == nil)
        #expect(try store.jobCounts() == [.queued: 6, .running: 1])
        #expect(try store.dataInUse() == ["data"])
        // Of a page at once: the same places.
        let page = [ids[6], ids[2], ids[0], "x", ids[3]]
        #expect(try store.queuePositions(of: page) == [ids[2]: 2, ids[3]: 3, ids[6]: 6])
        #expect(try store.queuePositions(of: []).isEmpty)
    }

    /// Who needs which data, and who has ended long ago, is asked all the time: by an index each, with these answers.
    @Test(arguments: StoreKind.allCases) func finishedJobsAndTheirDataAreFoundByIndex(kind: StoreKind) throws {
        let store = try StorePlace(kind).open()
        let jobs = try (0..<6).map { try store.insertJob(newJob(data: "data\($0)")).job }
        // 0 to 3 end at 10, 20, 30 and 40; 1 and 2 fail.
        for (index, job) in jobs.prefix(4).enumerated() {
            let end = Int64(10 * (index + 1))
            #expect(try store.claimNext(nowMs: end)?.id == job.id)
            if [1, 2].contains(index) {
                _ = try store.finishFailed(job.id, atMs: end, error: "{}")
            } else {
                _ = try store.finishCancelled(job.id, atMs: end)
            }
        }
        #expect(try store.dataInUse(failedSinceMs: 25) == ["data2", "data4", "data5"])
        let needed = try (0..<6).filter { index in try store.needsData("data\(index)", failedSinceMs: 25) }
        #expect(needed == [2, 4, 5])
        #expect(try store.needsData("x", failedSinceMs: 0) == false)
        #expect(try Set(store.fileOwners().map(\.data)) == ["data1", "data2", "data4", "data5"])
        func expired(_ endedBeforeMs: Int64, keeping count: Int, limit: Int = 9) throws -> [String] {
            try store.read { records throws(StoreError) in
                try records.expiredJobs(endedBeforeMs: endedBeforeMs, keeping: count, limit: limit).map(\.data)
            }
        }
        #expect(try expired(0, keeping: 4).isEmpty)
        #expect(try expired(0, keeping: 2) == ["data0", "data1"] && expired(0, keeping: 0).count == 4)
        #expect(try expired(25, keeping: 9) == ["data0", "data1"] && expired(25, keeping: 1).count == 3)
        #expect(try expired(99, keeping: 0, limit: 1) == ["data0"])
    }

    @Test(arguments: StoreKind.allCases) func concurrentClaimsNeverShareAJob(kind: StoreKind) async throws {
        let place = try StorePlace(kind)
        // Two instances on one file, as two processes are.
        let stores = [try place.open(), try place.open()]
        let count = 60
        for _ in 0..<count { _ = try stores[0].insertJob(newJob()) }
        let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var mine: [String] = []
                    while let job = try stores[worker % 2].claimNext(nowMs: 1) { mine.append(job.id) }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == count && Set(claimed).count == count)
    }

    @Test(arguments: StoreKind.allCases) func concurrentRepeatsMakeOneJob(kind: StoreKind) async throws {
        let place = try StorePlace(kind)
        let stores = [try place.open(), try place.open()]
        let news = try await withThrowingTaskGroup(of: Bool.self) { group in
            for worker in 0..<8 { group.addTask { try stores[worker % 2].insertJob(newJob(key: "same")).isNew } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(try news == 1 && stores[0].jobs(limit: 9).count == 1)
    }

    @Test func idsRiseAndKeepTheirForm() {
        let ids = JobID()
        let made = (0..<5000).map { ids.make(nowMs: 1_700_000_000_000 + Int64($0 / 100) - ($0 % 7 == 0 ? 50 : 0)) }
        #expect(made == made.sorted() && Set(made).count == made.count)
        let alphabet = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        #expect(
            made.allSatisfy { $0.hasPrefix("job_") && $0.count == 30 && $0.dropFirst(4).allSatisfy(alphabet.contains) })
        #expect(made[1].dropFirst(4).prefix(10) == "01HF7YAT00")
        #expect(
            JobID().make(nowMs: -1).hasPrefix("job_0000000000") && JobID().make(nowMs: .max).hasPrefix("job_7ZZZZZZZZZ")
        )
    }
}
