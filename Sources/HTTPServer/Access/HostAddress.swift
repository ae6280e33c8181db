import System

/// An IPv4 or IPv6 address as bytes, so that two ways of writing one are equal. IPv4-mapped IPv6 (RFC 4291 2.5.5.2) is
/// IPv4.
struct HostAddress: Sendable, Equatable {
    /// 4 or 16 of them.
    let bytes: [UInt8]

    /// Reads the text form, without brackets, port or zone; nil for everything else, names included.
    init?(_ text: Substring) {
        guard text.utf8.count <= Int(INET6_ADDRSTRLEN) else { return nil }
        let text = String(text)
        var ipv4 = in_addr()
        if inet_pton(AF_INET, text, &ipv4) == 1 {
            bytes = withUnsafeBytes(of: ipv4) { Array($0) }
            return
        }
        var ipv6 = in6_addr()
        guard inet_pton(AF_INET6, text, &ipv6) == 1 else { return nil }
        let all = withUnsafeBytes(of: ipv6) { Array($0) }
        bytes = all.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] ? Array(all.suffix(4)) : all
    }

    /// 127.0.0.0/8 (RFC 1122 3.2.1.3) or ::1 (RFC 4291 2.5.3).
    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// 0.0.0.0 or ::, which stand for all addresses of the machine.
    var isWildcard: Bool { bytes.allSatisfy { $0 == 0 } }
}
