import CEpoll
import Synchronization
import System

/// A listening stream socket: TCP, Unix domain, or one that the system's manager opened for us.
///
/// Accepts in batches until it would block. When the process is out of descriptors (EMFILE, ENFILE, ENOBUFS, ENOMEM) it
/// pauses for `backoffSeconds` instead of spinning: the waiting connections stay in the backlog.
package final class Listener: DescriptorHandler, @unchecked Sendable {
    // SAFETY: mutable state is touched on `loop` only, after `init`.

    /// Connections accepted in one turn; then the loop's other descriptors have theirs.
    private static let batchMax = 256

    /// A connection accepted and not yet given to a loop; closed if nobody takes it.
    package struct Accepted: ~Copyable {
        let descriptor: FileDescriptor
        /// The client's address; nil for one of a Unix domain socket without a name, as most are.
        package let peer: SocketAddress?
        var isUnix: Bool { peer.map { $0.family == .unix } ?? true }

        /// Best effort: sends `bytes` without waiting and closes.
        package consuming func refuse(with bytes: [UInt8]) {
            _ = systemCall { send(descriptor.raw, bytes, bytes.count, FileDescriptor.noSignal) }
            _ = systemCall { shutdown(descriptor.raw, Int32(SHUT_WR)) }
        }
    }

    /// Where the listener really listens; port 0 has become the port given by the system.
    package let address: SocketAddress
    private let loop: EventLoop
    private let backoffSeconds: Double
    private let raw: Int32
    private var descriptor: FileDescriptor?
    private var isBackingOff = false
    private let pauses = Atomic<Int>(0)
    private var onAccept: ((consuming Accepted) -> Void)?
    private var onBatchEnd: (() -> Void)?
    private var socketFile: SocketFile?

    /// Binds and listens. Connections are not accepted before `start`.
    ///
    /// - Parameters:
    ///   - loop: what it accepts on.
    ///   - isDualStack: whether an IPv6 socket also takes IPv4 clients.
    ///   - fileMode: permissions of the file of a Unix domain socket: who may connect.
    ///   - backlog: connections that wait to be accepted; the system may allow fewer (`net.core.somaxconn`).
    package init(
        address: SocketAddress, isDualStack: Bool = false, fileMode: UInt32 = 0o660, backlog: Int32 = 4096,
        backoffSeconds: Double, loop: EventLoop
    ) throws(SocketError) {
        let descriptor = try FileDescriptor.streamSocket(family: address.systemFamily)
        let raw = descriptor.raw
        if address.family == .unix {
            try SocketFile.removeStale(address)
        } else {
            try descriptor.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
        }
        if address.family == .ipv6 { try descriptor.setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY, isDualStack ? 0 : 1) }
        _ = try systemCall("bind \(address)") { address.withSocketAddress { Glibc.bind(raw, $0, $1) } }
        // Before `listen` nobody can connect, so the mode holds for every client.
        if address.family == .unix { socketFile = try SocketFile(path: address.host, mode: fileMode) }
        _ = try systemCall("listen \(address)") { listen(raw, backlog) }
        self.address = Self.localAddress(raw) ?? address
        self.backoffSeconds = backoffSeconds
        self.loop = loop
        self.raw = raw
        Self.setStreamOptions(descriptor, self.address)
        self.descriptor = consume descriptor
    }

    /// Takes over a listening socket that this process was started with.
    ///
    /// - Throws: if `raw` is not a listening stream socket with an address of its own.
    package init(inherited raw: Int32, backoffSeconds: Double, loop: EventLoop) throws(SocketError) {
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Not by `systemCall`: a wrong number here is the fault of whoever started us.
        guard getsockopt(raw, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1,
            let address = Self.localAddress(raw)
        else { throw SocketError(operation: "descriptor \(raw) is not a listening socket", code: 0) }
        let descriptor = FileDescriptor(owning: raw)
        descriptor.setNonBlockingAndCloseOnExec()
        self.address = address
        self.backoffSeconds = backoffSeconds
        self.loop = loop
        self.raw = raw
        Self.setStreamOptions(descriptor, self.address)
        self.descriptor = consume descriptor
    }

    private static func localAddress(_ raw: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(raw, $0, &length) }
        }
        return result == 0 ? SocketAddress(storage) : nil
    }

    /// Options of the connections to come: Linux copies them from the listening socket, which saves two calls for each.
    private static func setStreamOptions(_ descriptor: borrowing FileDescriptor, _ address: SocketAddress) {
        guard address.family != .unix else { return }
        // Both improve latency and memory; without them streams still work.
        try? descriptor.setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        // At most this much unsent data in the kernel: a slow reader's backlog stays with back-pressure (tcp(7)).
        try? descriptor.setOption(Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, 128 * 1024)
    }

    /// Starts to accept. Both closures run on the listener's loop.
    ///
    /// - Parameters:
    ///   - onAccept: takes a connection.
    ///   - onBatchEnd: called when those that waited were taken: what can be done once for all of them is done now.
    package func start(
        _ onAccept: @escaping @Sendable (consuming Accepted) -> Void, onBatchEnd: @escaping @Sendable () -> Void = {}
    ) {
        loop.execute { [self] in
            guard descriptor != nil, self.onAccept == nil else { return }
            self.onAccept = onAccept
            self.onBatchEnd = onBatchEnd
            watch()
        }
    }

    /// Again after a while, if the kernel cannot watch one descriptor more.
    private func watch() {
        guard descriptor != nil else { return }
        do throws(SocketError) {
            try loop.watch(raw, self)
        } catch {
            pauses.add(1, ordering: .relaxed)
            loop.schedule(after: backoffSeconds) { [self] in watch() }
        }
    }

    /// Accepts what is already in the backlog, then closes the socket. `done` runs when that has happened.
    package func stop(_ done: @escaping @Sendable () -> Void) {
        loop.execute { [self] in
            socketFile?.remove()
            while acceptBatch() {}
            onAccept = nil
            onBatchEnd = nil
            if descriptor != nil { loop.forget(raw) }
            descriptor = nil
            done()
        }
    }

    /// Accepts what waits, a batch at a time, so that other descriptors of the loop have their turn.
    package func descriptorIsReady(_ readiness: Readiness) {
        if acceptBatch() { loop.revisit(raw) }
    }

    /// - Returns: whether more may wait.
    private func acceptBatch() -> Bool {
        guard let onAccept, !isBackingOff, descriptor != nil else { return false }
        defer { onBatchEnd?() }
        for _ in 0..<Self.batchMax {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let result = withUnsafeMutablePointer(to: &storage) { address in
                systemCall { rondo_accept(raw, address, &length) }
            }
            switch result {
            case .value(let raw):
                onAccept(Accepted(descriptor: FileDescriptor(owning: Int32(raw)), peer: SocketAddress(storage)))
            case .wouldBlock: return false
            case .failure(EMFILE), .failure(ENFILE), .failure(ENOBUFS), .failure(ENOMEM):
                backOff()
                return false
            case .failure: continue  // an error of that one connection (ECONNABORTED and the like, accept(2))
            }
        }
        return true
    }

    /// How often accepting paused because the process was out of descriptors.
    package var pauseCount: Int { pauses.load(ordering: .relaxed) }

    /// Edge-triggered, the listener hears of new connections only: those that wait are looked at again after a while.
    private func backOff() {
        pauses.add(1, ordering: .relaxed)
        isBackingOff = true
        loop.schedule(after: backoffSeconds) { [self] in
            isBackingOff = false
            if acceptBatch() { loop.revisit(raw) }
        }
    }
}
