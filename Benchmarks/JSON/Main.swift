import Dispatch
import JSON

/// Reading and writing of JSON, in megabytes a second, one JSON object a line:
///
///     json-bench [SECONDS]
@main struct JSONBench {
    static func main() throws {
        let budget = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 1
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
        let cases: [(String, JSONValue)] = [
            ("series", ["model": "m", "sequence": .numbers(numbers)]),
            ("integers", ["model": "m", "sequence": .numbers(integers)]),
            ("text", ["model": "m", "text": .string(text)]),
            (
                "small",
                ["model": "airline", "sequence": .numbers(Array(integers.prefix(48))), "horizon": 24, "stream": true]
            ),
        ]
        for (name, value) in cases {
            let bytes = value.bytes
            try measure(name, "json_parse", bytes.count, budget) { _ = try JSONParser.parse(bytes) }
            measure(name, "json_write", bytes.count, budget) { _ = value.bytes }
        }
    }

    private static func measure(
        _ name: String, _ metric: String, _ size: Int, _ budget: Double, _ body: () throws -> Void
    ) rethrows {
        let repeats = max(1, 1_000_000 / size)
        var rates: [Double] = []
        let start = now
        while rates.count < 7 || now - start < budget {
            let before = now
            for _ in 0..<repeats { try body() }
            rates.append(Double(size * repeats) / (now - before) / 1e6)
        }
        rates.sort()
        print(
            "{\"workload\":\"\(name)\",\"peer\":\"rondo\",\"threads\":1,\"metric\":\"\(metric)"
                + "\",\"value\":\(rates[rates.count / 2]),"
                + "\"unit\":\"MB/s\",\"reps\":\(rates.count),\"min\":\(rates[0]),\"max\":\(rates[rates.count - 1])"
                + ",\"bytes\":\(size)}"
        )
    }

    private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
