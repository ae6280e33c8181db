import SequenceService
import Store
import Testing

/// A job's events, history first and then as they come.
@Suite struct JobEventFeedTests {
    private let fixture: JobFixture
    private let queue = WorkQueue(name: "test", threads: 1)
    private let isStopping = Flag()
    private let feed: JobEventFeed

    init() throws {
        fixture = try JobFixture()
        feed = JobEventFeed(services: fixture.services, offload: queue) { [isStopping] in isStopping.isSet }
    }

    private func job() throws -> String { try fixture.submit(JobSamples.quick()).id }

    /// Pages have a limit, and a history of many is complete and in order.
    @Test func aLongHistoryComesInPages() async throws {
        let id = try job(), count = 1234
        for number in 0..<count { try fixture.store.appendEvent(id, atMs: 1, json: #"{"type":"n","n":\#(number)}"#) }
        var pages: [Int] = []
        var ids: [Int64] = []
        let end = try await feed.read(id, after: 0, follows: false, quietSeconds: 60) {
            pages.append($0.count)
            ids += $0.map(\.id)
        }
        #expect(pages == [500, 500, 235] && ids == ids.sorted() && end == .complete)
        var rest = 0
        _ = try await feed.read(id, after: ids[1200], follows: false, quietSeconds: 60) { rest += $0.count }
        #expect(rest == count + 1 - 1201)
    }

    @Test func aFollowerSeesWhatComesUntilTheEnd() async throws {
        let id = try job()
        let (store, signal) = (fixture.store, fixture.services.signal)
        var seen: [String] = []
        let end = try await feed.read(id, after: 0, follows: true, quietSeconds: 60) { page in
            seen += page.map(\.json)
            switch seen.count {
            case 1: _ = try store.claimNext(nowMs: 1)
            case 2: try store.appendEvent(id, atMs: 2, json: #"{"type":"metrics"}"#)
            case 3: try store.finishFailed(id, atMs: 3, error: "{}")
            default: break
            }
            signal.notify()
        }
        #expect(end == .complete && seen.count == 4)
        #expect(seen.last == #"{"type":"status","status":"failed","attempt":1}"#)
    }

    /// Behind the last event of a finished job there is nothing to come back for.
    @Test func itIsOverBehindTheLastEvent() throws {
        let id = try job()
        let first = try #require(fixture.store.events(id, after: 0, limit: 9).last?.id)
        #expect(try !feed.isOver(id, after: first, follows: true) && feed.isOver(id, after: first, follows: false))
        _ = try fixture.store.claimNext(nowMs: 1)
        try fixture.store.finishFailed(id, atMs: 3, error: "{}")
        let last = try #require(fixture.store.events(id, after: 0, limit: 9).last?.id)
        for follows in [true, false] {
            #expect(try !feed.isOver(id, after: last - 1, follows: follows))
            #expect(try feed.isOver(id, after: last, follows: follows))
            #expect(try feed.isOver(id, after: last + 1, follows: follows))
        }
    }

    @Test func aStopTellsWhereToGoOn() async throws {
        let id = try job()
        var last: Int64 = -1
        let end = try await feed.read(id, after: 0, follows: true, quietSeconds: 60) { page in
            last = page.last?.id ?? last
            isStopping.set()
            fixture.services.signal.notify()
        }
        #expect(end == .stopping(after: last) && last > 0)
    }

    /// `heartbeat_seconds` without news, and the reader is called with none.
    @Test func silenceIsBroken() async throws {
        let id = try job()
        var quiet = 0
        let end = try await feed.read(id, after: 0, follows: true, quietSeconds: 0) { page in
            guard page.isEmpty else { return }
            quiet += 1
            if quiet == 3 { isStopping.set() }
            fixture.services.signal.notify()
        }
        guard case .stopping = end else { return #expect(Bool(false), "\(end)") }
        #expect(quiet == 3)
    }

    @Test func whoLeavesIsLeft() async throws {
        let id = try job()
        let reader = Task { [feed] in
            _ = try await feed.read(id, after: 0, follows: true, quietSeconds: 60) { _ in }
        }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
    }
}
