import System
import JSON
import TestSupport
import Testing

/// Every number is the one `strtod` reads, bit for bit, alone and inside an array.
@Suite struct JSONNumberTests {
    private func check(_ texts: [String]) throws {
        let array = try JSONParser.parse("[" + texts.joined(separator: ",") + "]")
        guard case .numbers(let read) = array, read.count == texts.count else {
            Issue.record("not read as numbers")
            return
        }
        for (text, value) in zip(texts, read) {
            let expected = strtod(text, nil)
            if value.bitPattern != expected.bitPattern && !(value == 0 && expected == 0) {
                Issue.record("\(text): \(value) instead of \(expected)")
            }
            guard let alone = try JSONParser.parse(text).asDouble, alone == expected else {
                Issue.record("\(text) alone is not \(expected)")
                continue
            }
        }
    }

    @Test func randomBitPatterns() throws {
        var generator = SplitMix(state: 1)
        var texts: [String] = []
        while texts.count < 40_000 {
            let value = Double(bitPattern: generator.next())
            if value.isFinite { texts.append(value.description) }
        }
        try check(texts)
    }

    @Test func randomDecimals() throws {
        var generator = SplitMix(state: 2)
        try check(
            (0..<60_000).map { _ in
                var text = Bool.random(using: &generator) ? "-" : ""
                let integer = String(
                    (0..<Int.random(in: 1...22, using: &generator)).map { _ in
                        Character(String(UInt8.random(in: 0...9, using: &generator)))
                    })
                let trimmed = integer.drop { $0 == "0" }
                text += trimmed.isEmpty ? "0" : trimmed
                if Bool.random(using: &generator) {
                    text +=
                        "."
                        + String(
                            (0..<Int.random(in: 1...25, using: &generator)).map { _ in
                                Character(String(UInt8.random(in: 0...9, using: &generator)))
                            })
                }
                if Bool.random(using: &generator) { text += "e\(Int.random(in: -340...280, using: &generator))" }
                return text
            })
    }

    @Test func shortDecimalsOfTheFastPath() throws {
        var generator = SplitMix(state: 3)
        try check(
            (0..<20_000).map { _ in
                "\(Int.random(in: -9_007_199_254_740_992...9_007_199_254_740_992, using: &generator))"
                    + "e\(Int.random(in: -23...23, using: &generator))"
            })
    }

    @Test func hardCases() throws {
        try check([
            "9007199254740991e22", "9007199254740992e22", "9007199254740993e22", "9007199254740993.0", "1e22", "1e23",
            "1e-22", "1e-23", "8.5e22",
            "2.2250738585072012e-308", "2.2250738585072014e-308", "4.9406564584124654e-324", "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "1.7976931348623157e308", "1.7976931348623158e308", "0.1e-6",
            "3.14159265358979323846264338327950288419716939937510",
            "7205759403792793199999e-5", "1.00000000000000011102230246251565404236316680908203125",
            "1.00000000000000011102230246251565404236316680908203124",
            "1.00000000000000011102230246251565404236316680908203126",
            "0." + String(repeating: "0", count: 400) + "1e401", "1" + String(repeating: "0", count: 400) + "e-400",
            String(repeating: "9", count: 300), "0." + String(repeating: "9", count: 5000),
            "123456789" + String(repeating: "0", count: 250),
        ])
    }

    /// A number of a million digits takes linear time.
    @Test func veryLongNumbers() throws {
        #expect(try JSONParser.parse("0." + String(repeating: "3", count: 1_000_000)).asDouble == 1.0 / 3)
        #expect(try JSONParser.parse("1e-" + String(repeating: "9", count: 1_000_000)).asDouble == 0)
        #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: "3", count: 1_000_000)) }
        for beginning in ["0.", "1e-", ""] {
            let growth = costGrowth(size: 60_000) {
                beginning + String(repeating: "3", count: $0)
            } _: {
                _ = try? JSONParser.parse($0)
            }
            #expect(growth < linearGrowthMax, "\(beginning)")
        }
    }
}
