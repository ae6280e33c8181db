import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
    /// The address in its usual text form, without brackets or zone.
    package let host: String
    /// In host byte order.
    package let port: UInt16
    /// Whether the address is IPv6.
    package let isIPv6: Bool

    /// Parses a numeric address; `localhost` stands for 127.0.0.1. No name is ever looked up.
    package init(host: String, port: UInt16) throws(SocketError) {
        let host = host == "localhost" ? "127.0.0.1" : host
        var ipv4 = in_addr()
        var ipv6 = in6_addr()
        if inet_pton(AF_INET, host, &ipv4) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, host, &ipv6) == 1 {
            isIPv6 = true
        } else {
            throw SocketError(operation: "\"\(host)\" is no IPv4 or IPv6 address", code: 0)
        }
        self.host = host
        self.port = port
    }

    /// Reads what the kernel filled in; nil for other families.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let length = socklen_t(text.count)
        switch Int32(storage.ss_family) {
        case AF_INET:
            isIPv6 = false
            port = withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    var ip = address.pointee.sin_addr
                    inet_ntop(AF_INET, &ip, &text, length)
                    return UInt16(bigEndian: address.pointee.sin_port)
                }
            }
        case AF_INET6:
            isIPv6 = true
            port = withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    var ip = address.pointee.sin6_addr
                    inet_ntop(AF_INET6, &ip, &text, length)
                    return UInt16(bigEndian: address.pointee.sin6_port)
                }
            }
        default: return nil
        }
        host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    var family: Int32 { isIPv6 ? AF_INET6 : AF_INET }

    /// Calls `body` with the kernel's form of the address.
    func withSocketAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        // SAFETY: sockaddr_storage is large and aligned enough for both families.
        var storage = sockaddr_storage()
        return withUnsafeMutablePointer(to: &storage) { pointer in
            let size: Int
            if isIPv6 {
                size = MemoryLayout<sockaddr_in6>.size
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    $0.pointee.sin6_family = sa_family_t(AF_INET6)
                    $0.pointee.sin6_port = port.bigEndian
                    inet_pton(AF_INET6, host, &$0.pointee.sin6_addr)
                }
            } else {
                size = MemoryLayout<sockaddr_in>.size
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    $0.pointee.sin_family = sa_family_t(AF_INET)
                    $0.pointee.sin_port = port.bigEndian
                    inet_pton(AF_INET, host, &$0.pointee.sin_addr)
                }
            }
            return pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
