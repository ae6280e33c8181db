import JSON
import Testing

@Suite struct JSONMemoryTests {
    private func claimed(_ text: String) throws -> Int {
        var sum = 0
        _ = try JSONParser.parse(Array(text.utf8)) { sizeBytes in
            sum += sizeBytes
            return true
        }
        return sum
    }

    private static func list(_ element: String, _ count: Int) -> String {
        "[" + [String](repeating: element, count: count).joined(separator: ",") + "]"
    }

    private static var members: String { (0..<20_000).map { "\"key\($0)\":1" }.joined(separator: ",") }

    static let texts: [(String, Int)] = [
        (list("[1]", 50_000), 50_000 * 64), (list("1", 200_000), 200_000 * 8), (list("\"b\"", 100_000), 100_000 * 16),
        ("\"" + String(repeating: "x", count: 500_000) + "\"", 500_000), ("{" + members + "}", 20_000 * 32),
    ]

    /// The least that each text's values take, and no more than a few times that.
    @Test(arguments: texts)
    func memoryIsClaimedAsItIsUsed(text: String, least: Int) throws {
        let sizeBytes = try claimed(text)
        #expect((least...(8 * least + 600_000)).contains(sizeBytes), "\(sizeBytes) bytes, at least \(least)")
    }

    @Test func aRefusedClaimEndsTheReading() throws {
        let text = Array(("[[1]" + String(repeating: ",[1]", count: 50_000) + "]").utf8)
        var left = 1 << 20
        let error = #expect(throws: JSONError.self) {
            _ = try JSONParser.parse(text) { sizeBytes in
                left -= sizeBytes
                return left >= 0
            }
        }
        #expect(error?.isMemoryRefused == true && (error?.byteOffset ?? 0) < text.count / 2)
        #expect(throws: JSONError(byteOffset: 1, detail: "expected a value, found '}'")) {
            _ = try JSONParser.parse(Array("[}".utf8)) { _ in true }
        }
    }

    /// Each of many members is asked for: by its place, not by a search.
    @Test func membersOfLargeObjectsAreFoundQuickly() throws {
        let growth = costGrowth(size: 1_000) { count in
            JSONObject((0..<count).map { (key: "label\($0)", value: .number(1)) })
        } _: { object in
            let reader = JSONReader(object)
            for (key, _) in object.members { #expect(reader.double(key) == 1) }
            reader.finish()
            #expect(reader.faults.isEmpty)
        }
        #expect(growth < linearGrowthMax)
    }
}
