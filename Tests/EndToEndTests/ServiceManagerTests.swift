import Glibc
import TestSupport
import Testing

/// What a service manager hears of the real binary, in the words of sd_notify(3).
@Suite(.serialized) struct ServiceManagerTests {
    /// A datagram socket at a path, and what comes to it.
    private final class Listener {
        private let descriptor: Int32

        init(path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let code = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            guard code == 0 else { throw TestFailure("bind: \(errno)") }
            var time = timeval(tv_sec: 20, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit { close(descriptor) }

        func next() -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test func itHearsOfStartLifeAndStop() throws {
        let directory = try TemporaryDirectory(), path = directory.path + "/notify"
        let listener = try Listener(path: path)
        let server = try TestServer(
            data: directory, environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"])
        #expect(listener.next().hasPrefix("READY=1\nSTATUS=listening on http://127.0.0.1:\(server.port)"))
        for _ in 0..<3 { #expect(listener.next() == "WATCHDOG=1") }
        server.process.signal(SIGTERM)
        var last = listener.next()
        while last == "WATCHDOG=1" { last = listener.next() }
        #expect(last.hasPrefix("STOPPING=1\n"))
        #expect(server.process.wait() == 0)
    }

    /// Nobody listens there any more; and a watchdog that is another process's.
    @Test func withoutAManagerNothingIsLost() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(
            data: directory,
            environment: [
                "NOTIFY_SOCKET": directory.path + "/gone", "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1",
            ])
        #expect(try server.request("GET", "/healthz").status == 200)
        #expect(server.stop() == 0)
    }
}
