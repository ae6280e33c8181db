import System

/// Hears of its descriptor on the loop that watches it.
package protocol DescriptorHandler: AnyObject {
    /// Something has become ready. It comes once for each change (edge-triggered, epoll(7)): the handler reads or
    /// writes until the call would block, or asks `EventLoop.revisit` for another turn.
    func descriptorIsReady(_ readiness: Readiness)
}

/// One thread on which a share of the connections lives. Nothing on it may block or compute for long.
///
/// DESIGN. The thread waits in epoll for descriptors, for the first timer and for an eventfd, and then runs, in this
/// order: the handlers of the descriptors that are ready, those that asked for another turn, what was handed over by
/// `execute`, the timers that are due. A descriptor is added to epoll once, edge-triggered for both directions, and
/// leaves by being closed.
///
/// Why not Dispatch's sources: libdispatch takes a hung-up descriptor out of epoll behind its source's back, and under
/// a fast churn of reset connections its table of watched descriptors is read after it was freed, which ends the
/// process (its issue 949). Queues, signals and timers of Dispatch are not concerned; they stay for work that has
/// nothing to do with descriptors.
///
/// LIFE. The thread keeps the loop's `EventLoopThread` alive, not the loop: when the last reference to the loop goes,
/// the thread runs what was handed over before and ends.
package final class EventLoop: Sendable {
    /// Bytes taken from a socket by one read.
    package static let readBytesMax = 64 * 1024

    private let thread: EventLoopThread

    /// Starts the thread.
    ///
    /// - Parameter label: for debuggers.
    /// - Throws: when the process is out of descriptors.
    package init(label: String) throws(SocketError) {
        let thread = try EventLoopThread()
        self.thread = thread
        _ = WorkerThread(name: label, isPrompt: true) { thread.run() }
    }

    deinit { thread.stop() }

    /// Runs `body` on the loop, after what was handed over before. Returns at once.
    package func execute(_ body: @escaping @Sendable () -> Void) { thread.execute(body) }

    /// Runs `body` on the loop: now, where it is called there, but not within another `body` that waits for it.
    package func perform(_ body: @escaping @Sendable () -> Void) {
        if thread.isCurrent { body() } else { thread.execute(body) }
    }

    /// Runs `body` on the loop once `seconds` have passed.
    package func schedule(after seconds: Double, _ body: @escaping @Sendable () -> Void) {
        let due = Clock.monotonicSeconds() + seconds
        if thread.isCurrent {
            thread.schedule(at: due, body)
        } else {
            execute { [thread] in thread.schedule(at: due, body) }
        }
    }

    /// Stops the process when called off the loop: loop state has no other protection.
    package func assertIsCurrent() { precondition(thread.isCurrent, "loop state touched on another thread") }

    // MARK: Descriptors (on the loop)

    /// One read buffer for all connections of the loop, so that an idle connection has none.
    var scratch: UnsafeMutableRawBufferPointer { thread.scratch }

    /// Watches a descriptor until `forget`; retains its handler until then.
    ///
    /// - Throws: when the kernel has no memory or no watch left for it.
    package func watch(_ descriptor: Int32, _ handler: any DescriptorHandler) throws(SocketError) {
        try thread.watch(descriptor, handler)
    }

    /// Drops the handler of a descriptor that is about to be closed, and every event of it that is still to come.
    package func forget(_ descriptor: Int32) { thread.forget(descriptor) }

    /// Calls the handler again, as if its descriptor had become readable, after the others had their turn.
    package func revisit(_ descriptor: Int32) { thread.revisit(descriptor) }
}
