import JSON
import Testing

/// Texts that RFC 8259 allows, with what they are read as.
@Suite struct JSONAcceptTests {
    static let cases: [(String, JSONValue)] = [
        ("null", .null), ("true", .bool(true)), ("false", .bool(false)), (" \t\r\n1 \t\r\n", .integer(1)),
        ("0", .integer(0)), ("-0", .number(-0.0)), ("-1", .integer(-1)), ("10", .integer(10)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
        ("18446744073709551615", .number(18_446_744_073_709_551_616)),
        ("18446744073709551616", .number(18_446_744_073_709_551_616)),
        ("100000000000000000000000000000", .number(1e29)),
        ("0.0", .number(0)), ("-0.0", .number(-0.0)), ("0e1", .number(0)), ("0E+99999999999999999999", .number(0)),
        ("0.5", .number(0.5)), ("1.5e3", .number(1500)), ("1E3", .number(1000)), ("1e+3", .number(1000)),
        ("1e-3", .number(0.001)),
        ("1e0003", .number(1000)), ("0.1", .number(0.1)), ("-12.75", .number(-12.75)), ("1e308", .number(1e308)),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)), ("5e-324", .number(.leastNonzeroMagnitude)),
        ("2.2250738585072014e-308", .number(.leastNormalMagnitude)), ("1e-400", .number(0)),
        ("1e-99999999999999999999", .number(0)), ("0.000000000000000000000000000001", .number(1e-30)),
        ("123456789012345678901234567890.5", .number(123456789012345678901234567890.5)),
        ("9007199254740993", .integer(9_007_199_254_740_993)), ("9007199254740993.0", .number(9_007_199_254_740_992)),
        ("\"\"", .string("")), ("\"a\"", .string("a")),
        ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")),
        ("\"\\u0041\\u00e9\\u20AC\"", .string("Aé€")), ("\"\\ud83d\\ude00\"", .string("😀")),
        ("\"\\uDBFF\\uDFFF\"", .string("\u{10FFFF}")),
        ("\"\\u0000\"", .string("\0")), ("\"😀é€\"", .string("😀é€")), ("\"\u{7F}\"", .string("\u{7F}")),
        ("\"\u{FFFF}\"", .string("\u{FFFF}")),
        ("\"\u{FEFF}\"", .string("\u{FEFF}")), ("\"\u{2028}\"", .string("\u{2028}")),
        ("\"a\\u0062c\u{e9}\\n\"", .string("abc\u{e9}\n")),
        ("\"\\uFFFE\"", .string("\u{FFFE}")), ("\"//\"", .string("//")), ("\"[1,2\"", .string("[1,2")),
        ("[]", .array([])), ("[ ]", .array([])), ("[[]]", .array([.array([])])), ("[null]", .array([.null])),
        ("[null, null]", .array([.null, .null])),
        ("[1]", .numbers([1])), ("[1,2.5,-3e2]", .numbers([1, 2.5, -300])), ("[ 1 , 2 ]", .numbers([1, 2])),
        ("[null,1]", .numbers([.nan, 1])),
        ("[1,null]", .numbers([1, .nan])), ("[1,\"a\"]", .array([.integer(1), .string("a")])),
        ("[1.0,\"a\"]", .array([.number(1), .string("a")])),
        ("[null,\"a\"]", .array([.null, .string("a")])), ("[null,true]", .array([.null, .bool(true)])),
        ("[1,[2]]", .array([.integer(1), .numbers([2])])),
        ("[[1,2],[3,4]]", .array([.numbers([1, 2]), .numbers([3, 4])])),
        ("[\"a\",\"b\"]", .array([.string("a"), .string("b")])),
        ("[true,false]", .array([.bool(true), .bool(false)])), ("[{}]", .array([.object([:])])),
        ("[-0]", .numbers([-0.0])),
        ("[9007199254740993]", .numbers([9_007_199_254_740_992])), ("[1\n,\t2\r]", .numbers([1, 2])),
        ("{}", .object([:])), ("{ }", .object([:])), ("{\"a\":1}", .object(["a": 1])),
        ("{ \"a\" : 1 , \"b\" : null }", .object(["a": 1, "b": nil])),
        ("{\"\":0}", .object(["": 0])), ("{\"a\":{\"a\":[]}}", .object(["a": ["a": []]])),
        ("{\"a\":[1]}", .object(["a": .numbers([1])])),
        ("{\"b\":1,\"a\":2}", .object(["b": 1, "a": 2])), ("{\"\\u0061\":1}", .object(["a": 1])),
        ("{\"a\\u0000b\":1}", .object(["a\0b": 1])),
        // Canonically equivalent, but different bytes: two keys.
        ("{\"\u{e9}\":1,\"e\u{301}\":2}", .object(JSONObject([("\u{e9}", 1), ("e\u{301}", 2)]))),
    ]

    @Test func readsEachAsExpected() throws {
        for (text, expected) in Self.cases {
            let value: JSONValue
            do { value = try JSONParser.parse(Array(text.utf8)) } catch {
                Issue.record("\(text): \(error)")
                continue
            }
            #expect(value == expected, "\(text) was read as \(value)")
        }
        #expect(Self.cases.count >= 75)
    }

    @Test func keepsTheSignOfZero() throws {
        #expect(try JSONParser.parse("-0").asDouble?.sign == .minus)
        #expect(try JSONParser.parse("-0.0e5").asDouble?.sign == .minus)
        #expect(try JSONParser.parse("0").asDouble?.sign == .plus)
    }

    @Test func readsDownToTheDepthLimit() throws {
        for depth in [1, 64, 128] {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(throws: Never.self) { try JSONParser.parse(text) }
        }
        #expect(throws: Never.self) {
            try JSONParser.parse(String(repeating: "{\"a\":", count: 128) + "1" + String(repeating: "}", count: 128))
        }
        #expect(throws: JSONError(byteOffset: 128, detail: "nesting deeper than 128")) {
            try JSONParser.parse(String(repeating: "[", count: 100_000))
        }
        #expect(throws: JSONError(byteOffset: 512, detail: "nesting deeper than 512")) {
            try JSONParser.parse(String(repeating: "[", count: 1_000_000), depthMax: .max)
        }
        #expect(throws: JSONError.self) { try JSONParser.parse("[[1]]", depthMax: 1) }
        #expect(throws: Never.self) { try JSONParser.parse("1", depthMax: 0) }
    }

    @Test func accessorsAnswerOnlyTheirKind() throws {
        let value = try JSONParser.parse(
            #"{"s":"x","i":3,"d":2.5,"whole":4.0,"b":true,"n":null,"a":[1,null],"t":["p","q"],"big":1e300}"#)
        #expect(value["s"]?.asString == "x" && value["s"]?.asInt == nil)
        #expect(value["i"]?.asInt == 3 && value["i"]?.asDouble == 3)
        #expect(value["d"]?.asInt == nil && value["d"]?.asDouble == 2.5)
        #expect(value["whole"]?.asInt == 4 && value["big"]?.asInt == nil)
        #expect(value["b"]?.asBool == true && value["n"]?.isNull == true && value["missing"] == nil)
        #expect(
            value["a"]?.elements == [.number(1), .null] && value["a"]?[1] == .null && value["a"]?[2] == nil
                && value["a"]?[-1] == nil)
        #expect(value["t"]?.asStrings == ["p", "q"] && value["a"]?.asStrings == nil)
        #expect(value.object?.keys == ["s", "i", "d", "whole", "b", "n", "a", "t", "big"])
    }
}
