import CEpoll
import System

/// What epoll says of a descriptor (epoll_ctl(2)).
package struct Readiness: Sendable {
    let flags: UInt32

    /// Bytes, a connection or the end of the client's direction can be read.
    package var isReadable: Bool {
        flags & (rondo_epoll_in | rondo_epoll_read_hang_up | rondo_epoll_hang_up | rondo_epoll_error) != 0
    }
    /// The client's direction has ended, or the connection is broken: more than data waits to be read.
    package var isEnding: Bool { flags & (rondo_epoll_read_hang_up | rondo_epoll_hang_up | rondo_epoll_error) != 0 }
    /// The connection is broken, or both of its directions have ended.
    package var isBroken: Bool { flags & (rondo_epoll_hang_up | rondo_epoll_error) != 0 }
    /// The socket takes bytes again.
    package var isWritable: Bool { flags & (rondo_epoll_out | rondo_epoll_hang_up | rondo_epoll_error) != 0 }

    /// As if the kernel had said so: for a handler that stopped in the middle of its input.
    static let readable = Readiness(flags: rondo_epoll_in)
}

/// An epoll instance and the eventfd that wakes its thread: edge-triggered, one system call for the life of a
/// descriptor.
///
/// A descriptor is named by a token of its number and a generation, so that an event of one that was closed meanwhile
/// is not taken for the next one with its number.
struct Poller: ~Copyable {
    /// An event of one descriptor.
    struct Event {
        let token: UInt64
        let readiness: Readiness
    }

    private let set: FileDescriptor
    private let alarm: FileDescriptor
    private let events: UnsafeMutablePointer<rondo_event>
    /// The token of the eventfd; no descriptor has it, for their generations begin at 1.
    private static let alarmToken: UInt64 = 0
    private static let eventsMax = RONDO_EPOLL_BATCH

    /// - Throws: when the process is out of descriptors.
    init() throws(SocketError) {
        let set = FileDescriptor(owning: Int32(try systemCall("epoll_create1") { rondo_epoll_create() }))
        let alarm = FileDescriptor(owning: Int32(try systemCall("eventfd") { rondo_eventfd() }))
        let (setRaw, alarmRaw) = (set.raw, alarm.raw)
        _ = try systemCall("epoll_ctl") { rondo_epoll_add(setRaw, alarmRaw, rondo_epoll_in, Self.alarmToken) }
        self.set = set
        self.alarm = alarm
        events = .allocate(capacity: Self.eventsMax)
    }

    deinit { events.deallocate() }

    /// Watches a descriptor until it is closed. What is ready already comes as its first event.
    ///
    /// - Throws: when the kernel has no memory or no watch left (`fs.epoll.max_user_watches`).
    func watch(_ descriptor: Int32, token: UInt64) throws(SocketError) {
        let set = set.raw
        let flags = rondo_epoll_in | rondo_epoll_out | rondo_epoll_read_hang_up | rondo_epoll_edge
        _ = try systemCall("epoll_ctl") { rondo_epoll_add(set, descriptor, flags, token) }
    }

    /// Waits for events and hands each to `body`.
    ///
    /// - Parameter seconds: the longest wait; below zero: for ever.
    func wait(seconds: Double, _ body: (Event) -> Void) {
        // Rounded up: a timer that is woken too early would spin until it is due.
        let milliseconds = seconds < 0 ? -1 : Int32(min(seconds * 1000, 3_600_000).rounded(.up))
        let set = set.raw
        guard case .value(let count) = systemCall({ rondo_epoll_wait(set, events, milliseconds) }) else { return }
        for index in 0..<count {
            let event = events[index]
            guard event.token != Self.alarmToken else {
                clearAlarm()
                continue
            }
            body(Event(token: event.token, readiness: Readiness(flags: event.flags)))
        }
    }

    /// Ends a wait, or the next one; from any thread.
    func wake() {
        var one: UInt64 = 1
        let alarm = alarm.raw
        // It can only fail by a counter that is full, and then the waiter wakes, too.
        _ = systemCall { write(alarm, &one, MemoryLayout<UInt64>.size) }
    }

    private func clearAlarm() {
        var count: UInt64 = 0
        let alarm = alarm.raw
        _ = systemCall { read(alarm, &count, MemoryLayout<UInt64>.size) }
    }
}
