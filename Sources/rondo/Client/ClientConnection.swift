import System
import TLS

/// A blocking connection of the client, with TLS in it or not.
final class ClientConnection {
    /// Bytes handed to OpenSSL at a time.
    private static let pieceBytesMax = 1 << 20

    private let descriptor: FileDescriptor
    private let tls: TLSSession?

    /// - Parameter trust: whose certificates are believed; nil for a connection without TLS.
    init(to address: ServerAddress, timeoutSeconds: Int, trust: TLSTrust?) throws(ClientError) {
        switch address {
        case .unix(let path):
            tls = nil
            descriptor = try Self.connected(path: path)
        case .tcp(let host, let port, _):
            do throws(TLSError) {
                tls = try trust.map { trust throws(TLSError) in
                    try TLSSession(client: trust, host: host, isAddress: Self.isAddress(host))
                }
            } catch {
                throw ClientError(description: "\(host): \(error)")
            }
            descriptor = try Self.connected(host: host, port: port)
        }
        setTimeout(timeoutSeconds)
    }

    private func setTimeout(_ seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor.raw, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor.raw, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    private static let streamType = Int32(SOCK_STREAM.rawValue)

    /// Tries the addresses of a host, one after the other.
    private static func connected(host: String, port: String) throws(ClientError) -> FileDescriptor {
        var hints = addrinfo()
        hints.ai_socktype = streamType
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &list)
        guard code == 0 else {
            throw ClientError(description: "\(host):\(port): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(list) }
        var reason = "no address"
        var next = list
        while let address = next?.pointee {
            let raw = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), address.ai_protocol)
            if raw >= 0 {
                let candidate = FileDescriptor(owning: raw)
                if connect(raw, address.ai_addr, address.ai_addrlen) == 0 { return candidate }
                reason = String(cString: strerror(errno))
            }
            next = address.ai_next
        }
        throw ClientError(description: "no server at \(host):\(port): \(reason)")
    }

    private static func connected(path: String) throws(ClientError) -> FileDescriptor {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let sizeBytesMax = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard path.utf8.count <= sizeBytesMax else {
            throw ClientError(description: "unix:\(path): the path of a socket has at most \(sizeBytesMax) bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let raw = socket(AF_UNIX, streamType | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else {
            throw ClientError(description: "unix:\(path): \(String(cString: strerror(errno)))")
        }
        let candidate = FileDescriptor(owning: raw)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if code == 0 { return candidate }
        throw ClientError(description: "no server at unix:\(path): \(Self.reason(errno))")
    }

    /// Why a Unix domain socket cannot be connected to, and what would help.
    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such file (does the server run with --socket?)"
        case ECONNREFUSED: "nobody listens there; its server has ended"
        case EACCES: "no permission (socket_mode of the server, its owner and group)"
        default: String(cString: strerror(code))
        }
    }

    private static func isAddress(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }

    func send(_ bytes: [UInt8]) throws(ClientError) {
        guard let tls else { return try sendAsIs(bytes) }
        while !tls.isEstablished { try shakeHands(tls) }
        var rest = bytes[...]
        while !rest.isEmpty {
            guard tls.write(Array(rest.prefix(Self.pieceBytesMax))) else {
                throw ClientError(description: "sending: TLS has failed")
            }
            rest = rest.dropFirst(Self.pieceBytesMax)
            try sendAsIs(tls.takeOutput())
        }
    }

    /// The next bytes; none at the end.
    func receive() throws(ClientError) -> [UInt8] {
        guard let tls else { return try receiveAsIs() }
        while true {
            if let bytes = try decrypt(tls) { return bytes }
            guard try feed(tls) else { throw ClientError(description: "the connection was cut") }
        }
    }

    private func shakeHands(_ tls: TLSSession) throws(ClientError) {
        try sendAsIs(tls.takeOutput())
        guard try feed(tls) else { throw ClientError(description: "the server ended TLS's handshake") }
        _ = try decrypt(tls)
        try sendAsIs(tls.takeOutput())
    }

    /// False at the end of the connection.
    private func feed(_ tls: TLSSession) throws(ClientError) -> Bool {
        let bytes = try receiveAsIs()
        bytes.withUnsafeBytes { tls.receive($0) }
        return !bytes.isEmpty
    }

    /// - Returns: nil if more encrypted bytes are needed; none at the end that the server said.
    private func decrypt(_ tls: TLSSession) throws(ClientError) -> [UInt8]? {
        var input = TLSSession.Input.needMore
        let sizeBytes = 16 * 1024  // a record
        let bytes = [UInt8](unsafeUninitializedCapacity: sizeBytes) { buffer, count in
            input = tls.read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .plain(let plainCount) = input { count = plainCount }
        }
        switch input {
        case .plain: return bytes
        case .needMore: return nil
        case .closed: return []
        case .failed(let error):
            try sendAsIs(tls.takeOutput())  // the alert
            throw ClientError(description: "TLS: \(error)")
        }
    }

    private func sendAsIs(_ bytes: [UInt8]) throws(ClientError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch systemCall({ rest.withUnsafeBytes { write(descriptor.raw, $0.baseAddress, $0.count) } }) {
            case .value(let sent): rest = rest.dropFirst(sent)
            case .failure(EPIPE), .failure(ECONNRESET): return  // the server may have answered already: read on
            case .failure(let code): throw ClientError(description: "sending: \(String(cString: strerror(code)))")
            case .wouldBlock: throw Self.timeout("sending")
            }
        }
    }

    private func receiveAsIs() throws(ClientError) -> [UInt8] {
        let sizeBytes = 65_536
        var result = CallResult.value(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: sizeBytes) { buffer, count in
            result = systemCall { read(descriptor.raw, buffer.baseAddress, sizeBytes) }
            if case .value(let got) = result { count = got }
        }
        switch result {
        case .value: return bytes
        case .failure(let code): throw ClientError(description: "receiving: \(String(cString: strerror(code)))")
        case .wouldBlock: throw Self.timeout("receiving")
        }
    }

    /// What SO_RCVTIMEO and SO_SNDTIMEO end with.
    private static func timeout(_ operation: String) -> ClientError {
        ClientError(description: "\(operation): \(String(cString: strerror(EAGAIN)))")
    }
}
