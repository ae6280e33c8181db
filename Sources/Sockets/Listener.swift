import Dispatch
import Glibc
import Synchronization

/// A listening stream socket: TCP, Unix domain, or one that the system's manager opened for us.
///
/// Accepts until it would block on every event. When the process is out of descriptors (EMFILE, ENFILE, ENOBUFS,
/// ENOMEM) it stops listening for `backoffSeconds` instead of spinning: the waiting connections stay in the backlog.
package final class Listener: @unchecked Sendable {
    // SAFETY: mutable state is touched on `queue` only, after `init`.

    /// A connection accepted and not yet given to a loop; closed if nobody takes it.
    package struct Accepted: ~Copyable {
        let descriptor: FileDescriptor
        /// The client's address.
        package let peer: SocketAddress?

        /// Best effort: sends `bytes` without waiting and closes.
        package consuming func refuse(with bytes: [UInt8]) {
            _ = systemCall { send(descriptor.raw, bytes, bytes.count, FileDescriptor.noSignal) }
            _ = systemCall { shutdown(descriptor.raw, Int32(SHUT_WR)) }
        }
    }

    /// Where the listener really listens; port 0 has become the port given by the system.
    package let address: SocketAddress
    private let queue: DispatchQueue
    private let backoffSeconds: Double
    private let rawDescriptor: Int32
    private var descriptor: FileDescriptor?
    private var source: (any DispatchSourceRead)?
    private var isBackingOff = false
    private let pauses = Atomic<Int>(0)
    private var onAccept: ((consuming Accepted) -> Void)?
    private var socketFile: SocketFile?

    /// Binds and listens. Connections are not accepted before `start`.
    ///
    /// - Parameters:
    ///   - isDualStack: whether an IPv6 socket also takes IPv4 clients.
    ///   - fileMode: permissions of the file of a Unix domain socket: who may connect.
    package init(
        address: SocketAddress, isDualStack: Bool = false, fileMode: UInt32 = 0o660, backlog: Int32 = 1024,
        backoffSeconds: Double
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
        rawDescriptor = raw
        self.descriptor = consume descriptor
        queue = DispatchQueue(label: "rondo.listener", qos: .userInitiated)
    }

    /// Takes over a listening socket that this process was started with.
    ///
    /// - Throws: if `raw` is no listening stream socket with an address of its own.
    package init(inherited raw: Int32, backoffSeconds: Double) throws(SocketError) {
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Not by `systemCall`: a wrong number here is the fault of whoever started us.
        guard getsockopt(raw, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1,
            let address = Self.localAddress(raw)
        else { throw SocketError(operation: "descriptor \(raw) is no listening socket", code: 0) }
        let descriptor = FileDescriptor(owning: raw)
        descriptor.setNonBlockingAndCloseOnExec()
        self.address = address
        self.backoffSeconds = backoffSeconds
        rawDescriptor = raw
        self.descriptor = consume descriptor
        queue = DispatchQueue(label: "rondo.listener", qos: .userInitiated)
    }

    private static func localAddress(_ raw: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(raw, $0, &length) }
        }
        return result == 0 ? SocketAddress(storage) : nil
    }

    /// Starts to accept; `onAccept` runs on the listener's queue.
    package func start(_ onAccept: @escaping @Sendable (consuming Accepted) -> Void) {
        queue.async { [self] in
            guard descriptor != nil, source == nil else { return }
            self.onAccept = onAccept
            let source = DispatchSource.makeReadSource(fileDescriptor: rawDescriptor, queue: queue)
            source.setEventHandler { self.acceptAll() }
            source.setCancelHandler { self.descriptor = nil }
            self.source = source
            source.resume()
        }
    }

    /// Accepts what is already in the backlog, then closes the socket. `done` runs when that has happened.
    package func stop(_ done: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            socketFile?.remove()
            guard let source else {
                descriptor = nil
                return done()
            }
            acceptAll()
            onAccept = nil
            source.setCancelHandler {
                self.descriptor = nil
                done()
            }
            source.cancel()
            if isBackingOff { source.resume() }  // a suspended source would never run its cancel handler
            isBackingOff = false
            self.source = nil
        }
    }

    private func acceptAll() {
        while let onAccept, !isBackingOff {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let result = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    systemCall { accept(rawDescriptor, address, &length) }
                }
            }
            switch result {
            case .value(let raw):
                let descriptor = FileDescriptor(owning: Int32(raw))
                descriptor.setNonBlockingAndCloseOnExec()
                onAccept(Accepted(descriptor: descriptor, peer: SocketAddress(storage)))
            case .wouldBlock: return
            case .failure(EMFILE), .failure(ENFILE), .failure(ENOBUFS), .failure(ENOMEM): return backOff()
            case .failure: continue  // an error of that one connection (ECONNABORTED and the like, accept(2))
            }
        }
    }

    /// How often accepting paused because the process was out of descriptors.
    package var pauseCount: Int { pauses.load(ordering: .relaxed) }

    private func backOff() {
        guard let source else { return }
        pauses.add(1, ordering: .relaxed)
        isBackingOff = true
        source.suspend()
        queue.asyncAfter(deadline: .now() + backoffSeconds) { [self] in
            guard isBackingOff, let source = self.source else { return }
            isBackingOff = false
            source.resume()
            acceptAll()
        }
    }
}
