import System

/// An IPv4 or IPv6 address with a port, or the path of a Unix domain socket.
package struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
    /// The address in its usual text form, without brackets or zone; a path for Unix domain sockets.
    package let host: String
    /// In host byte order; 0 for Unix domain sockets.
    package let port: UInt16
    /// What the address is of.
    package let family: Family

    /// IPv4, IPv6 or Unix domain.
    package enum Family: Sendable { case ipv4, ipv6, unix }

    /// Whether only processes of this machine can reach the address.
    package var isLocal: Bool {
        switch family {
        case .ipv4: host.hasPrefix("127.")
        case .ipv6: host == "::1"
        case .unix: true
        }
    }

    /// Parses a numeric address; `localhost` stands for 127.0.0.1. No name is ever looked up.
    package init(host: String, port: UInt16) throws(SocketError) {
        let host = host == "localhost" ? "127.0.0.1" : host
        var ipv4 = in_addr()
        var ipv6 = in6_addr()
        // C's strings end at a zero, and what is behind it would be passed over.
        let isText = !host.utf8.contains(0)
        if isText, inet_pton(AF_INET, host, &ipv4) == 1 {
            family = .ipv4
        } else if isText, inet_pton(AF_INET6, host, &ipv6) == 1 {
            family = .ipv6
        } else {
            throw SocketError(operation: "\"\(host)\" is not an IPv4 or IPv6 address", code: 0)
        }
        self.host = host
        self.port = port
    }

    /// A Unix domain socket at `path`.
    /// - Throws: if the path is longer than the system's addresses hold (107 bytes).
    package init(path: String) throws(SocketError) {
        guard (1...Self.pathBytesMax).contains(path.utf8.count), !path.utf8.contains(0) else {
            throw SocketError(operation: "\"\(path)\" is not a path of 1 to \(Self.pathBytesMax) bytes", code: 0)
        }
        host = path
        port = 0
        family = .unix
    }

    /// `sun_path` with its closing zero.
    private static let pathBytesMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Reads what the kernel filled in; nil for other families and for sockets without a name. An IPv4 client of an
    /// IPv6 socket (`::ffff:192.0.2.1`, RFC 4291 2.5.5.2) is given by its IPv4 address.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let length = socklen_t(text.count)
        switch Int32(storage.ss_family) {
        case AF_INET:
            family = .ipv4
            port = withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    var ip = address.pointee.sin_addr
                    inet_ntop(AF_INET, &ip, &text, length)
                    return UInt16(bigEndian: address.pointee.sin_port)
                }
            }
        case AF_INET6:
            port = withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    var ip = address.pointee.sin6_addr
                    inet_ntop(AF_INET6, &ip, &text, length)
                    return UInt16(bigEndian: address.pointee.sin6_port)
                }
            }
            let mapped = "::ffff:"
            let found = Self.string(text)
            let isMapped = found.hasPrefix(mapped) && found.contains(".")
            family = isMapped ? .ipv4 : .ipv6
            host = isMapped ? String(found.dropFirst(mapped.count)) : found
            return
        case AF_UNIX:
            let path = withUnsafeBytes(of: storage) { bytes in
                String(
                    decoding: bytes.dropFirst(MemoryLayout<sa_family_t>.size).prefix(Self.pathBytesMax).prefix {
                        $0 != 0
                    }, as: UTF8.self)
            }
            guard !path.isEmpty else { return nil }
            family = .unix
            port = 0
            host = path
            return
        default: return nil
        }
        host = Self.string(text)
    }

    private static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    var systemFamily: Int32 {
        switch family {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Calls `body` with the kernel's form of the address.
    func withSocketAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        // SAFETY: sockaddr_storage is large and aligned enough for every family; a path was checked to fit.
        var storage = sockaddr_storage()
        return withUnsafeMutablePointer(to: &storage) { pointer in
            let size: Int
            switch family {
            case .ipv6:
                size = MemoryLayout<sockaddr_in6>.size
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    $0.pointee.sin6_family = sa_family_t(AF_INET6)
                    $0.pointee.sin6_port = port.bigEndian
                    inet_pton(AF_INET6, host, &$0.pointee.sin6_addr)
                }
            case .ipv4:
                size = MemoryLayout<sockaddr_in>.size
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    $0.pointee.sin_family = sa_family_t(AF_INET)
                    $0.pointee.sin_port = port.bigEndian
                    inet_pton(AF_INET, host, &$0.pointee.sin_addr)
                }
            case .unix:
                size = MemoryLayout<sockaddr_un>.size
                pointer.withMemoryRebound(to: sockaddr_un.self, capacity: 1) {
                    $0.pointee.sun_family = sa_family_t(AF_UNIX)
                    withUnsafeMutableBytes(of: &$0.pointee.sun_path) { $0.copyBytes(from: host.utf8) }
                }
            }
            return pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }

    package var description: String {
        switch family {
        case .ipv4: "\(host):\(port)"
        case .ipv6: "[\(host)]:\(port)"
        case .unix: "unix:\(host)"
        }
    }
}
