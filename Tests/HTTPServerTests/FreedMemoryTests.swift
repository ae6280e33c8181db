import Glibc
import HTTPServer
import Synchronization
import TLS
import TestSupport
import Testing

/// What ended connections say of the memory they held, so that it can go back to the system.
extension ServerSuites {
    @Suite struct FreedMemoryTests {
        private final class Total: Sendable {
            private let bytes = Mutex(0)
            var value: Int { bytes.withLock { $0 } }
            func add(_ sizeBytes: Int) { bytes.withLock { $0 += sizeBytes } }
        }

        private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

        /// Requests that waited behind one that never ends were memory; a connection as such is not worth a word.
        @Test func aConnectionSaysWhatItHeldOfInput() async throws {
            let freed = Total()
            let test = try await TestServer(setUp: { $0.onMemoryFreed = { freed.add($0) } })
            #expect(try await test.exchange(Self.hello).contains("200 OK"))
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            #expect(freed.value == 0)
            let (port, seen) = (test.port, test.seen)
            try await offPool {
                let client = try RawClient(port: port)
                client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                while seen.started.load(ordering: .relaxed) == 0 { usleep(1000) }
                client.send(String(repeating: "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", count: 1000))
            }
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            #expect(freed.value >= 16 * 1024)
            await test.server.shutdown()
        }

        /// A session is much more than a plain connection: thousands of them leave holes in the heap.
        @Test func aSessionOfTLSIsCounted() async throws {
            let certificates = try TestCertificates(), files = try certificates.make("server")
            let freed = Total()
            let test = try await TestServer(
                tls: TLSCredentials(files: files), setUp: { $0.onMemoryFreed = { freed.add($0) } })
            let port = test.port
            try await offPool { _ = try RawClient(port: port) }
            #expect(await eventually { test.server.statistics().connectionsAccepted == 1 })
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            #expect(freed.value == 0, "who said nothing had no session")
            let answer = try await offPool {
                let client = try TLSClient(port: port, trusting: files.certificate)
                try client.send(Self.hello)
                return try client.receiveAll()
            }
            #expect(answer.contains("200 OK"))
            #expect(await eventually { test.server.statistics().connectionsOpen == 0 })
            #expect(freed.value >= TLSSession.sizeBytes)
            withExtendedLifetime(certificates) {}
            await test.server.shutdown()
        }
    }
}
