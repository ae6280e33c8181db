import JSON
import TestSupport
import Testing

@Suite struct JSONRoundTripTests {
    /// A random value that the parser would read as exactly this.
    static func random(_ generator: inout SplitMix, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0..<64, using: &generator))
        case 3:
            let value = Double(bitPattern: generator.next())
            return .number(value.isFinite ? value : 0.5)
        case 4: return .string(randomString(&generator))
        case 5, 6:
            return .array(
                [.string("a")]
                    + (0..<Int.random(in: 0..<5, using: &generator)).map { _ in random(&generator, depth: depth - 1) })
        case 7:
            var numbers = (0..<Int.random(in: 0..<9, using: &generator)).map { _ in
                let value = Double(bitPattern: generator.next())
                return value.isFinite ? value : .nan
            }
            numbers.append(Double(Int.random(in: -1000...1000, using: &generator)))
            return .numbers(numbers)
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<12, using: &generator) {
                object[randomString(&generator)] = random(&generator, depth: depth - 1)
            }
            return .object(object)
        }
    }

    static func randomString(_ generator: inout SplitMix) -> String {
        var string = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            let limit: UInt32 = [0x20, 0x80, 0x800, 0x11_0000][Int.random(in: 0..<4, using: &generator)]
            string.append(Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator)) ?? "\u{FFFD}")
        }
        return String(string)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var generator = SplitMix(state: 4)
        for _ in 0..<5_000 {
            let value = Self.random(&generator, depth: 4)
            #expect(try JSONParser.parse(value.bytes) == value, "\(value.text)")
        }
    }

    @Test func writesCompactly() {
        let value: JSONValue = [
            "a": 1, "b": [true, nil, "x\"\\\n\u{1}/é"], "c": JSONValue([1.0, .nan, 2.5, .infinity, -0.0]), "d": 0.1,
            "e": JSONValue(Float(0.1)),
            "f": .number(.nan), "g": [:], "h": [], "i": JSONValue([Float(0.3), 2]), "j": 1e-7,
            "k": JSONValue(nil as String?),
        ]
        #expect(
            value.text
                == #"{"a":1,"b":[true,null,"x\"\\\n\u0001/é"],"c":[1,null,2.5,null,-0.0],"d":0.1,"e":0.1,"f":null,"#
                + #""g":{},"h":[],"i":[0.3,2],"j":1e-07,"k":null}"#
        )
        #expect(JSONValue(["b": 1.0, "a": 2.0]).text == #"{"a":2.0,"b":1.0}"#)
        var bytes: [UInt8] = []
        JSONWriter.append(Float(0.3), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "0.3")
    }

    @Test func everyFloatComesBackAsItself() throws {
        var generator = SplitMix(state: 5)
        for _ in 0..<20_000 {
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            guard float.isFinite else { continue }
            let read = try JSONParser.parse(JSONValue(float).bytes).asDouble
            #expect(read.map { Float($0) } == float)
        }
    }

    @Test func objectsAreEditedInPlace() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = nil
        object["b"] = nil
        object.append("d", "x")
        object.merge(["a": 4, "e": 5])
        #expect(object.text == #"{"a":4,"d":"x","e":5}"#)
    }

    @Test func pointers() throws {
        #expect(JSONPointer.appending("a/b~c", to: "/x") == "/x/a~1b~0c" && JSONPointer.appending(3, to: "") == "/3")
        #expect(
            JSONPointer.tokens("/a~1b/~01") == ["a/b", "~1"] && JSONPointer.tokens("a") == nil
                && JSONPointer.tokens("/~2") == nil && JSONPointer.tokens("/~") == nil)
        let value = try JSONParser.parse(#"{"a/b":[10,{"":"deep"}],"n":[1,2]}"#)
        #expect(
            value.value(at: "/a~1b/1/")?.asString == "deep" && value.value(at: "/n/1")?.asInt == 2
                && value.value(at: "") == value)
        #expect(
            value.value(at: "/n/01") == nil && value.value(at: "/n/-1") == nil
                && value.value(at: "/n/99999999999999999999") == nil && value.value(at: "/n/") == nil)
    }
}
