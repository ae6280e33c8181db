import System
import HTTP1
import Sockets
import Synchronization

/// The clients by address. A client is remembered while it has connections, and until its token bucket is full again.
final class ClientTable: Sendable {
    /// Above this many remembered clients those that can be forgotten are.
    private static let sweepCount = 1024

    private struct State {
        var clients: [String: ClientUsage] = [:]
        var sweepAt = ClientTable.sweepCount
    }

    private let limits: HTTPLimits
    private let state = Mutex(State())

    init(limits: HTTPLimits) { self.limits = limits }

    /// Takes room for a connection from `peer`; nil if its address has too many. Clients without an address (Unix
    /// domain sockets) are one client without a limit of connections.
    func connect(_ peer: SocketAddress?, now: Double) -> ClientUsage? {
        let key = peer.map(Self.key) ?? ""
        // Within the lock, so that a client that is just being taken is not forgotten.
        return state.withLock { state in
            let usage = state.clients[key] ?? ClientUsage()
            guard usage.takeConnection(max: key.isEmpty ? .max : limits.connectionsPerAddressMax) else { return nil }
            state.clients[key] = usage
            if state.clients.count > state.sweepAt {
                state.clients = state.clients.filter { !$0.value.isForgettable(limits: limits, now: now) }
                state.sweepAt = max(Self.sweepCount, 2 * state.clients.count)
            }
            return usage
        }
    }

    /// A connection of `peer` has ended.
    func disconnect(_ peer: SocketAddress?, _ usage: ClientUsage, now: Double) {
        let key = peer.map(Self.key) ?? ""
        state.withLock { state in
            guard usage.returnConnection(), usage.isForgettable(limits: limits, now: now), state.clients[key] === usage
            else { return }
            state.clients[key] = nil
        }
    }

    var count: Int { state.withLock { $0.clients.count } }

    /// An IPv4 address, or the first 64 bits of an IPv6 address, which a single subscriber has (RFC 6177).
    private static func key(_ peer: SocketAddress) -> String {
        switch peer.family {
        case .ipv4: return peer.host
        case .unix: return ""
        case .ipv6:
            var address = in6_addr()
            inet_pton(AF_INET6, peer.host, &address)
            return withUnsafeBytes(of: address) { bytes in
                bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
            }
        }
    }
}
