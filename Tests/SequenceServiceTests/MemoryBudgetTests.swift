import HTTPServer
import HTTPTypes
import SequenceService
import Testing

@Suite struct MemoryBudgetTests {
    private static let unit = 1 << 20

    private func refusal(_ take: () throws -> Void) -> ServiceError? {
        do {
            try take()
            return nil
        } catch { return error as? ServiceError }
    }

    private func isBusy(_ error: ServiceError?) -> Bool {
        if case .busy(_, let seconds)? = error { seconds > 0 } else { false }
    }

    @Test func leaseGoesBackOnceWhateverWasTaken() throws {
        let ended = Counter()
        let budget = MemoryBudget(sizeBytesMax: 1000) { ended.add($0) }
        do {
            let lease = budget.lease(for: "a")
            try lease.take(300)
            try lease.take(100)
            lease.giveBack(50)
            #expect(lease.heldBytes == 350 && budget.usedBytes == 350)
            #expect(refusal { try lease.take(200) } == .tooMuchMemory(limitBytes: 500))
            #expect(lease.heldBytes == 350, "a refused take takes nothing")
            lease.giveBack(.max)
            lease.giveBack(10)
            #expect(budget.usedBytes == 0)
            try lease.take(7)
        }
        #expect(budget.usedBytes == 0 && ended.value == 7)
        #expect(refusal { try budget.lease(for: "a").take(.max) } == .tooMuchMemory(limitBytes: 500))
    }

    @Test func clientsHaveSharesAndSmallRequestsAReserve() throws {
        let budget = MemoryBudget(sizeBytesMax: 64 * Self.unit)
        let greedy = budget.lease(for: "greedy"), other = budget.lease(for: "other")
        try greedy.take(20 * Self.unit)
        // A second request of the same client gets what is left of its half.
        #expect(isBusy(refusal { try budget.lease(for: "greedy").take(13 * Self.unit) }))
        let second = budget.lease(for: "greedy")
        try second.take(12 * Self.unit)
        try other.take(24 * Self.unit)
        #expect(isBusy(refusal { try budget.lease(for: "third").take(2 * Self.unit) }), "the reserve is for small ones")
        let small = budget.lease(for: "third")
        try small.take(Self.unit)
        #expect(budget.usedBytes == 57 * Self.unit)
        withExtendedLifetime((greedy, second, other, small)) {}
    }

    private func reader(_ budget: MemoryBudget) -> BodyReader {
        BodyReader(
            budget: budget, offload: WorkQueue(name: "small", threads: 1), bodies: WorkQueue(name: "large", threads: 1))
    }

    private func request(_ bytes: [UInt8], length: Int?) -> Request {
        var head = HTTPRequest(method: .post, scheme: nil, authority: "a", path: "/train")
        head.headerFields[.contentType] = "application/json"
        if let length { head.headerFields[.contentLength] = String(length) }
        return Request(head: head, path: "/train", body: RequestBody(bytes: bytes))
    }

    @Test func knownLengthIsRefusedBeforeTheBodyIsRead() async throws {
        let budget = MemoryBudget(sizeBytesMax: 64 * Self.unit)
        let held = budget.lease(for: "other")
        try held.take(30 * Self.unit)
        // Its values would not fit: it is told at once, and its body is still unread.
        let asked = request(Array("[1]".utf8), length: 7 * Self.unit)
        let error = await #expect(throws: ServiceError.self) {
            _ = try await reader(budget).body(of: asked, sizeBytesMax: .max)
        }
        #expect(isBusy(error))
        #expect(try await asked.body.collect(sizeBytesMax: 10) == Array("[1]".utf8))
        #expect(budget.usedBytes == 30 * Self.unit)
        withExtendedLifetime(held) {}
    }

    @Test(arguments: [nil, 4_000_005]) func valuesAreCountedWhileTheyAreRead(length: Int?) async throws {
        // A body of 4 MB whose values take 60 MB and more.
        let text = Array(("[[1]" + String(repeating: ",[1]", count: 1_000_000) + "]").utf8)
        let budget = MemoryBudget(sizeBytesMax: 64 * Self.unit)
        let error = await #expect(throws: ServiceError.self) {
            try await reader(budget).read(request(text, length: length), sizeBytesMax: .max) { _, _ in }
        }
        #expect(error == .tooMuchMemory(limitBytes: 32 * Self.unit))
        #expect(budget.usedBytes == 0)
        let large = MemoryBudget(sizeBytesMax: 1 << 30)
        let held = try await reader(large).read(request(text, length: length), sizeBytesMax: .max) { _, body in
            body.lease.heldBytes
        }
        #expect((60 * Self.unit...160 * Self.unit).contains(held), "\(held) bytes")
        #expect(large.usedBytes == 0)
    }
}
