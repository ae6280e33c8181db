import Glibc

/// A blocking socket to the server under test, for clients that do less, or worse, than a request.
///
/// Closed by `close` or `reset`, once.
struct RawSocket: Sendable {
    /// Where the server listens.
    enum Target: Sendable {
        case port(UInt16)
        case unix(String)
    }

    private let descriptor: Int32

    /// Connects; nil when nobody listens (any more).
    init?(_ target: Target, timeoutSeconds: Int = 30) {
        let code: Int32
        switch target {
        case .port(let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            code = Self.connect(descriptor, &address)
        case .unix(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            code = Self.connect(descriptor, &address)
        }
        guard code == 0 else {
            Glibc.close(descriptor)
            return nil
        }
        var time = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// Sends as much as the kernel takes at once. What a server does not want any more is lost, as it may be.
    func send(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    /// The next bytes; nil at the end, after an error or `timeoutSeconds`.
    func receive(countMax: Int = 4096) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: countMax)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    /// Ends what this side sends: FIN.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Leaves as a client does that was killed: RST, on a Unix domain socket a hang-up.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() { Glibc.close(descriptor) }
}
