package import Dispatch

/// One serial queue on which a share of the connections lives. Nothing on it may block or compute for long.
///
/// The interface is narrow on purpose (`execute`, `schedule`, and the sources of `SocketStream`), so that a thread on
/// epoll could take Dispatch's place.
package final class EventLoop: @unchecked Sendable {
    // SAFETY: `queue` is immutable; `scratch` is touched on the queue only.

    /// Bytes taken from a socket by one read.
    package static let readBytesMax = 64 * 1024

    /// The queue everything of this loop runs on.
    package let queue: DispatchQueue
    /// One read buffer for all connections of the loop, so that an idle connection has none.
    let scratch: UnsafeMutableRawBufferPointer

    /// A loop with a name for debuggers.
    package init(label: String) {
        queue = DispatchQueue(label: label, qos: .userInitiated)
        scratch = .allocate(byteCount: Self.readBytesMax, alignment: 64)
    }

    deinit { scratch.deallocate() }

    /// Runs `body` on the loop, after what was handed over before. Returns at once.
    package func execute(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    /// Runs `body` on the loop once `seconds` have passed.
    package func schedule(after seconds: Double, _ body: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + seconds, execute: body)
    }

    /// Stops the process when called off the loop: loop state has no other protection.
    package func assertIsCurrent() { dispatchPrecondition(condition: .onQueue(queue)) }
}
