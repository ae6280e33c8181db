import JSON
import TestSupport
import Testing

/// The reader of runs of numbers and the reader of single ones are twins: what is read, refused and said of it does not
/// depend on how far away the end of the text is, nor on how many numbers come before.
@Suite struct JSONNumberRunTests {
    private func outcome(_ text: String) -> Result<JSONValue, JSONError> {
        do throws(JSONError) {
            return .success(try JSONParser.parse(text))
        } catch {
            return .failure(error)
        }
    }

    /// Near its end a text is read byte by byte, far from it in runs.
    private func check(_ element: String) {
        let near = outcome("[1,\(element) ]")
        let far = outcome("[1,\(element) " + String(repeating: " ", count: 200) + "]")
        if near != far { Issue.record("\(element): \(near) and \(far)") }
    }

    @Test func anyCharactersOfNumbers() {
        var generator = SplitMix(state: 41)
        let characters = Array("0123456789012345678900000000+-..eE")
        for _ in 0..<60_000 {
            check(
                String(
                    (0..<Int.random(in: 1...28, using: &generator)).map { _ in
                        characters.randomElement(using: &generator) ?? "0"
                    }))
        }
    }

    @Test func numbersAndTheirNeighbours() {
        for text in [
            "-", "-0", "00", "01", "-01", "0.", "1.", ".5", "1.e1", "1e", "1e+", "1e-", "1E5", "1e05", "1e00005",
            "1e99999", "1e-99999", "1e308", "1e309", "-1e309", "1e-400", "1.7976931348623159e308", "123456789",
            "12345678", "1234567", "12345678.12345678", "0.00000000000000000001", "0.00012345678901234567",
            "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
            "9999999999999999999", "99999999999999999999", "18446744073709551616", "1.0000000000000000000000000000000",
            "0.3000000000000000000000000000001", "123456789012345678901234567890", "0e5", "-0.0", "0.0e-5", "1x", "1_0",
            "٣", "1\u{0}", "NaN", "Infinity", "+1", "0x10", "null", "nul", "true", "\"1\"", "[2]", "{}", "1 2",
            "1,,2", ",1", "1 , 2\t,\r\n 3",
        ] {
            check(text)
        }
    }

    /// Numbers are gathered in pieces: arrays just shorter and longer, with nulls and unusual numbers anywhere.
    @Test func arraysOfEveryLength() throws {
        var generator = SplitMix(state: 42)
        for count in [1, 2, 3, 31, 511, 512, 513, 1023, 1024, 1025, 1536, 5_000] {
            for separator in [",", ", ", " ,\n    "] {
                let values = (0..<count).map { index -> Double in
                    switch Int.random(in: 0..<40, using: &generator) {
                    case 0 where index > 0: .nan
                    case 1: Double(Int.random(in: -9...9, using: &generator))
                    default: Double.random(in: -1000...1000, using: &generator)
                    }
                }
                let elements = values.map { $0.isNaN ? JSONValue.null : .number($0) }
                let text = values.map { $0.isNaN ? "null" : $0.description }.joined(separator: separator)
                #expect(outcome("[\(text)]") == .success(.numbers(values)))
                #expect(outcome("[[\(text)],[\(text)]]") == .success(.array([.numbers(values), .numbers(values)])))
                // What comes last makes it another kind of array, and is found at its place.
                #expect(outcome("[\(text),\"x\"]") == .success(.array(elements + [.string("x")])))
                let fault = JSONError(byteOffset: text.utf8.count + 2, detail: "expected a value, found 'x'")
                #expect(outcome("[\(text),x]") == .failure(fault))
            }
        }
    }
}
