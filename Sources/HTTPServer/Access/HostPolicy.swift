package import Sockets
import System

/// Which authorities (of Host, or of a target in absolute form) name this server.
///
/// A page that an attacker serves can make its own name resolve to this machine (DNS rebinding); what it then asks is
/// same-origin to the browser and would be read here as a request of this machine's user. But it names the attacker's
/// host. So a name must be one of ours: `localhost`, the machine's own, or a configured one. Addresses cannot be
/// rebound: any does where all are listened on, else those that are. Ports are not compared, for they change on the way
/// through port mappings.
package struct HostPolicy: Sendable {
    /// As configured, in lower case: names, addresses, `*.example.org`, or `*`.
    private let names: [String]
    private let ownNames: [String]
    private var addresses: [HostAddress] = []
    private var isWildcard = false
    private var isLoopback = false

    /// - Parameters:
    ///   - names: beside those that the server has anyway; `*` for all.
    ///   - ownName: of the machine.
    package init(names: [String] = [], ownName: String = Self.systemName) {
        self.names = names.map { $0.lowercased() }
        let own = ownName.lowercased()
        // "box.example.org" is called "box" by its neighbours.
        ownNames = ["localhost"] + [own, String(own.prefix { $0 != "." })].filter { !$0.isEmpty }
    }

    /// Whether names were configured.
    var isConfigured: Bool { !names.isEmpty }

    /// Notes the addresses that are listened on.
    package mutating func listen(on bound: [SocketAddress]) {
        for address in bound {
            guard address.family != .unix, let own = HostAddress(address.host[...]) else { continue }
            addresses.append(own)
            if own.isWildcard { isWildcard = true }
            if own.isLoopback { isLoopback = true }
        }
    }

    /// Whether `authority`, a valid `host [ ":" port ]`, is a name of this server.
    package func allows(_ authority: String) -> Bool {
        if names.contains("*") { return true }
        var host = Self.host(of: authority)
        if host.utf8.last == UInt8(ascii: ".") { host = host.dropLast() }  // the root's dot: the same name
        if ownNames.contains(where: { Self.areEqual($0, host) }) { return true }
        if let address = HostAddress(host), allows(address) { return true }
        return names.contains { name in
            // `*.example.org` stands for the names below it.
            guard name.hasPrefix("*.") else { return Self.areEqual(name, host) }
            let tail = host.utf8.suffix(name.utf8.count - 1)
            return host.utf8.count >= name.utf8.count && Self.areEqual(String(name.dropFirst()), Substring(tail))
        }
    }

    private func allows(_ address: HostAddress) -> Bool {
        isWildcard || isLoopback && address.isLoopback || addresses.contains(address)
    }

    /// Whether `text` can be configured: `*`, `*.` and a name, a name, or an address without brackets.
    package static func isName(_ text: String) -> Bool {
        if text == "*" || HostAddress(text[...]) != nil { return true }
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return (1...253).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x2E || byte == 0x5F
            }
    }

    /// What the machine calls itself; empty if it does not.
    package static var systemName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The authority without its port and without brackets.
    private static func host(of authority: String) -> Substring {
        if authority.utf8.first == UInt8(ascii: "[") { return authority.dropFirst().prefix { $0 != "]" } }
        return authority.prefix { $0 != ":" }
    }

    /// Names have no case (RFC 9110 4.2.3).
    private static func areEqual(_ lowerCase: String, _ text: Substring) -> Bool {
        lowerCase.utf8.count == text.utf8.count
            && zip(lowerCase.utf8, text.utf8).allSatisfy { $0 == ($1 &- 0x41 < 26 ? $1 | 0x20 : $1) }
    }
}
