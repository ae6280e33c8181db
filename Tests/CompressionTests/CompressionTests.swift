import Compression
import Testing

/// Expanding, against bytes of the `gzip` command and of RFC 1950 and 1952 by hand.
@Suite struct CompressionTests {
    /// `printf hello | gzip -n`
    static let hello: [UInt8] = [
        0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0,
        0, 0,
    ]
    /// The same by zlib: RFC 1950's header, the deflated block, Adler-32 of "hello".
    static let helloZlib: [UInt8] = [0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0, 0x06, 0x2C, 0x02, 0x15]

    /// Feeds pieces and returns all output, or the error.
    static func expand(
        _ bytes: [UInt8], _ format: Decompressor.Format = .gzip, limit: Int = 10_000_000, ratio: Int = 1032,
        pieces: Int = .max
    ) -> Result<[UInt8], CompressionError> {
        do throws(CompressionError) {
            let decompressor = try Decompressor(format, outputBytesMax: limit, ratioMax: ratio)
            var all: [UInt8] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, pieces == .max ? bytes.count : start + pieces)
                decompressor.feed(Array(bytes[start..<end]))
                start = end
                while case let output = try decompressor.next(), !output.isEmpty {
                    if output.count > Decompressor.outputPieceBytesMax {
                        Issue.record("a piece of \(output.count) bytes")
                    }
                    all += output
                }
            }
            try decompressor.finish()
            return .success(all)
        } catch {
            return .failure(error)
        }
    }

    static func gzip(_ bytes: [UInt8]) throws -> [UInt8] { try GzipCompressor(.document).finish(bytes[...]) }

    private let text = Array("hello".utf8)

    @Test func foreignBytesAreRead() {
        #expect(Self.expand(Self.hello) == .success(text))
        #expect(Self.expand(Self.helloZlib, .zlib) == .success(text))
        // A member with all optional fields of RFC 1952 2.3: extra, name, comment, header checksum (zlib does check
        // it).
        let named: [UInt8] =
            [0x1F, 0x8B, 0x08, 0x1C, 0, 0, 0, 0, 0, 0x03, 2, 0, 9, 9, 0x61, 0, 0x62, 0] + Self.hello[10...]
        #expect(Self.expand(named) == .success(text))
    }

    @Test func membersFollowOneAnother() throws {
        let empty = try Self.gzip([])
        #expect(Self.expand(Self.hello + Self.hello) == .success(text + text))
        #expect(Self.expand(empty + Self.hello + empty + Self.hello + empty, pieces: 1) == .success(text + text))
        #expect(Self.expand(empty) == .success([]))
    }

    @Test func whatFollowsTheEndIsRefused() {
        #expect(Self.expand(Self.hello + [0]) == .failure(.trailingBytes))
        #expect(Self.expand(Self.hello + text, pieces: 1) == .failure(.trailingBytes))
        #expect(Self.expand(Self.helloZlib + Self.helloZlib, .zlib) == .failure(.trailingBytes))
        #expect(Self.expand(Self.hello + [0x1F, 0x8B]) == .failure(.truncated))
        guard case .failure(.corrupted) = Self.expand(Self.hello + [0x1F, 0x8C]) else {
            Issue.record("a broken second member")
            return
        }
    }

    @Test func everyPrefixIsTruncated() throws {
        let long = try Self.gzip((0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) })
        for bytes in [Self.hello, long] {
            for count in 0..<bytes.count {
                #expect(Self.expand(Array(bytes[..<count]), pieces: 7) == .failure(.truncated))
            }
        }
        for count in 0..<Self.helloZlib.count {
            #expect(Self.expand(Array(Self.helloZlib[..<count]), .zlib) == .failure(.truncated))
        }
    }

    /// No damage is taken for content: every flipped bit is noticed, or was one that says nothing (time, system, hints;
    /// the bits that fill the last byte of the deflated block).
    @Test func everyFlippedBitIsNoticed() {
        for index in Self.hello.indices {
            for bit in 0..<8 {
                var bytes = Self.hello
                bytes[index] ^= 1 << bit
                switch Self.expand(bytes) {
                case .success(let output):
                    #expect(output == text && ((3...9).contains(index) || index == 16), "byte \(index) bit \(bit)")
                case .failure(let error):
                    #expect(error == .truncated || "\(error)".hasPrefix("the compressed content is corrupted"))
                }
            }
        }
    }

    @Test func checksumsCount() {
        var bytes = Self.hello
        bytes[17] ^= 1
        #expect(Self.expand(bytes) == .failure(.corrupted(reason: "incorrect data check")))
        bytes = Self.hello
        bytes[21] ^= 1
        #expect(Self.expand(bytes) == .failure(.corrupted(reason: "incorrect length check")))
        bytes = Self.helloZlib
        bytes[12] ^= 1
        #expect(Self.expand(bytes, .zlib) == .failure(.corrupted(reason: "incorrect data check")))
    }

    @Test func otherFormatsAreRefused() {
        #expect(
            // raw
            Self.expand(Array(Self.helloZlib[2..<9]), .zlib) == .failure(.corrupted(reason: "incorrect header check")))
        #expect(Self.expand(Self.helloZlib) == .failure(.corrupted(reason: "incorrect header check")))
        #expect(Self.expand(Self.hello, .zlib) == .failure(.corrupted(reason: "incorrect header check")))
        let dictionary: [UInt8] = [0x78, 0xBB, 0, 0, 0, 1] + Self.helloZlib[2...]
        #expect(Self.expand(dictionary, .zlib) == .failure(.corrupted(reason: "a preset dictionary")))
    }

    /// A GiB of zeros in a MiB of members costs neither memory nor time.
    @Test func bombsEndAtTheirLimit() throws {
        let member = try Self.gzip([UInt8](repeating: 0, count: 16 << 20))
        var bomb: [UInt8] = []
        for _ in 0..<64 { bomb += member }
        #expect(Self.expand(bomb, limit: 16 << 20) == .failure(.tooLarge(limitBytes: 16 << 20)))
        #expect(Self.expand(bomb, limit: .max, ratio: 200) == .failure(.ratio(limit: 200)))
        #expect(Self.expand(bomb, limit: 16 << 20, pieces: 100) == .failure(.tooLarge(limitBytes: 16 << 20)))
        // Exactly the limit is allowed, and a short text may be all alike.
        #expect(try Self.expand(member, limit: 16 << 20).get().count == 16 << 20)
        #expect(try Self.expand(Self.gzip([UInt8](repeating: 0, count: 1 << 20)), ratio: 10).get().count == 1 << 20)
    }

    /// An error stays: nothing behind it is read.
    @Test func errorsStay() throws {
        let decompressor = try Decompressor(.gzip, outputBytesMax: 100, ratioMax: 10)
        decompressor.feed(text)
        for _ in 0..<3 {
            #expect(throws: CompressionError.self) { try decompressor.next() }
            decompressor.feed(Self.hello)
        }
        #expect(throws: CompressionError.self) { try decompressor.finish() }
    }

    @Test(arguments: [0, 1, 100, 70_000, 1_000_000])
    func roundTrips(_ count: Int) throws {
        for step in [1, 7, 4099] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: ($0 / step) &* 2_654_435_761 >> 7) }
            #expect(Self.expand(try Self.gzip(bytes)) == .success(bytes))
            let compressor = try GzipCompressor(.events)
            var coded: [UInt8] = []
            for start in stride(from: 0, to: count, by: 9999) {
                coded += compressor.compress(bytes[start..<min(count, start + 9999)])
            }
            coded += compressor.finish()
            #expect(Self.expand(coded, pieces: 1000) == .success(bytes))
        }
    }

    /// 300,000 pieces of one byte.
    @Test func tinyPieces() throws {
        var random: UInt32 = 1
        let bytes = (0..<300_000).map { _ in
            random = random &* 1_664_525 &+ 1_013_904_223
            return UInt8(random >> 24)
        }
        #expect(Self.expand(try Self.gzip(bytes), pieces: 1) == .success(bytes))
    }

    /// After each flush the reader has all that was written.
    @Test func flushedEventsAreComplete() throws {
        let compressor = try GzipCompressor(.events)
        let decompressor = try Decompressor(.gzip, outputBytesMax: 1_000_000, ratioMax: 1032)
        for number in 0..<200 {
            let event = Array(
                "data: {\"step\":\(number),\"text\":\"\(String(repeating: "x", count: number * 10))\"}\n\n".utf8)
            decompressor.feed(compressor.flush(event[...]))
            var output: [UInt8] = []
            while case let bytes = try decompressor.next(), !bytes.isEmpty { output += bytes }
            #expect(output == event)
        }
        decompressor.feed(compressor.finish())
        #expect(try decompressor.next().isEmpty)
        try decompressor.finish()
    }
}
