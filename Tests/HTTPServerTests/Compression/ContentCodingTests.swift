import Compression
import HTTP1
import HTTPServer
import TestSupport
import Testing

/// Codings of content in both directions, by curl, the `gzip` command and raw requests.
extension ServerSuites {
    @Suite struct ContentCodingTests {
        private static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
            try GzipCompressor(.document).finish(bytes[...])
        }

        private static func expand(_ bytes: [UInt8]) throws -> [UInt8] {
            let decompressor = try Decompressor(.gzip, outputBytesMax: 1 << 30, ratioMax: 1032)
            decompressor.feed(bytes)
            var all: [UInt8] = []
            while case let output = try decompressor.next(), !output.isEmpty { all += output }
            return all
        }

        private static let hello: [UInt8] = [
            0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x86, 0xA6, 0x10, 0x36, 5,
            0, 0, 0,
        ]
        private static let helloZlib: [UInt8] = [
            0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x06, 0x2C, 0x02, 0x15,
        ]

        /// A request with a body, in one piece or in chunks of one byte, and the answer until the close.
        private func post(
            _ test: TestServer, _ path: String, _ coding: String, _ body: [UInt8], isChunked: Bool = false
        ) async throws -> String {
            var bytes = Array(
                "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Encoding: \(coding)\r\n".utf8)
            if isChunked {
                bytes += Array("Transfer-Encoding: chunked\r\n\r\n".utf8)
                for byte in body { bytes += [0x31, 0x0D, 0x0A, byte, 0x0D, 0x0A] }
                bytes += Array("0\r\n\r\n".utf8)
            } else {
                bytes += Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
            }
            let (port, sent) = (test.port, bytes)
            return try await offPool {
                let client = try RawClient(port: port)
                client.send(sent)
                return try client.receiveAll()
            }
        }

