import Dispatch
import Glibc

/// A blocking client on a raw socket. Everything times out after a few seconds.
package final class RawClient: Sendable {
    /// Why it cannot go on.
    package struct Failure: Error {
        let what: String
    }

    private let descriptor: Int32

    /// Connects to a port of 127.0.0.1.
    ///
    /// - Parameter receiveBufferBytes: a small window, which has to be known before the connection is: what was once
    ///   offered is not taken back.
    package init(port: UInt16, receiveBufferBytes: Int32? = nil) throws {
        descriptor = Self.stream(AF_INET)
        if let receiveBufferBytes { setReceiveBuffer(receiveBufferBytes) }
        var timeout = timeval(tv_sec: 15, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try connectTo(&address)
    }

    /// Connects to a Unix domain socket.
    package init(path: String) throws {
        descriptor = Self.stream(AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try connectTo(&address)
    }

    /// Connects to a port of `::1`.
    package init(port6: UInt16) throws {
        descriptor = Self.stream(AF_INET6)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port6.bigEndian
        inet_pton(AF_INET6, "::1", &address.sin6_addr)
        try connectTo(&address)
    }

    deinit { close(descriptor) }

    /// A socket that commands which other tests start do not inherit.
    private static func stream(_ family: Int32) -> Int32 {
        socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private func connectTo<Address>(_ address: inout Address) throws {
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else { throw Failure(what: "connect: errno \(errno)") }
    }

    /// As UTF-8.
    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends all, if the other side takes it in time.
    ///
    /// - Returns: how many bytes it took.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    /// Up to `count` bytes; empty at the end.
    package func receive(_ count: Int = 65_536) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        var received = recv(descriptor, &buffer, count, 0)
        while received < 0, errno == EINTR { received = recv(descriptor, &buffer, count, 0) }
        if received < 0, errno == ECONNRESET { return [] }
        guard received >= 0 else { throw Failure(what: "receive: errno \(errno)") }
        return Array(buffer[0..<received])
    }

    /// Everything until the server closes.
    package func receiveAll() throws -> String {
        var all: [UInt8] = []
        while case let bytes = try receive(), !bytes.isEmpty { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    /// Reads until `text` has come.
    package func receive(until text: String) throws -> String {
        var all = ""
        while !all.contains(text) {
            let bytes = try receive()
            guard !bytes.isEmpty else { throw Failure(what: "ended before \(text), after \(all)") }
            all += String(decoding: bytes, as: UTF8.self)
        }
        return all
    }

    /// Sends FIN.
    package func shutdownOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Makes the close at the end of life a reset.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// How long `send` waits for the other side.
    package func setSendTimeout(milliseconds: Int) {
        var timeout = timeval(tv_sec: 0, tv_usec: milliseconds * 1000)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Bytes that the kernel takes for this client, about.
    package func setReceiveBuffer(_ bytes: Int32) {
        var bytes = bytes
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
}
