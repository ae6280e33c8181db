import Glibc
import Sockets
import Synchronization
import Testing

@Suite struct EventLoopTests {
    @Test func bodiesRunInTheirOrderOnOneThread() async throws {
        let loop = try EventLoop(label: "test")
        let order = Mutex<[Int]>([])
        await withCheckedContinuation { continuation in
            for number in 0..<1000 {
                loop.execute {
                    loop.assertIsCurrent()
                    order.withLock { $0.append(number) }
                }
            }
            loop.execute { continuation.resume() }
        }
        #expect(order.withLock { $0 } == Array(0..<1000))
    }

    @Test func timersComeInOrderAndWakeAnIdleLoop() async throws {
        let loop = try EventLoop(label: "test")
        let order = Mutex<[String]>([])
        await withCheckedContinuation { continuation in
            loop.schedule(after: 0.03) {
                order.withLock { $0.append("later") }
                continuation.resume()
            }
            loop.schedule(after: 0.01) { order.withLock { $0.append("sooner") } }
        }
        #expect(order.withLock { $0 } == ["sooner", "later"])
    }

    @Test func aLoopEndsWithItsLastReferenceAndRunsWhatItHas() async throws {
        weak var gone: EventLoop?
        await withCheckedContinuation { continuation in
            let loop = try? EventLoop(label: "test")
            gone = loop
            loop?.execute { continuation.resume() }
        }
        #expect(gone == nil)
    }

    /// Edge-triggered: a change is reported once, and what was ready before the watch began is reported, too.
    @Test func aHandlerHearsOfInputOnceUntilThereIsMore() async throws {
        let loop = try EventLoop(label: "test")
        let pair = SocketPair()
        defer { withExtendedLifetime(pair) {} }
        pair.send("a")
        let handler = Recorder()
        try await loop.run { try loop.watch(pair.own, handler) }
        await loop.settle()
        await loop.settle()
        #expect(handler.events == 1)
        pair.send("b")
        await loop.settle()
        #expect(handler.events == 2)
        try await loop.run { loop.forget(pair.own) }
        pair.send("c")
        await loop.settle()
        #expect(handler.events == 2)
    }

    /// Two descriptors are ready in one turn. The handler of the first closes the second, whose number comes again at
    /// once: the second event belongs to nobody.
    @Test func aLateEventOfAClosedDescriptorIsDropped() async throws {
        let loop = try EventLoop(label: "test")
        let (first, second, third) = (SocketPair(), SocketPair(), SocketPair())
        defer { withExtendedLifetime((first, second, third)) {} }
        let successor = Recorder()
        let pairs = [first, second]
        let closers = (0..<2).map { index in
            Recorder {
                let other = pairs[1 - index].own
                loop.forget(other)
                // Closes the other one and gives its number to a socket on which nothing has happened.
                dup2(third.own, other)
                try? loop.watch(other, successor)
            }
        }
        try await loop.run {
            for (pair, closer) in zip(pairs, closers) {
                try loop.watch(pair.own, closer)
                pair.send("x")
            }
        }
        await loop.settle()
        #expect(closers.map(\.events).reduce(0, +) == 1)
        #expect(successor.inputs == 0)
        third.send("y")
        await loop.settle()
        #expect(successor.inputs == 1)
    }

    @Test func aRevisitComesOnceHoweverOftenItIsAskedFor() async throws {
        let loop = try EventLoop(label: "test")
        let pair = SocketPair()
        defer { withExtendedLifetime(pair) {} }
        let handler = Recorder()
        try await loop.run { try loop.watch(pair.own, handler) }
        await loop.settle()
        let before = handler.inputs
        try await loop.run { for _ in 0..<3 { loop.revisit(pair.own) } }
        await loop.settle()
        #expect(handler.inputs == before + 1)
    }

    @Test func aResetIsReportedAsBroken() async throws {
        let loop = try EventLoop(label: "test")
        let pair = SocketPair()
        defer { withExtendedLifetime(pair) {} }
        let handler = Recorder()
        try await loop.run { try loop.watch(pair.own, handler) }
        pair.closeOther()
        // A process that another test is just starting may hold the other end for a moment.
        for _ in 0..<500 where !handler.isBroken {
            await loop.settle()
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(handler.isBroken)
    }
}

/// Counts what it hears. Touched on its loop, read by the test while the loop is idle.
private final class Recorder: DescriptorHandler, Sendable {
    private let counts = Mutex((events: 0, inputs: 0, isBroken: false))
    private let onFirst: (@Sendable () -> Void)?

    init(onFirst: (@Sendable () -> Void)? = nil) { self.onFirst = onFirst }

    var events: Int { counts.withLock { $0.events } }
    var inputs: Int { counts.withLock { $0.inputs } }
    var isBroken: Bool { counts.withLock { $0.isBroken } }

    func descriptorIsReady(_ readiness: Readiness) {
        let isFirst = counts.withLock { counts in
            if readiness.isReadable { counts.inputs += 1 }
            if readiness.isBroken { counts.isBroken = true }
            counts.events += 1
            return counts.events == 1
        }
        if isFirst { onFirst?() }
    }
}

/// Two connected Unix domain sockets; closed at the end of the test.
private final class SocketPair: Sendable {
    let own: Int32
    private let other: Atomic<Int32>

    init() {
        var pair: [Int32] = [-1, -1]
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0, &pair)
        own = pair[0]
        other = Atomic(pair[1])
    }

    func send(_ text: String) { _ = write(other.load(ordering: .relaxed), text, text.utf8.count) }

    func closeOther() {
        close(other.load(ordering: .relaxed))
        other.store(-1, ordering: .relaxed)
    }

    deinit {
        close(own)
        closeOther()
    }
}
