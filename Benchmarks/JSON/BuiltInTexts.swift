import JSON

/// Texts as clients send them.
enum BuiltInTexts {
    /// Names and values.
    static var all: [(String, JSONValue)] {
        var state: UInt64 = 1
        func draw() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let numbers = (0..<200_000).map { _ in Double(draw() % 2_000_000) / 1000 - 1000 }
        let integers = (0..<200_000).map { _ in Double(draw() % 1000) }
        let words = [
            "the", "grey", "hills", "before", "any", "ship", "could", "be", "seen", "\u{e9}t\u{e9}", "\"said\"",
        ]
        let text = (0..<200_000).map { _ in words[Int(draw() % UInt64(words.count))] }.joined(separator: " ")
        return [
            ("series", ["model": "m", "sequence": .numbers(numbers)]),
            ("integers", ["model": "m", "sequence": .numbers(integers)]),
            ("text", ["model": "m", "text": .string(text)]),
            (
                "small",
                ["model": "airline", "sequence": .numbers(Array(integers.prefix(48))), "horizon": 24, "stream": true]
            ),
        ]
    }
}
