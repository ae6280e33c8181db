import HTTP1
import HTTPServer
import TestSupport
import Testing

/// The tables over a raw socket against a running server.
extension ServerSuites {
    @Suite struct ConformanceTests {
        static let goodRequest = "GET /things/last/parts/one HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        private static let goodContent = "last-one-?"

        @Test func thereAreEnoughCases() { #expect(ConformanceCase.all.count >= 300) }

        /// Each case at once, and byte by byte where it is short.
        @Test(arguments: [false, true])
        func everyCaseIsDecided(_ isByteByByte: Bool) async throws {
            let test = try await TestServer()
            let port = test.port
            for example in ConformanceCase.all where !isByteByByte || example.raw.count < 400 {
                let text = try await offPool {
                    let client = try RawClient(port: port)
                    let bytes = example.raw + Array(Self.goodRequest.utf8)
                    if isByteByByte { for byte in bytes { client.send([byte]) } } else { client.send(bytes) }
                    return try client.receiveAll()
                }
                Self.check(example, text)
            }
            await test.server.shutdown()
            #expect(test.server.statistics().connectionsOpen == 0)
        }

        static func check(_ example: ConformanceCase, _ text: String) {
            let messages: [ResponseReader.Message]
            do {
                messages = try ResponseReader.messages(text, isHead: example.isHead)
            } catch {
                Issue.record("\(example): \(error) in \(text.prefix(300))")
                return
            }
            var statuses = messages.map(\.status)
            if example.mayHaveInterim { statuses.removeAll { $0 == 100 } }
            #expect(statuses == example.statuses + (example.closes ? [] : [200]), "\(example): \(text.prefix(300))")
            if !example.closes { #expect(messages.last?.content == goodContent, "\(example)") }
            let own = example.closes ? messages[...] : messages.dropLast()
            if let content = example.content { #expect(own.last?.content == content, "\(example)") }
            if let field = example.field {
                #expect(own.contains { $0.head.contains(field) }, "\(example): \(text.prefix(300))")
            }
            if let field = example.noField {
                #expect(!own.contains { $0.head.contains(field) }, "\(example): \(text.prefix(300))")
            }
            for message in own where message.status >= 200 {
                #expect(
                    message.head.contains("\r\nDate: ") && message.head.contains("\r\nX-Request-Id: "), "\(example)")
            }
        }

        /// Every prefix of good requests: no answer before the request is complete, then exactly one (RFC 9112 6.3).
        @Test func noPrefixIsAnswered() async throws {
            let test = try await TestServer { $0.headSeconds = 60 }
            let port = test.port
            let corpus = [
                "GET /hello HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n",
            ]
            for raw in corpus {
                let bytes = Array(raw.utf8)
                for count in 1..<bytes.count {
                    let text = try await offPool {
                        let client = try RawClient(port: port)
                        client.send(Array(bytes[..<count]))
                        client.shutdownOutput()
                        return try client.receiveAll()
                    }
                    #expect(text.isEmpty, "\(raw.prefix(count).debugDescription) gave \(text.prefix(100))")
                }
            }
            await test.server.shutdown()
        }

        /// RFC 9112 9.6: a client may close its sending half and still read what it asked for.
        @Test(arguments: [
            ("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", [200]),
            ("GET /pause HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n", [200, 200]),
            ("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", [200]), ("GET /hello\r\n\r\n", [400]),
            ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", [400]),
        ])
        func halfClosedClientsAreAnswered(_ raw: String, _ statuses: [Int]) async throws {
            let test = try await TestServer()
            let port = test.port
            let text = try await offPool {
                let client = try RawClient(port: port)
                client.send(raw)
                client.shutdownOutput()
                return try client.receiveAll()
            }
            #expect(try ResponseReader.messages(text, isHead: false).map(\.status) == statuses)
            await test.server.shutdown()
        }
    }
}
