import Glibc
import JSON

/// A whole answer.
struct TestAnswer {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
    /// The answer's lines as JSON.
    var lines: [JSONValue] { text.split(separator: "\n").compactMap { try? JSONParser.parse(String($0)) } }
}

/// One request on a connection of its own, on a plain blocking socket.
final class TestExchange {
    private let descriptor: Int32
    private var received: [UInt8] = []
    private var position = 0
    private(set) var status = 0
    private(set) var headers: [String: String] = [:]
    private var isEnded = false
    private let hasContent: Bool

    init(port: UInt16, _ method: String, _ path: String, _ body: [UInt8]?, headers: [String]) throws {
        hasContent = method != "HEAD"
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw TestFailure("connect: \(errno)") }
        var time = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        if let body {
            if !headers.contains(where: { $0.lowercased().hasPrefix("content-type") }) {
                head += "Content-Type: application/json\r\n"
            }
            head += "Content-Length: \(body.count)\r\n"
        }
        for header in headers { head += header + "\r\n" }
        let bytes = Array((head + "\r\n").utf8) + (body ?? [])
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            sent += count
        }
        try readHead()
    }

    deinit { Glibc.close(descriptor) }

    /// Leaves at once, as a client that was killed: the kernel sends RST.
    func leave() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func whole() throws -> TestAnswer {
        var body: [UInt8] = []
        if !hasContent {
            // RFC 9110 9.3.2: the head says what GET would send, and nothing follows.
        } else if isChunked {
            while let chunk = try chunk() { body += chunk }
        } else {
            let length = headers["content-length"].flatMap { Int($0) }
            while length.map({ received.count - position < $0 }) ?? true, try receive() {}
            body = Array(received[position...])
            if let length, body.count != length {
                throw TestFailure("the body ended after \(body.count) of \(length) bytes")
            }
        }
        return TestAnswer(status: status, headers: headers, body: body)
    }

    /// The bytes of the next chunk; nil after the last.
    func chunk() throws -> [UInt8]? {
        if isEnded { return nil }
        guard let size = Int(try line(), radix: 16) else { throw TestFailure("the size of a chunk cannot be read") }
        while received.count - position < size + 2 {
            guard try receive() else { throw TestFailure("the stream was cut") }
        }
        defer { position += size + 2 }
        if size == 0 { isEnded = true }
        return size == 0 ? nil : Array(received[position..<(position + size)])
    }

    private var isChunked: Bool { headers["transfer-encoding"] == "chunked" }

    private func readHead() throws {
        let parts = try line().split(separator: " ")
        status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        while true {
            let field = try line()
            if field.isEmpty { return }
            let pair = field.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { headers[pair[0].lowercased()] = String(pair[1].drop { $0 == " " }) }
        }
    }

    private func line() throws -> String {
        while true {
            if let end = received[position...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                return String(decoding: received[position..<max(position, end - 1)], as: UTF8.self)
            }
            guard try receive() else { throw TestFailure("the connection ended within a line") }
        }
    }

    private func receive() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // A receive with a time limit is interrupted where the process is stopped and goes on (signal(7)).
        var count: Int
        repeat { count = recv(descriptor, &chunk, chunk.count, 0) } while count < 0 && errno == EINTR
        if count < 0 { throw TestFailure("recv: \(errno)") }
        received += chunk[..<max(0, count)]
        return count > 0
    }
}
