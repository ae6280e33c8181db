import JSON
import TestSupport
import Testing

/// Damaged texts: an answer or a refusal, never a trap. The offset of a refusal stays inside the text.
@Suite struct JSONFuzzTests {
    private func survive(_ bytes: [UInt8]) {
        do {
            let value = try JSONParser.parse(bytes)
            // What was read can be written and read again.
            if let again = try? JSONParser.parse(value.bytes) {
                if again != value { Issue.record("\(bytes) is not stable") }
            } else {
                Issue.record("\(bytes) was read, but not what was written from it")
            }
        } catch {
            if !(0...bytes.count).contains(error.byteOffset) { Issue.record("offset \(error.byteOffset) of \(bytes)") }
        }
    }

    @Test func truncatedAndFlipped() {
        var generator = SplitMix(state: 6)
        for _ in 0..<400 {
            let bytes = JSONRoundTripTests.random(&generator, depth: 3).bytes
            for size in 0..<min(bytes.count, 200) { survive(Array(bytes[..<size])) }
            for _ in 0..<40 where !bytes.isEmpty {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                        1 << UInt8.random(in: 0..<8, using: &generator)
                }
                survive(damaged)
            }
        }
    }

    @Test func shuffledTokens() {
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\\", "\\u", "\\ud83d", "\\ude00", "-", "0", "1", "9", ".",
            "e", "E", "+", "null", "true", " ", "\n", "é", "\0",
        ].map { Array($0.utf8) }
        var generator = SplitMix(state: 7)
        for _ in 0..<60_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                bytes += tokens.randomElement(using: &generator) ?? []
            }
            survive(bytes)
        }
    }

    @Test func noise() {
        var generator = SplitMix(state: 8)
        for _ in 0..<20_000 {
            survive(
                (0..<Int.random(in: 0..<24, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator)
                })
        }
    }

    /// Texts whose cost would explode in a careless reader.
    @Test func hostileTextsTakeLinearTime() {
        let kinds: [@Sendable (Int) -> String] = [
            { "[" + String(repeating: "1,", count: $0) }, { "[" + String(repeating: "null,", count: $0) + "\"a\"]" },
            { "\"" + String(repeating: "\\u0041", count: $0) }, { "[" + String(repeating: "[1],", count: $0) + "0]" },
            { String(repeating: " ", count: $0 * 4) }, { "{" + String(repeating: "\"a\":1,", count: $0) },
            { "[" + String(repeating: "1,", count: $0) + "\"a\"," + String(repeating: "1,", count: $0) + "1]" },
        ]
        for (index, text) in kinds.enumerated() {
            let growth = costGrowth(size: 20_000) {
                Array(text($0).utf8)
            } _: {
                survive($0)
            }
            #expect(growth < linearGrowthMax, "kind \(index)")
        }
        survive(Array(String(repeating: "[1,2,", count: 128).utf8))
    }
}
