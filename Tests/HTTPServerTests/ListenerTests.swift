import Glibc
import HTTPServer
import Sockets
import Synchronization
import TestSupport
import Testing

/// Where a server can listen.
extension ServerSuites {
    @Suite struct ListenerTests {
        private let hello = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

        private func socketPath() -> String { "/tmp/rondo-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock" }

        private func mode(_ path: String) -> UInt32? {
            var status = stat()
            return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
        }

        @Test func aUnixSocketHasItsModeAndGoesWithTheServer() async throws {
            let path = socketPath()
            let test = try await TestServer(setUp: { $0.listeners.append(.unix(path: path, mode: 0o600)) })
            #expect(mode(path) == 0o600)
            let hello = hello
            let answer = try await offPool {
                let client = try RawClient(path: path)
                client.send(hello)
                return try client.receiveAll()
            }
            #expect(answer.hasSuffix("hello"))
            #expect(try await test.exchange(hello).hasSuffix("hello"))
            // A second server would take the first one's clients.
            await #expect(throws: SocketError.self) {
                _ = try await TestServer(setUp: { $0.listeners = [.unix(path: path, mode: 0o600)] })
            }
            #expect(mode(path) == 0o600)
            await test.server.shutdown()
            #expect(mode(path) == nil)
        }

        @Test func aStaleSocketIsReplacedAndAFileIsNot() async throws {
            let path = socketPath()
            // A server that died leaves its file.
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            close(dead)
            #expect(mode(path) != nil)
            let test = try await TestServer(setUp: { $0.listeners.append(.unix(path: path, mode: 0o660)) })
            #expect(mode(path) == 0o660)
            await test.server.shutdown()
            let file = fopen(path, "w")
            fclose(file)
            await #expect(throws: SocketError.self) {
                _ = try await TestServer(setUp: { $0.listeners = [.unix(path: path, mode: 0o600)] })
            }
            #expect(mode(path) != nil)
            unlink(path)
        }

        @Test func bothFamiliesAtOnce() async throws {
            let records = Peers()
            let test = try await TestServer(setUp: {
                $0.listeners = [.tcp(host: "::", port: 0)]
                $0.onRequestEnd = { records.add($0.peer) }
            })
            let (port, hello) = (test.port, hello)
            #expect(try await test.exchange(hello).hasSuffix("hello"))
            let answer = try await offPool {
                let client = try RawClient(port6: port)
                client.send(hello)
                return try client.receiveAll()
            }
            #expect(answer.hasSuffix("hello"))
            // A client that came by IPv4 has its IPv4 address, not ::ffff:127.0.0.1.
            #expect(await eventually { records.all == ["127.0.0.1", "::1"] })
            await test.server.shutdown()
        }

        @Test func oneTakenAddressFreesTheOthers() async throws {
            let first = try await TestServer()
            let path = socketPath()
            let port = first.port
            await #expect(throws: SocketError.self) {
                _ = try await TestServer(setUp: {
                    $0.listeners = [.unix(path: path, mode: 0o600), .tcp(host: "127.0.0.1", port: port)]
                })
            }
            #expect(await eventually { mode(path) == nil })
            await first.server.shutdown()
        }

        @Test func pathsAreBounded() throws {
            #expect(throws: SocketError.self) { try SocketAddress(path: String(repeating: "x", count: 108)) }
            #expect(try SocketAddress(path: String(repeating: "x", count: 107)).isLocal)
            #expect(
                try !SocketAddress(host: "0.0.0.0", port: 1).isLocal
                    && SocketAddress(host: "127.1.2.3", port: 1).isLocal)
        }
    }
}

private final class Peers: Sendable {
    private let list = Mutex<[String]>([])
    func add(_ peer: String?) { list.withLock { $0.append(peer ?? "-") } }
    var all: [String] { list.withLock { $0 } }
}
