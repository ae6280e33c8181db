import Glibc
import TestSupport
import Testing

/// A client that pins answers in our memory by reading them slowly.
@Suite(.serialized) struct SlowReaderTests {
    @Test func slowReadersAreThrownOut() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--response-grace-seconds", "1"])
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var sizeBytes: Int32 = 4096
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &sizeBytes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = server.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0)
        let requests = Array(String(repeating: "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 20).utf8)
        send(descriptor, requests, requests.count, Int32(MSG_NOSIGNAL))
        // It reads on, 16 bytes at a time, until it is reset: not to be seen by reading, for its window is still full.
        var events: Int32 = 0
        try server.wait(seconds: 10, for: "the reset") {
            var bytes = [UInt8](repeating: 0, count: 16)
            recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            var entry = pollfd(fd: descriptor, events: 0, revents: 0)
            events = poll(&entry, 1, 100) > 0 ? Int32(entry.revents) : 0
            return events & POLLERR != 0
        }
        #expect(try server.metric(#"rondo_http_failures_total{reason="slow_reader"}"#) == 1)
        #expect(try server.request("GET", "/healthz").status == 200)
        #expect(server.stop() == 0)
    }
}
