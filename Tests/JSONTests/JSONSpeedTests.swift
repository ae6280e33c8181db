import JSON
import Testing

/// Not a benchmark but a floor: far below what was measured, so that a machine under load passes.
@Suite(.serialized) struct JSONSpeedTests {
    private func megabytesPerSecond(_ bytes: [UInt8]) throws -> Double {
        var best = 0.0
        for _ in 0..<5 {
            let start = threadSeconds()
            _ = try JSONParser.parse(bytes)
            let seconds = threadSeconds() - start
            best = max(best, Double(bytes.count) / 1e6 / seconds)
        }
        return best
    }

    @Test func arraysOfNumbers() throws {
        var generator = SplitMix(state: 9)
        let count = 200_000
        let kinds: [(String, [UInt8])] = [
            ("integers", JSONValue((0..<count).map { _ in Double(Int.random(in: 0..<1000, using: &generator)) }).bytes),
            ("two decimals", Array(("[" + (0..<count).map { _ in "\(Int.random(in: 0..<1000, using: &generator)).\(Int.random(in: 10..<100, using: &generator))" }.joined(separator: ",") + "]").utf8)),
            ("floats", JSONValue((0..<count).map { _ in Float.random(in: -1...1, using: &generator) }).bytes),
            ("doubles", JSONValue((0..<count).map { _ in Double.random(in: -1...1, using: &generator) }).bytes),
            ("pairs", JSONValue((0..<count / 2).map { _ in [Double(Int.random(in: 0..<1000, using: &generator)), 2.5] }).bytes),
        ]
        for (name, bytes) in kinds {
            let speed = try megabytesPerSecond(bytes)
            print("JSON \(name): \(Int(speed)) MB/s")
            #expect(speed > 15, "\(name): \(speed) MB/s")
        }
        let text = JSONValue(String(repeating: "The quick brown fox. ", count: 100_000)).bytes
        print("JSON text: \(Int(try megabytesPerSecond(text))) MB/s")
        let value = JSONValue((0..<count).map { _ in Float.random(in: -1...1, using: &generator) })
        let start = threadSeconds()
        let size = value.bytes.count
        print("JSON writing floats: \(Int(Double(size) / 1e6 / (threadSeconds() - start))) MB/s")
    }
}