        @Test(arguments: [false, true])
        func requestsAreExpanded(_ isChunked: Bool) async throws {
            let test = try await TestServer()
            for coding in ["gzip", "x-gzip", "GZip", "identity, gzip", " gzip ,identity"] {
                let text = try await post(test, "/echo", coding, Self.hello, isChunked: isChunked)
                #expect(text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix("\r\n\r\nhello"), "\(coding): \(text)")
            }
            #expect(
                try await post(test, "/echo", "deflate", Self.helloZlib, isChunked: isChunked).hasSuffix(
                    "\r\n\r\nhello"))
            #expect(
                try await post(test, "/echo", "identity", Array("hello".utf8), isChunked: isChunked).hasSuffix(
                    "\r\n\r\nhello"))
            #expect(
                try await post(test, "/echo", "gzip", Self.hello + Self.hello, isChunked: isChunked).hasSuffix(
                    "hellohello"))
            await test.server.shutdown()
        }

        @Test func othersAreRefused() async throws {
            let test = try await TestServer()
            for coding in ["br", "zstd", "compress", "gzip, gzip", "gzip, deflate", "gzip;q=1", "aws-chunked"] {
                let text = try await post(test, "/echo", coding, Self.hello)
                #expect(
                    text.hasPrefix("HTTP/1.1 415 ") && text.contains("\r\nAccept-Encoding: gzip, deflate\r\n"),
                    "\(coding): \(text)")
            }
            // Without content there is nothing to expand.
            #expect(try await post(test, "/echo", "br", []).hasPrefix("HTTP/1.1 200 "))
            await test.server.shutdown()
        }

        @Test(arguments: [false, true])
        func brokenContentIsRefused(_ isChunked: Bool) async throws {
            let test = try await TestServer()
            var damaged = Self.hello
            damaged[17] ^= 1
            for body in [
                Array(Self.hello.dropLast()), Array(Self.hello.prefix(3)), damaged, Self.hello + [0],
                Array("hello".utf8), Self.helloZlib,
            ] {
                #expect(try await post(test, "/echo", "gzip", body, isChunked: isChunked).hasPrefix("HTTP/1.1 400 "))
            }
            #expect(
                try await post(test, "/echo", "deflate", Array(Self.helloZlib[2..<9]), isChunked: isChunked).hasPrefix(
                    "HTTP/1.1 400 "))
            await test.server.shutdown()
        }

        @Test func bombsAreTooLarge() async throws {
            let test = try await TestServer()
            let member = try Self.gzip([UInt8](repeating: 0, count: 16 << 20))
            var bomb: [UInt8] = []
            for _ in 0..<64 { bomb += member }
            #expect(bomb.count < 1_100_000)
            #expect(try await post(test, "/length", "gzip", bomb).hasPrefix("HTTP/1.1 413 "))
            let loose = try await TestServer { $0.expansionRatioMax = 1032 }
            #expect(try await post(loose, "/length", "gzip", bomb).hasPrefix("HTTP/1.1 413 "))
            #expect(try await post(loose, "/length", "gzip", member).hasSuffix("\r\n\r\n16777216"))
            await test.server.shutdown()
            await loose.server.shutdown()
        }

        /// RFC 9110 12.5.3.
        @Test(
            arguments: [
                (nil, false, 200), ("", false, 200), ("gzip", true, 200), ("x-gzip", true, 200), ("GZIP", true, 200),
                ("*", true, 200),
                ("br", false, 200), ("br, gzip;q=0.5", true, 200), ("gzip;q=0", false, 200), ("*;q=0.1", true, 200),
                ("gzip;q=0, *", false, 200), ("identity", false, 200), ("identity, gzip;q=0.5", false, 200),
                ("identity;q=0.5, gzip", true, 200), ("identity;q=0, gzip", true, 200), ("gzip;q=0.001", true, 200),
                ("gzip;q=1.001", false, 200), ("gzip;q=x", false, 200), ("gzip;q=0.0000", false, 200),
                (" gzip ; q=0.5 ", true, 200),
                ("identity;q=0", false, 406), ("*;q=0", false, 406), ("identity;q=0, br", false, 406),
                ("gzip;q=0, identity;q=0", false, 406),
                ("*;q=0, identity", false, 200), ("*;q=0, gzip", true, 200), (",, gzip", true, 200),
            ] as [(String?, Bool, Int)])
        func responsesAreCodedAsAsked(_ field: String?, _ isCoded: Bool, _ status: Int) async throws {
            let test = try await TestServer()
            let line = field.map { "Accept-Encoding: \($0)\r\n" } ?? ""
            let port = test.port
            let bytes = try await offPool {
                let client = try RawClient(port: port)
                client.send("GET /text HTTP/1.1\r\nHost: a\r\n\(line)Connection: close\r\n\r\n")
                var all: [UInt8] = []
                while case let bytes = try client.receive(), !bytes.isEmpty { all += bytes }
                return all
            }
            let end = try #require(bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) })
            let head = String(decoding: bytes[..<end], as: UTF8.self)
            let content = Array(bytes[(end + 4)...])
            #expect(head.hasPrefix("HTTP/1.1 \(status) "))
            #expect(head.lowercased().contains("content-encoding: gzip") == isCoded, "\(head)")
            if status == 200 {
                #expect(head.lowercased().contains("vary: accept-encoding"))
                #expect(head.contains("Content-Length: \(content.count)"))
                let text = isCoded ? try Self.expand(content) : content
                #expect(text.count == 4400 && (!isCoded || content.count < 400))
            }
            await test.server.shutdown()
        }

        @Test func headsAreLikeThoseOfGet() async throws {
            let test = try await TestServer()
            for path in ["/text", "/events", "/hello"] {
                var heads: [String] = []
                for method in ["GET", "HEAD"] {
                    let text = try await Shell.runOffPool(
                        "curl -sS -X \(method) \(method == "HEAD" ? "-I" : "-D - -o /dev/null") -H 'Accept-Encoding: "
                            + "gzip' http://127.0.0.1:\(test.port)\(path)"
                    ).output
                    heads.append(
                        text.split(separator: "\r\n").filter { !$0.hasPrefix("Date") && !$0.hasPrefix("X-Request-Id") }
                            .joined(separator: "\n"))
                }
                #expect(heads[0] == heads[1])
            }
            await test.server.shutdown()
        }

        /// `/text` has 4400 bytes.
        @Test(arguments: [(4400, true), (4401, false)])
        func compressBytesMin(_ limit: Int, _ isCoded: Bool) async throws {
            let test = try await TestServer { $0.compressBytesMin = limit }
            let text = try await test.exchange(
                "GET /text HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n")
            #expect(text.contains("\r\nContent-Encoding: gzip\r\n") == isCoded)
            await test.server.shutdown()
        }

        @Test func curlAndGzipAgree() async throws {
            let test = try await TestServer()
            let url = "http://127.0.0.1:\(test.port)"
            let compressed = try await Shell.runOffPool(
                "curl -sS --compressed -w '%{size_download}' \(url)/text | tail -c 3; curl -sS --compressed \(url)"
                    + "/text | wc -c"
            )
            let size = Int(compressed.output.prefix { $0 != "\n" }.filter(\.isNumber)) ?? 0
            #expect(compressed.output.hasSuffix("4400\n") && size < 400)
            let sent = try await Shell.runOffPool(
                "seq 100000 | gzip -c | curl -sS -H 'Content-Encoding: gzip' --data-binary @- \(url)/length")
            #expect(sent.output == "588895")
            let chunked = try await Shell.runOffPool(
                "seq 100000 | gzip -9c | curl -sS -H 'Transfer-Encoding: chunked' -H 'Content-Encoding: gzip' -T - -X "
                    + "POST \(url)/length"
            )
            #expect(chunked.output == "588895")
            // Small or not of text: as it is.
            let plain = try await Shell.runOffPool(
                "curl -sS -H 'Accept-Encoding: gzip' \(url)/hello; curl -sS -H 'Accept-Encoding: gzip' \(url)/large | "
                    + "wc -c"
            )
            #expect(plain.output == "hello1000000\n")
            await test.server.shutdown()
        }

        /// Each event can be read when it comes, not at the end.
        @Test func streamsAreFlushedEventByEvent() async throws {
            let test = try await TestServer()
            let port = test.port
            let (head, events) = try await offPool {
                let client = try RawClient(port: port)
                client.send("GET /events HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n")
                var head = ""
                var events: [String] = []
                let decompressor = try Decompressor(.gzip, outputBytesMax: 1000, ratioMax: 1032)
                while case var bytes = try client.receive(), !bytes.isEmpty {
                    if head.isEmpty {
                        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) })
                        else { continue }
                        head = String(decoding: bytes[..<end], as: UTF8.self)
                        bytes = Array(bytes[(end + 4)...])
                    }
                    decompressor.feed(bytes)
                    while case let output = try decompressor.next(), !output.isEmpty {
                        events.append(String(decoding: output, as: UTF8.self))
                    }
                }
                try decompressor.finish()
                return (head, events)
            }
            #expect(head.lowercased().contains("content-encoding: gzip"))
            #expect(head.lowercased().contains("vary: origin") && head.lowercased().contains("vary: accept-encoding"))
            #expect(events == ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"])
            await test.server.shutdown()
        }
    }
}
