import Glibc
import HTTP1
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Requests over real sockets; one after the other, since they measure times and count descriptors.
extension ServerSuites {
    @Suite struct ServerTests {
        private let close = "Host: a\r\nConnection: close\r\n\r\n"

        @Test func getHasItsFields() async throws {
            let test = try await TestServer()
            let text = try await test.exchange("GET /hello HTTP/1.1\r\nX-Request-Id: abc-1\r\n\(close)")
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.hasSuffix("\r\n\r\nhello"))
            #expect(
                text.contains("\r\nContent-Length: 5\r\n") && text.contains("\r\nX-Content-Type-Options: nosniff\r\n"))
            #expect(text.contains("\r\nDate: ") && text.contains("\r\nConnection: close\r\n"))
            #expect(text.contains("\r\nX-Request-Id: abc-1\r\n"))
            let other = try await test.exchange("GET /hello HTTP/1.1\r\nX-Request-Id: a b\r\n\(close)")
            #expect(other.contains("\r\nX-Request-Id: ") && !other.contains("a b"))
            await test.server.shutdown()
        }

        @Test(arguments: [
            ("GET /none", 404), ("DELETE /hello", 405), ("BREW /hello", 501), ("OPTIONS *", 204),
            ("OPTIONS /hello", 204),
            ("GET /fail", 400), ("GET /empty", 204), ("GET /split", 500), ("TRACE /hello", 405),
            ("GET /things//parts/x", 404),
        ])
        func statuses(_ line: String, _ status: Int) async throws {
            let test = try await TestServer()
            let text = try await test.exchange("\(line) HTTP/1.1\r\n\(close)")
            #expect(text.hasPrefix("HTTP/1.1 \(status) "))
            if status == 405 || line.hasPrefix("OPTIONS /") {
                #expect(text.contains("\r\nAllow: GET, HEAD, OPTIONS\r\n"))
            }
            if status == 204 { #expect(!text.contains("Content-Length")) }  // RFC 9110 8.6
            await test.server.shutdown()
        }

        @Test func whatAnswersAtOnceHasNoTask() async throws {
            let test = try await TestServer { $0.compressBytesMin = 1000 }
            let head = "GET /at-once HTTP/1.1\r\n"
            #expect(try await test.exchange(head + close).hasSuffix("\r\n\r\nin a task: false"))
            #expect(try await test.exchange("HEAD /at-once HTTP/1.1\r\n\(close)").hasSuffix("\r\n\r\n"))
            let failed = try await test.exchange("GET /at-once?fails=1 HTTP/1.1\r\n\(close)")
            #expect(failed.hasPrefix("HTTP/1.1 400 ") && failed.hasSuffix("400"))
            // A client that refuses plain content gets it coded like any other.
            let coded = try await test.exchange("\(head)Accept-Encoding: gzip, identity;q=0\r\n\(close)")
            #expect(coded.hasPrefix("HTTP/1.1 200 ") && coded.contains("\r\nContent-Encoding: gzip\r\n"))
            // As many as one read may hold: none is answered within another.
            let count = 2000
            let many = try await test.exchange(
                String(repeating: head + "Host: a\r\n\r\n", count: count) + head + close)
            #expect(many.ranges(of: "in a task: false").count == count + 1)
            await test.server.shutdown()
        }

        @Test func shortRequestsStayOnTheirLoop() async throws {
            let test = try await TestServer { $0.compressBytesMin = 1000 }
            func threads(_ path: String, _ fields: String, _ body: String) async throws -> String {
                let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(fields)\r\n"
                return try await test.exchange(head + "\r\n" + body)
            }
            let short = try await threads("/threads", "Content-Length: 2", "{}")
            let names = short.split(separator: "\r\n").last.map { $0.split(separator: " ") } ?? []
            #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("loop-") }, "\(short)")
            let streamed = try await threads("/threads?streams=1", "Content-Length: 2", "{}")
            #expect(streamed.hasPrefix("HTTP/1.1 200 ") && streamed.ranges(of: "loop-").count == 3, "\(streamed)")
            #expect(streamed.hasSuffix("\r\n0\r\n\r\n"))
            let failed = try await threads("/threads?fails=1", "Content-Length: 2", "{}")
            #expect(failed.hasPrefix("HTTP/1.1 400 ") && failed.hasSuffix("400"))
            // What is long, of unknown length or coded takes its time.
            let long = try await threads(
                "/threads", "Content-Length: 4097", String(repeating: "x", count: 4097))
            #expect(long.hasPrefix("HTTP/1.1 200 ") && !long.contains("loop-"), "\(long)")
            let chunked = try await threads("/threads", "Transfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n")
            #expect(chunked.hasPrefix("HTTP/1.1 200 ") && !chunked.contains("loop-"), "\(chunked)")
            // An answer that must be coded is, elsewhere.
            let coded = try await threads(
                "/threads", "Content-Length: 2\r\nAccept-Encoding: gzip, identity;q=0", "{}")
            #expect(coded.contains("\r\nContent-Encoding: gzip\r\n"), "\(coded)")
            await test.server.shutdown()
        }

        @Test func whatStaysOnALoopIsCancelledWithItsClient() async throws {
            let test = try await TestServer { $0.halfClosedSeconds = 0.05 }
            let seen = test.seen
            var client: RawClient? = try RawClient(port: test.port)
            client?.send("GET /wait-on-loop HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { seen.started.load(ordering: .relaxed) == 1 })
            client = nil
            #expect(await eventually { seen.cancelled.load(ordering: .relaxed) == 1 })
            await test.server.shutdown()
        }

        /// Every malformed case of this list is answered by its status and followed by a close.
        @Test func refusalsClose() async throws {
            let test = try await TestServer()
            let cases = [
                ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("\u{16}\u{3}\u{1}", 400),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZ\r\n", 400),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
                ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000001\r\n\r\n", 413),
                ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
                ("GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
                ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431),
            ]
            for (raw, status) in cases {
                let text = try await test.exchange(raw + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(raw.prefix(60)) gave \(text.prefix(40))")
                #expect(text.contains("\r\nConnection: close\r\n") && !text.contains("hello"))
            }
            await test.server.shutdown()
        }

        @Test func headHasLengthWithoutContent() async throws {
            let test = try await TestServer()
            let text = try await test.exchange(
                "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream HTTP/1.1\r\n\(close)")
            #expect(text.contains("Content-Length: 5\r\n") && text.contains("Transfer-Encoding: chunked\r\n"))
            #expect(text.hasSuffix("\r\n\r\n") && !text.contains("hello") && !text.contains("\r\none"))
            await test.server.shutdown()
        }

        @Test func routesCapture() async throws {
            let test = try await TestServer()
            let text = try await test.exchange("GET /things/a%20b/parts/7?q=x%26y HTTP/1.1\r\n\(close)")
            #expect(text.hasSuffix("a b-7-x&y"))
            await test.server.shutdown()
        }

        @Test func pipelinedResponsesKeepTheirOrder() async throws {
            let test = try await TestServer()
            let text = try await test.exchange(
                "GET /pause HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"
                    + String(repeating: "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", count: 3000)
                    + "GET /hello HTTP/1.1\r\n\(close)")
            let order = ["done", "abc", "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n", "404", "hello"]
            var rest = text[...]
            for word in order {
                let range = try #require(rest.firstRange(of: word), "\(word)")
                rest = rest[range.upperBound...]
            }
            #expect(text.split(separator: "HTTP/1.1 404").count == 3001)
            await test.server.shutdown()
        }

        @Test func versionOneZero() async throws {
            let test = try await TestServer()
            let text = try await test.exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(text.hasSuffix("\r\n\r\nonetwothree") && text.contains("\r\nConnection: close\r\n"))
            #expect(!text.contains("Transfer-Encoding"))
            let two = try await test.exchange(
                "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n")
            #expect(two.contains("\r\nConnection: keep-alive\r\n") && two.hasSuffix("hello"))
            await test.server.shutdown()
        }

        /// RFC 9112 8: a response that broke off can be told from a complete one.
        @Test func aBrokenStreamHasNoLastChunk() async throws {
            let test = try await TestServer()
            let text = try await test.exchange("GET /broken-stream HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(text.hasSuffix("3\r\none\r\n"))
            await test.server.shutdown()
        }

        /// RFC 9110 10.1.1: 100 only when the handler reads.
        @Test func continueIsSentWhenTheBodyIsRead() async throws {
            let test = try await TestServer()
            let port = test.port
            try await offPool {
                let client = try RawClient(port: port)
                client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                #expect(try client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                client.send("abc")
                #expect(try client.receive(until: "abc").hasPrefix("HTTP/1.1 200 OK"))
            }
            let ignored = try await test.exchange(
                "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(ignored.hasPrefix("HTTP/1.1 200 OK") && ignored.contains("Connection: close"))
            await test.server.shutdown()
        }

        /// An unread body is thrown away if it is small; else the connection closes, and the response still arrives.
        @Test func unreadBodies() async throws {
            let test = try await TestServer()
            let small = try await test.exchange(
                "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n" + String(repeating: "x", count: 50)
                    + "GET /hello HTTP/1.1\r\n\(close)")
            #expect(small.hasSuffix("hello"))
            let large = try await test.exchange(
                "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n"
                    + String(repeating: "x", count: 500_000))
            #expect(large.hasPrefix("HTTP/1.1 200 OK") && large.contains("Connection: close"))
            await test.server.shutdown()
        }

        @Test func largeBodiesBothWays() async throws {
            let test = try await TestServer()
            let body = String(repeating: "0123456789", count: 100_000)
            let echo = try await test.exchange(
                "POST /echo HTTP/1.1\r\nContent-Length: 1000000\r\n\(close)\(body)")
            #expect(echo.hasSuffix("\r\n\r\n" + body))
            #expect(try await test.exchange("GET /large HTTP/1.1\r\n\(close)").utf8.count > 1_000_000)
            await test.server.shutdown()
        }
    }
}
