import Glibc
import JSON
import TestSupport
import Testing

/// Signals, listeners and descriptors of the real binary.
@Suite(.serialized) struct LifeCycleTests {
    /// `curl`-like: sends `GET path` over a connected socket and answers all that comes.
    private func get(_ path: String, over descriptor: Int32) -> String {
        defer { close(descriptor) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { all += chunk[..<count] }
        return String(decoding: all, as: UTF8.self)
    }

    private func connected(unix path: String) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return descriptor
    }

    private func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func connected(_ port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if code != 0 { close(descriptor) }
        return code == 0 ? descriptor : -1
    }

    @Test func severalListenersAndAStaleSocket() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/rondo.sock"
        let first = try TestServer(data: directory, arguments: ["--socket", path, "--host", "127.0.0.1,::1"])
        #expect(get("/healthz", over: connected(unix: path)).hasPrefix("HTTP/1.1 200 "))
        #expect(first.process.errors.contains("http://[::1]:") && first.process.errors.contains("unix:" + path))
        // Killed, it leaves its file behind; the next one takes the place.
        first.process.signal(SIGKILL)
        _ = first.process.wait()
        #expect(access(path, F_OK) == 0)
        let second = try TestServer(data: directory, arguments: ["--socket", path, "--socket-mode", "600"])
        #expect(get("/healthz", over: connected(unix: path)).hasPrefix("HTTP/1.1 200 "))
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(second.stop() == 0 && access(path, F_OK) != 0)
    }

    /// sd_listen_fds(3): the socket is open before the server, so that no client is refused meanwhile.
    @Test func socketsAreTakenOver() throws {
        let directory = try TemporaryDirectory()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                _ = getsockname(listener, $0, &length)
            }
        }
        listen(listener, 16)
        let port = UInt16(bigEndian: address.sin_port)
        let early = connected(port)
        let server = try TestServer(
            data: directory, arguments: ["--host", "::1"], preparation: "export LISTEN_PID=$$ LISTEN_FDS=1",
            socket: listener)
        close(listener)
        #expect(server.port == port)
        #expect(get("/healthz", over: early).hasPrefix("HTTP/1.1 200 "))
        #expect(server.stop() == 0)
        #expect(connected(port) < 0)

        // Meant for another process: not for us. Wrong: said at once.
        let other = try TestServer(data: directory, preparation: "export LISTEN_PID=1 LISTEN_FDS=1")
        #expect(other.stop() == 0)
        let refusal = "descriptor 3 is not a listening socket"
        for (count, hint) in [("1", refusal), ("0", "LISTEN_FDS"), ("x", "LISTEN_FDS")] {
            let wrong = try ChildProcess(
                ["serve", "--data", directory.path + "/data"], in: directory,
                preparation: "export LISTEN_PID=$$ LISTEN_FDS=\(count)")
            #expect(wrong.wait() != 0 && wrong.errors.contains(hint), "\(wrong.errors)")
        }
    }

    /// 64 descriptors and 300 clients: no spin, those that are in go on, and the others come in when there is room.
    @Test func acceptingGoesOnAfterTheLastDescriptor() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, preparation: "ulimit -n 64")
        var clients = (0..<300).map { _ in connected(server.port) }
        defer { for client in clients { close(client) } }
        #expect(clients.allSatisfy { $0 >= 0 })
        let inside = clients.removeFirst()
        #expect(get("/healthz", over: inside).hasPrefix("HTTP/1.1 200 "))
        usleep(300_000)
        let before = cpuSeconds(server.process.pid)
        usleep(1_000_000)
        #expect(cpuSeconds(server.process.pid) - before < 0.3)
        for client in clients { close(client) }
        clients = []
        try server.wait(for: "room") { try server.request("GET", "/healthz").status == 200 }
        #expect(try server.metric("rondo_accept_pauses_total") > 0)
        try server.wait(for: "the end of the others") { try server.metric("rondo_connections_open") == 1 }
        // The connection of the last look may still be on its way out.
        try server.wait(for: "the end of their objects") { try server.metric("rondo_connection_objects") == 1 }
        #expect(server.stop() == 0)
    }

    /// User and system time (proc(5): fields 14 and 15 of stat, in hundredths of a second).
    private func cpuSeconds(_ pid: pid_t) -> Double {
        guard let stream = fopen("/proc/\(pid)/stat", "r") else { return 0 }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let text = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, stream)], as: UTF8.self)
        let fields = text.split(separator: ") ").last?.split(separator: " ") ?? []
        return fields.count > 12 ? ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) / 100 : 0
    }

    @Test func logsChangeWhileTheServerRuns() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("{}", to: "rondo.json")
        let server = try TestServer(data: directory, arguments: ["--config", file])
        try server.request("GET", "/healthz")
        _ = try directory.write(
            #"{"log_format":"json","access_log":true,"log_level":"debug","idle_seconds":5}"#, to: "rondo.json")
        server.process.signal(SIGHUP)
        try server.wait(for: "the warning") { server.process.errors.contains(#""key":"idle_seconds""#) }
        let id = "same-id.1"
        let answer = try server.request(
            "GET", "/healthz?secret=1",
            headers: ["X-Request-Id: \(id)", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
        #expect(
            answer.headers["x-request-id"] == id
                && answer.headers["traceparent"]?.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") == true)
        try server.wait(for: "the line") { !server.process.output.isEmpty }
        let lines = server.process.output.split(separator: "\n").compactMap { try? JSONParser.parse(String($0)) }
        #expect(lines.count == 1 && lines.first?["id"]?.asString == id && lines.first?["path"]?.asString == "/healthz")
        #expect(
            lines.first?["trace_id"]?.asString == "4bf92f3577b34da6a3ce929d0e0e4736"
                && lines.first?["status"]?.asInt == 400)
        #expect(!server.process.output.contains("secret"))

        // What does not read changes nothing.
        _ = try directory.write("{", to: "rondo.json")
        server.process.signal(SIGHUP)
        try server.wait(for: "the error") { server.process.errors.contains("the configuration cannot be read") }
        #expect(try server.request("GET", "/healthz").status == 200)
        #expect(server.stop() == 0)
        #expect(server.process.output.split(separator: "\n").count == 2)
    }

    @Test func aSecondSignalStopsAtOnce() throws {
        let directory = try TemporaryDirectory()
        let server = try TestServer(data: directory, arguments: ["--stop-delay-seconds", "60"])
        server.process.signal(SIGTERM)
        try server.wait(for: "the first signal") { try server.request("GET", "/readyz").status == 503 }
        #expect(try server.request("GET", "/healthz").status == 200)
        server.process.signal(SIGTERM)
        #expect(server.process.wait() == 128 + SIGTERM)
    }
}
