import JSON
import Testing

/// Texts that are not JSON, with the offset of the byte that says so.
@Suite struct JSONRejectTests {
    static let cases: [(String, Int)] = [
        ("", 0), (" ", 1), ("nul", 3), ("nulL", 3), ("True", 0), ("tru", 3), ("fals", 4), ("truee", 4), ("nan", 1),
        ("NaN", 0), ("Infinity", 0),
        ("-Infinity", 1), ("undefined", 0), ("1 2", 2), ("1,", 1), ("{}{}", 2), ("[]]", 2), ("null\0", 4), ("\0", 0),
        ("'a'", 0), ("/**/1", 0),
        ("1//", 1), ("\u{FEFF}1", 0), ("\u{A0}1", 0), ("\u{2028}1", 0), ("\u{B}1", 0), ("\u{C}1", 0),
        ("-", 1), ("+1", 0), ("01", 0), ("-01", 0), ("00", 0), ("1.", 2), ("-1.", 3), (".5", 0), ("-.5", 1),
        ("1.e1", 2), ("1e", 2), ("1e+", 3), ("1E-", 3),
        ("1e1.5", 3), ("1e 5", 2), ("0x10", 1), ("1_000", 1), ("1f", 1), ("--1", 1), ("- 1", 1), ("1.2.3", 3),
        ("1ee5", 2), ("1e999", 0), ("-1e999", 0), ("1e309", 0),
        ("1.7976931348623159e308", 0), ("[1e999]", 1), ("[1,2,1e400]", 5), ("[01]", 1), ("[1.]", 3), ("[-]", 2),
        ("[-1,-]", 5), ("１", 0),
        ("[", 1), ("]", 0), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,]", 1), ("[,1]", 1), ("[1,,2]", 3), ("[1 2]", 3),
        ("[1}", 2), ("[null,]", 6), ("[null", 5), ("[nul]", 4),
        ("[\"a\",]", 5), ("[\"a\"", 4), ("[\"a\" \"b\"]", 5), ("[1:2]", 2), ("[true,]", 6), ("[[]", 3), ("[NaN]", 1),
        ("[1,nan]", 4), ("[1,null", 7), ("[1;2]", 2),
        ("{", 1), ("}", 0), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,", 7), ("{\"a\":1,}", 7),
        ("{,}", 1), ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1),
        ("{\"a\" 1}", 5), ("{\"a\":1 \"b\":2}", 7), ("{\"a\",1}", 4), ("{\"a\":}", 5), ("{null:1}", 1),
        ("{\"a\":1]", 6), ("{\"a\"::1}", 5), ("{\"a\":1,,\"b\":2}", 7),
        ("{\"a\":1,\"a\":2}", 7), ("{\"a\":1,\"\\u0061\":2}", 7), ("{\"\":1,\"\":2}", 6),
        ("[{\"x\":{\"a\":1,\"a\":1}}]", 13),
        ("\"", 1), ("\"a", 2), ("\"\\", 2), ("\"\\\"", 3), ("\"\\x41\"", 2), ("\"\\a\"", 2), ("\"\\'\"", 2),
        ("\"\\0\"", 2), ("\"\\u\"", 3), ("\"\\u12\"", 5), ("\"\\u123g\"", 6),
        ("\"\\u", 3), ("\"\\u00", 5), ("\"\\U0041\"", 2), ("\"\\ud800\"", 1), ("\"\\udc00\"", 1),
        ("\"\\ud800\\ud800\"", 1), ("\"\\ud800x\"", 1), ("\"\\ud800\\n\"", 1),
        ("\"\\ud800\\u0041\"", 1), ("\"\\udc00\\ud800\"", 1), ("\"\\ud83d\\u\"", 9), ("\"\n\"", 1), ("\"\t\"", 1),
        ("\"\0\"", 1), ("\"a\u{1F}\"", 2), ("\"\\n\u{1}\"", 3), ("{\"\n\":1}", 2),
        ("\"a\" \"b\"", 4), ("[\"\\u+123\"]", 4),
    ]

    static let byteCases: [([UInt8], Int)] = [
        ([0x22, 0x80, 0x22], 1), ([0x22, 0xFF, 0x22], 1), ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xC1, 0xBF, 0x22], 1),
        ([0x22, 0xC3, 0x22], 1), ([0x22, 0xC3, 0x28, 0x22], 1),
        ([0x22, 0xE0, 0x80, 0x80, 0x22], 1), ([0x22, 0xE0, 0x9F, 0xBF, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
        ([0x22, 0xED, 0xBF, 0xBF, 0x22], 1),
        ([0x22, 0xE2, 0x82, 0x22], 1), ([0x22, 0xE2, 0x28, 0xA1, 0x22], 1), ([0x22, 0xF0, 0x80, 0x80, 0x80, 0x22], 1),
        ([0x22, 0xF0, 0x8F, 0xBF, 0xBF, 0x22], 1),
        ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1),
        ([0x22, 0xF0, 0x9F, 0x98, 0x22], 1), ([0x22, 0x61, 0x62, 0xBF, 0x22], 3),
        ([0x22, 0x5C, 0x6E, 0xFE, 0x22], 3), ([0x22, 0xE9, 0x5C, 0x6E, 0x22], 1),
        ([0x22, 0xC3, 0xA9, 0x5C, 0x6E, 0xE9, 0x22], 5), ([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], 2),
        // UTF-16 in both orders, UTF-32, a truncated byte order mark, and a lone continuation.
        ([0xFF, 0xFE, 0x31, 0x00], 0), ([0xFE, 0xFF, 0x00, 0x31], 0), ([0x31, 0x00], 1), ([0x00, 0x31], 0),
        ([0xEF, 0xBB, 0xBF], 0), ([0xEF, 0xBB], 0), ([0x80], 0), ([0x5B, 0xFF, 0x5D], 1),
    ]

    @Test func refusesEachAtItsByte() {
        for (bytes, offset) in Self.cases.map({ (Array($0.0.utf8), $0.1) }) + Self.byteCases {
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                let value = try JSONParser.parse(bytes)
                Issue.record("\(text.debugDescription) was read as \(value)")
            } catch {
                #expect(error.byteOffset == offset, "\(text.debugDescription): \(error)")
                #expect(error.byteOffset <= bytes.count && !error.detail.isEmpty)
            }
        }
        #expect(Self.cases.count + Self.byteCases.count >= 160)
    }

    /// Line, column and the value that is being read, beside the byte; and what would be right.
    @Test(arguments: [
        (#"{"sequences":[[NaN]]}"#, "at byte 15 (line 1, column 16, /sequences/0/0): expected a value, found 'N'; NaN"),
        ("[1,\n -Infinity]", "at byte 6 (line 2, column 3, /1): expected a digit, found 'I'; -Infinity"),
        ("[nan]", "at byte 2 (line 1, column 3, /0): expected the rest of 'null', found 'a'; nan"),
        ("{\"a\":\n\n  None}", "at byte 9 (line 3, column 3, /a): expected a value, found 'N'; None"),
    ])
    func missingValues(_ text: String, _ start: String) {
        #expect(description(text) == "\(start) is not JSON: write null for a missing value")
    }

    private func description(_ text: String) -> String {
        do {
            return "read as \(try JSONParser.parse(text))"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("[True]", "at byte 1 (line 1, column 2, /0): expected a value, found 'T'; write true"),
        ("['a']", "at byte 1 (line 1, column 2, /0): expected a value, found '''; texts stand in double quotes"),
        (
            "[1,\n]",
            "at byte 4 (line 2, column 1, /1): expected a value, found ']'; nothing follows the comma before it"
        ),
        (
            #"{"é~/\"":{"b":[0,{"c":1},x]}}"#,
            "at byte 26 (line 1, column 26, /é~0~1\"/b/2): expected a value, found 'x'"
        ),
        ("{\"a\":1 \"b\":2}", "at byte 7 (line 1, column 8, /a): expected ',' or '}', found '\"'"),
        ("{\"a\":1,", "at byte 7 (line 1, column 8): the text ends where a key in double quotes is expected"),
        ("[[1],[2,[", "at byte 9 (line 1, column 10, /1/1/0): the text ends where a value is expected"),
    ])
    func placesAreNamed(_ text: String, _ expected: String) { #expect(description(text) == expected) }

    /// What looks like a character of JSON, or like nothing.
    @Test(arguments: [
        ("{“a”:1}", "found U+201C LEFT DOUBLE QUOTATION MARK; write \""),
        ("[1,\u{200B}2]", "found U+200B ZERO WIDTH SPACE; it cannot be seen, and has to go"),
        ("[1,\u{FEFF}2]", "found U+FEFF ZERO WIDTH NO-BREAK SPACE (byte order mark); it cannot be seen, and has to go"),
        ("[1,\u{A0}2]", "found U+00A0 NO-BREAK SPACE; white space is space, tab and line end"),
        ("[1２]", "found U+FF12 FULLWIDTH DIGIT TWO; write 2"), ("[−1]", "found U+2212 MINUS SIGN; write -"),
        ("[1，2]", "found U+FF0C FULLWIDTH COMMA; write ,"),
        ("[ｎull]", "found U+FF4E FULLWIDTH LATIN SMALL LETTER N; write n"),
        ("[1,é]", "found U+00E9 LATIN SMALL LETTER E WITH ACUTE"),
    ])
    func charactersBeyondASCIIAreNamed(_ text: String, _ end: String) {
        #expect(description(text).hasSuffix(end), "\(description(text))")
    }

    /// Many keys, whether distinct, repeated at the end, or all canonically equivalent, take linear time.
    @Test func duplicateKeysAreFoundAmongMany() throws {
        func keys(_ count: Int) -> [String] { (0..<count).map { "\"k\($0)\":1" } }
        func object(_ members: [String]) -> String { "{" + members.joined(separator: ",") + "}" }
        func equivalent(bits: Int) -> [String] {
            (0..<1 << bits).map { number in
                "\"" + (0..<bits).map { number >> $0 & 1 == 0 ? "\u{e9}" : "e\u{301}" }.joined() + "\":1"
            }
        }
        #expect(try JSONParser.parse(object(keys(50_000))).object?.count == 50_000)
        #expect(throws: JSONError.self) { try JSONParser.parse(object(keys(50_000) + ["\"k7\":2"])) }
        #expect(try JSONParser.parse(object(equivalent(bits: 14))).object?.count == 1 << 14)
        let distinct = try costGrowth(size: 2_000) {
            object(keys($0))
        } _: {
            _ = try JSONParser.parse($0)
        }
        let alike = try costGrowth(size: 1_024) {
            object(Array(equivalent(bits: 14).prefix($0)))
        } _: {
            _ = try JSONParser.parse($0)
        }
        #expect(distinct < linearGrowthMax && alike < linearGrowthMax)
    }
}
