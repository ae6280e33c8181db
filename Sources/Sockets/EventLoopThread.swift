import Synchronization
import System

/// The state of an event loop and what its thread does.
final class EventLoopThread: @unchecked Sendable {
    // SAFETY: `inbox` has its lock and `poller.wake` may be called from anywhere; everything else is touched by the
    // loop's thread only, after it has begun to run.

    /// A watched descriptor, at its number's place in `watched`.
    private struct Watched {
        var handler: (any DescriptorHandler)?
        /// How many descriptors have had this number.
        var generation: UInt32 = 0
        /// Its handler has asked for another turn.
        var isRevisited = false
    }

    /// What other threads hand over.
    private struct Inbox {
        var bodies: [@Sendable () -> Void] = []
        /// The thread waits, or is about to, and has to be woken.
        var isAsleep = false
        var isStopping = false
    }

    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: EventLoop.readBytesMax, alignment: 64)
    private let inbox = Mutex(Inbox())
    private let poller: Poller
    private let threadID = Atomic<UInt>(0)
    private var watched: [Watched] = []
    private var revisits: [UInt64] = []
    private var timers = TimerQueue()

    init() throws(SocketError) { poller = try Poller() }

    deinit { scratch.deallocate() }

    var isCurrent: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: From any thread

    func execute(_ body: @escaping @Sendable () -> Void) { put { $0.bodies.append(body) } }

    /// The thread ends after what was handed over before.
    func stop() { put { $0.isStopping = true } }

    private func put(_ change: (inout Inbox) -> Void) {
        let wakes = inbox.withLock { inbox in
            change(&inbox)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wakes { poller.wake() }
    }

    // MARK: On the thread

    func run() {
        threadID.store(UInt(pthread_self()), ordering: .relaxed)
        while turn() {}
    }

    /// Waits and runs what is ready.
    ///
    /// - Returns: false at the end of the loop's life.
    private func turn() -> Bool {
        let mayWait = inbox.withLock { inbox in
            inbox.isAsleep = inbox.bodies.isEmpty && !inbox.isStopping && revisits.isEmpty
            return inbox.isAsleep
        }
        let seconds = timers.firstSeconds.map { max(0, $0 - Clock.monotonicSeconds()) } ?? -1
        poller.wait(seconds: mayWait ? seconds : 0) { event in call(event.token, event.readiness) }
        let again = revisits
        revisits = []
        for token in again {
            watched[Int(token & 0xFFFF_FFFF)].isRevisited = false
            call(token, .readable)
        }
        var isStopping = runBodies()
        // What they hand over in turn needs no look at the descriptors before.
        for _ in 1..<Self.roundsMax where inbox.withLock({ !$0.bodies.isEmpty }) { isStopping = runBodies() }
        if timers.firstSeconds != nil {
            let now = Clock.monotonicSeconds()
            while let action = timers.popDue(now: now) { action() }
        }
        return !isStopping
    }

    /// Runs what was handed over before.
    ///
    /// - Returns: whether the life of the loop is over, and nothing was left to do.
    private func runBodies() -> Bool {
        let (bodies, isStopping) = inbox.withLock { inbox in
            defer { inbox.bodies = [] }
            inbox.isAsleep = false
            return (inbox.bodies, inbox.isStopping)
        }
        for body in bodies { body() }
        return isStopping && bodies.isEmpty
    }

    /// Times in a turn that handed-over work is run, if it hands over more.
    private static let roundsMax = 4

    private func call(_ token: UInt64, _ readiness: Readiness) {
        let (descriptor, generation) = (Int(token & 0xFFFF_FFFF), UInt32(token >> 32))
        // An earlier handler of this turn may have closed it, and its number may be another's by now.
        guard descriptor < watched.count, watched[descriptor].generation == generation else { return }
        watched[descriptor].handler?.descriptorIsReady(readiness)
    }

    private func token(_ descriptor: Int32) -> UInt64 {
        UInt64(watched[Int(descriptor)].generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    func schedule(at seconds: Double, _ body: @escaping @Sendable () -> Void) { timers.add(at: seconds, body) }

    func watch(_ descriptor: Int32, _ handler: any DescriptorHandler) throws(SocketError) {
        let index = Int(descriptor)
        while watched.count <= index { watched.append(Watched()) }
        precondition(watched[index].handler == nil, "descriptor \(descriptor) is watched already")
        watched[index].generation &+= 1
        if watched[index].generation == 0 { watched[index].generation = 1 }  // 0 is the eventfd's
        try poller.watch(descriptor, token: token(descriptor))
        watched[index].handler = handler
    }

    func forget(_ descriptor: Int32) {
        guard Int(descriptor) < watched.count else { return }
        watched[Int(descriptor)].handler = nil
    }

    func revisit(_ descriptor: Int32) {
        guard !watched[Int(descriptor)].isRevisited else { return }
        watched[Int(descriptor)].isRevisited = true
        revisits.append(token(descriptor))
    }
}
