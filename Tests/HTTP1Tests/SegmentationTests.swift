import HTTP1
import Testing

/// What is read never depends on how it arrived.
@Suite struct SegmentationTests {
    private static let corpus: [[UInt8]] =
        RequestCase.all.map { Array($0.raw.utf8) }.filter { $0.count < 400 }
        + [
            Array(
                ("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                    + "chunked\r\n\r\n1;x=\"y\"\r\nc\r\n2\r\n\r\n\r\n0\r\nT: u\r\n\r\n"
                    + "GET /4\r\n\r\n").utf8)
        ]

    /// Each prefix of each case byte by byte: the events are a beginning of the whole's, and no fault comes that
    /// the whole has not.
    @Test func everyPrefixIsABeginning() {
        for bytes in Self.corpus {
            let whole = Transcript(pieces: [bytes[...]])
            for count in 0..<bytes.count {
                let part = Transcript(pieces: bytes[..<count].map { [$0][...] })
                #expect(part == Transcript(pieces: [bytes[..<count]]))
                #expect(part.fault == nil || part.fault == whole.fault)
                let bytesOfBodies = part.bodies.flatMap { $0 }
                #expect(whole.bodies.flatMap { $0 }.starts(with: bytesOfBodies))
                #expect(whole.heads.starts(with: part.heads) && part.ends <= whole.ends)
            }
            #expect(Transcript(pieces: bytes.map { [$0][...] }) == whole)
        }
    }

    /// 120,000 random segmentations with together more than a million cuts.
    @Test func randomSplitsAreAlike() {
        var random = SplitMix(seed: UInt64.random(in: 0...UInt64.max))
        let seed = random
        var cuts = 0
        let wholes = Self.corpus.map { Transcript(pieces: [$0[...]]) }
        for round in 0..<120_000 {
            let index = round % Self.corpus.count
            let bytes = Self.corpus[index]
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            let longest = 1 + Int(random.next() % 24)
            while start < bytes.count {
                let end = min(bytes.count, start + 1 + Int(random.next() % UInt64(longest)))
                pieces.append(bytes[start..<end])
                start = end
            }
            cuts += pieces.count
            guard Transcript(pieces: pieces) != wholes[index] else { continue }
            Issue.record(
                "\(seed): \(pieces.map(\.count)) of \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            return
        }
        #expect(cuts > 1_000_000)
    }
}

/// SplitMix64: a failure names its seed.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
