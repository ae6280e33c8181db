import HTTP1
import HTTPTypes
import Testing

@Suite struct ResponseEncoderTests {
    private func head(
        _ fields: HTTPFields = [:], framing: ResponseEncoder.Framing = .length(0), keepAlive: Bool = true,
        minor: Int = 1
    ) throws -> String {
        var output: [UInt8] = []
        try ResponseEncoder.appendHead(
            status: .ok, fields: fields, framing: framing, keepAlive: keepAlive, minorVersion: minor, to: &output
        ) { $0.append(contentsOf: "D: x\r\n".utf8) }
        return String(decoding: output, as: UTF8.self)
    }

    @Test func framings() throws {
        #expect(try head() == "HTTP/1.1 200 OK\r\nD: x\r\nContent-Length: 0\r\n\r\n")
        #expect(try head(framing: .length(1234)).contains("Content-Length: 1234\r\n"))
        #expect(try head(framing: .chunked).contains("\r\nTransfer-Encoding: chunked\r\n"))
        #expect(try !head(framing: .none).contains("Content-Length"))
        #expect(try head(keepAlive: false).contains("\r\nConnection: close\r\n"))
        #expect(try head(minor: 0).contains("\r\nConnection: keep-alive\r\n"))
    }

    /// Framing fields of a handler never get out (RFC 9112 6).
    @Test func reservedFieldsAreDropped() throws {
        let fields: HTTPFields = [.contentLength: "5", .transferEncoding: "gzip", .connection: "x", .server: "y"]
        let text = try head(fields)
        #expect(text.contains("Server: y\r\n"))
        #expect(!text.contains("5\r\n") && !text.contains("gzip") && !text.contains("x\r\nC:"))
    }

    /// No value can split a response (RFC 9110 5.5): HTTPTypes turns CR, LF and NUL into spaces, other control
    /// characters are refused here.
    @Test func valuesCannotSplit() throws {
        let split = try head([.location: "/a\r\nSet-Cookie: b"])
        #expect(!split.contains("\r\nSet-Cookie"))
        let lenient = HTTPField(name: .location, lenientValue: [0x61, 0x01, 0x62])
        #expect(throws: ResponseEncoder.Fault(name: "Location")) { try head(HTTPFields([lenient])) }
    }

    @Test func chunk() {
        var output: [UInt8] = []
        ResponseEncoder.appendChunk(Array(repeating: 0x61, count: 26), to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "1a\r\n\(String(repeating: "a", count: 26))\r\n")
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
    func date(_ seconds: Int, _ text: String) { #expect(HTTPDate.format(unixSeconds: seconds) == text) }

    @Test(arguments: [
        ("/", "/"), ("/a/b", "/a/b"), ("/a/../b", "/b"), ("/../..", "/"), ("/a/.", "/a/"), ("/a/b/..", "/a/"),
        ("/%2e%2E/etc", "/etc"), ("/a//b", "/a//b"), ("/%7Ea", "/~a"),
    ])
    func path(_ raw: String, _ path: String) throws { #expect(try RequestTarget(originForm: raw).path == path) }
}
