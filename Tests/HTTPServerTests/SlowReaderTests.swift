import Glibc
import HTTP1
import HTTPServer
import TestSupport
import Testing

/// Over real sockets.
extension ServerSuites {
    @Suite struct SlowReaderTests {
        /// A client with a small window that has sent `request` and takes 16 bytes of the answer every 100 ms, for
        /// `seconds`.
        private func read(_ port: UInt16, _ request: String, seconds: Double) async throws -> RawClient {
            try await offPool {
                let client = try RawClient(port: port, receiveBufferBytes: 4096)
                client.send(request)
                for _ in 0..<Int(seconds * 10) {
                    _ = try client.receive(16)
                    usleep(100_000)
                }
                return client
            }
        }

        private func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

        /// 1 MB waits here, 100 kB in the kernel alone, behind what looks like an idle connection; 1 MB is the rest of
        /// a stream that has ended.
        @Test(arguments: ["/large", "/echo", "/burst"])
        func aResponseOfKnownLengthHasALeastRate(_ path: String) async throws {
            let test = try await TestServer { limits in
                limits.responseGraceSeconds = 0.5
                limits.writeHighWaterBytes = 10_000_000
            }
            let content = String(repeating: "a", count: 100_000)
            let echo = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(content.utf8.count)\r\n\r\n\(content)"
            let client = try await read(test.port, path == "/echo" ? echo : get(path), seconds: 1)
            #expect(await eventually { test.server.statistics().failures[.slowReader] == 1 })
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            // The kernel has nothing left, either: the client only has what was in its window.
            let rest = try await offPool { try client.receiveAll() }
            #expect(rest.utf8.count < 50_000)
            await test.server.shutdown()
        }

        /// A client that is held up for a while, its answer having arrived: by TCP its system has acknowledged it, and
        /// on a Unix domain socket there is nobody else who could.
        @Test(arguments: [false, true])
        func whoReadsASmallAnswerLateKeepsTheConnection(_ isUnix: Bool) async throws {
            let directory = try TemporaryDirectory()
            let path = "\(directory.path)/socket"
            let test = try await TestServer(setUp: { $0.listeners.append(.unix(path: path, mode: 0o600)) }) {
                $0.responseGraceSeconds = 0.2
            }
            let (port, request) = (test.port, get("/hello"))
            let answers = try await offPool {
                let client = try isUnix ? RawClient(path: path) : RawClient(port: port)
                return try (0..<2).map { _ in
                    client.send(request)
                    usleep(1_200_000)
                    return try client.receive(until: "hello")
                }
            }
            #expect(answers.allSatisfy { $0.contains("200 OK") } && answers.count == 2)
            #expect(test.server.statistics().failures.isEmpty)
            await test.server.shutdown()
        }

        /// What waits here for a client that does not read is owed, there as by TCP.
        @Test func aReaderOfAUnixSocketMayNotStandStillEither() async throws {
            let directory = try TemporaryDirectory()
            let path = "\(directory.path)/socket"
            let test = try await TestServer(setUp: { $0.listeners.append(.unix(path: path, mode: 0o600)) }) {
                $0.responseGraceSeconds = 0.5
            }
            let request = get("/large")
            let client = try await offPool {
                let client = try RawClient(path: path)
                client.send(request)
                return client
            }
            #expect(await eventually { test.server.statistics().failures[.slowReader] == 1 })
            withExtendedLifetime(client) {}
            await test.server.shutdown()
        }

        @Test func aSteadyReaderGetsAll() async throws {
            let test = try await TestServer { limits in
                limits.responseGraceSeconds = 1
                limits.responseBytesPerSecondMin = 20_000
            }
            let (port, request) = (test.port, get("/large"))
            let count = try await offPool {
                let client = try RawClient(port: port, receiveBufferBytes: 16_384)
                client.send(request)
                var count = 0
                while count < 1_000_000 {
                    let bytes = try client.receive(16_384)
                    guard !bytes.isEmpty else { break }
                    count += bytes.count
                    usleep(30_000)
                }
                return count
            }
            #expect(count > 1_000_000)
            #expect(test.server.statistics().failures[.slowReader] == nil)
            await test.server.shutdown()
        }

        @Test func aLiveStreamMayBeReadSlowly() async throws {
            let test = try await TestServer(drainSeconds: 0.1) { $0.responseGraceSeconds = 0.3 }
            let client = try await read(test.port, get("/endless"), seconds: 2)
            #expect(test.server.statistics().failures.isEmpty && test.server.statistics().connectionsOpen == 1)
            withExtendedLifetime(client) {}
            await test.server.shutdown()
        }

        /// What the kernel takes from us comes in lumps of 64 kB; what the client takes from the kernel counts, too.
        @Test func progressIsTheClients() async throws {
            let test = try await TestServer(drainSeconds: 0.1) { $0.writeStallSeconds = 2 }
            let (port, request) = (test.port, get("/endless"))
            let client = try await offPool {
                let client = try RawClient(port: port, receiveBufferBytes: 2048)
                client.send(request)
                // 6 kB/s: some ten seconds for a lump, less than half a second for a window.
                for _ in 0..<50 {
                    _ = try client.receive(600)
                    usleep(100_000)
                }
                return client
            }
            #expect(test.server.statistics().failures.isEmpty && test.server.statistics().connectionsOpen == 1)
            withExtendedLifetime(client) {}
            await test.server.shutdown()
        }
    }
}
