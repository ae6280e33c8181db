import HTTP1
import HTTPTypes
import Testing

@Suite struct RequestReaderTests {
    @Test(arguments: RequestCase.all)
    func case_(_ example: RequestCase) {
        #expect(Transcript(example.raw).status == example.status)
    }

    @Test func thereAreEnoughCases() { #expect(RequestCase.all.count >= 80) }

    /// Every case in 40 random segmentations gives the same events.
    @Test func segmentationMakesNoDifference() {
        var random = SystemRandomNumberGenerator()
        for example in RequestCase.all {
            let bytes = Array(example.raw.utf8)
            let whole = Transcript(pieces: [bytes[...]])
            for round in 0..<40 {
                let longest = bytes.count < 2000 ? [1, 3, 20, 200][round % 4] : 4000
                var pieces: [ArraySlice<UInt8>] = []
                var start = 0
                while start < bytes.count {
                    let end = min(bytes.count, start + Int.random(in: 1...longest, using: &random))
                    pieces.append(bytes[start..<end])
                    start = end
                }
                let split = Transcript(pieces: pieces)
                #expect(split == whole, "\(example)")
            }
        }
    }

    /// Random damage to good requests neither traps nor depends on segmentation.
    @Test func mutationsAreDecidedAlike() {
        let seeds = RequestCase.all.filter { $0.raw.utf8.count < 300 }
        for _ in 0..<20_000 {
            guard let seed = seeds.randomElement() else { return }
            var bytes = Array(seed.raw.utf8)
            for _ in 0..<Int.random(in: 1...4) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count)
                switch Int.random(in: 0..<3) {
                case 0: bytes[index] = UInt8.random(in: 0...255)
                case 1: bytes.remove(at: index)
                default: bytes.insert([0x0D, 0x0A, 0x20, 0x3A, 0x30].randomElement() ?? 0, at: index)
                }
            }
            let cut = Int.random(in: 0...bytes.count)
            #expect(Transcript(pieces: [bytes[...]]) == Transcript(pieces: [bytes[..<cut], bytes[cut...]]))
        }
    }

    @Test func pipelinedRequestsComeInOrder() {
        let transcript = Transcript(
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n"
                + "GET /4 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(transcript.fault == nil)
        #expect(transcript.heads.map(\.target.path) == ["/1", "/2", "/3", "/4"])
        #expect(transcript.bodies == [Array("ab".utf8), Array("c".utf8)])
        #expect(transcript.ends == 4)
    }

    /// RFC 9112 11.2: what follows a framing error is never a request.
    @Test func nothingIsParsedAfterAFault() {
        let bytes = Array("GET / HTTP/1.1\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var reader = RequestReader(limits: HTTPLimits())
        bytes.withUnsafeBytes { reader.append($0) }
        for _ in 0..<3 {
            #expect(throws: ProtocolFault.self) { try reader.next() }
            bytes.withUnsafeBytes { reader.append($0) }
        }
    }

    @Test func headSaysWhatItMeans() throws {
        let head = try #require(
            Transcript("GET http://B:81/a/./b/../c%20d?x=1&y=%41+b HTTP/1.1\r\nHost: a\r\nX-Y: 1\r\nx-y:  2 \r\n\r\n")
                .heads.first)
        #expect(head.request.scheme == "http")
        #expect(head.request.authority == "B:81")  // RFC 9112 3.2.2: the target's, not Host
        #expect(head.target.path == "/a/c d")
        #expect(head.target.segments == ["a", "c d"])
        #expect(head.target.query == [.init(name: "x", value: "1"), .init(name: "y", value: "A b")])
        #expect(head.request.headerFields[values: HTTPField.Name("x-y") ?? .accept] == ["1", "2"])
        #expect(head.keepAlive)
    }

    /// RFC 9110 4.2: schemes have no case; the target's is for the server to compare with the connection's.
    @Test(arguments: [
        ("/x", nil), ("http://a/x", "http"), ("HTTPS://a/x", "https"), ("https://a", "https"), ("hTtP://a?x", "http"),
        ("ftp://a/x", "refused"), ("httpss://a/x", "refused"), ("https:/a/x", "refused"), ("ws://a/x", "refused"),
        ("https//a", "refused"),
    ])
    func schemeOfTheTarget(_ target: String, _ expected: String?) {
        let head = Transcript("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n").heads.first
        #expect((head == nil ? "refused" : head?.request.scheme) == expected)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: x, Close\r\n", false),
        ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func persistence(_ version: String, _ field: String, _ expected: Bool) {  // RFC 9112 9.3
        let head = Transcript("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n").heads.first
        #expect(head?.keepAlive == expected)
    }

    @Test func bodyLimitIsTheRoutes() {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 5
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(Transcript(head + "5\r\nabcde\r\n0\r\n\r\n", limits: limits).status == 200)
        #expect(Transcript(head + "3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n", limits: limits).status == 413)
        #expect(Transcript(head + "fffffffffffffff\r\n", limits: limits).status == 413)
    }

    /// A million chunks of one byte take linear time.
    @Test func tinyChunksAreLinear() {
        var bytes = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        for _ in 0..<200_000 { bytes += Array("1\r\na\r\n".utf8) }
        bytes += Array("0\r\n\r\n".utf8)
        let pieces = stride(from: 0, to: bytes.count, by: 65_536).map { bytes[$0..<min($0 + 65_536, bytes.count)] }
        var reader = RequestReader(limits: HTTPLimits())
        var count = 0
        for piece in pieces {
            piece.withUnsafeBytes { reader.append($0) }
            while let event = try? reader.next(), event != .needMore {
                if case .body(let body) = event { count += body.count }
            }
        }
        #expect(count == 200_000)
    }
}
