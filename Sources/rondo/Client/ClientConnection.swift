#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A blocking TCP connection of the client.
final class ClientConnection {
    private let descriptor: Int32

    init(host: String, port: String, timeoutSeconds: Int) throws(ClientError) {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &list)
        guard code == 0 else { throw ClientError(description: "\(host):\(port): \(String(cString: gai_strerror(code)))") }
        defer { freeaddrinfo(list) }
        var reason = "no address"
        var next = list
        while let address = next?.pointee {
            let candidate = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            if candidate >= 0 {
                if connect(candidate, address.ai_addr, address.ai_addrlen) == 0 {
                    descriptor = candidate
                    setTimeout(timeoutSeconds)
                    return
                }
                reason = String(cString: strerror(errno))
                close(candidate)
            }
            next = address.ai_next
        }
        throw ClientError(description: "no server at \(host):\(port): \(reason)")
    }

    deinit { close(descriptor) }

    private func setTimeout(_ seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ bytes: [UInt8]) throws(ClientError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if errno == EPIPE || errno == ECONNRESET {
                return  // The server may have answered already: read on.
            } else if errno != EINTR {
                throw ClientError(description: "sending: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// The next bytes; none at the end.
    func receive() throws(ClientError) -> [UInt8] {
        let sizeBytes = 65_536
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: sizeBytes) { buffer, count in
            var got = -1
            repeat { got = read(descriptor, buffer.baseAddress, sizeBytes) } while got < 0 && errno == EINTR
            if got < 0 { failure = errno }
            count = max(0, got)
        }
        guard failure == 0 else { throw ClientError(description: "receiving: \(String(cString: strerror(failure)))") }
        return bytes
    }
}
