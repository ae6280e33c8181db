import Kernels
import ModelFiles
import System
import TestSupport
import Testing

@Suite struct SafeTensorsTests {
    static let tensors = [
        NamedTensor(name: "rnn.weight_ih_l0", shape: [2, 3], values: [1, -2.5, 3, .pi, -0.0, .leastNonzeroMagnitude]),
        NamedTensor(name: "head.bias", shape: [1], values: [.greatestFiniteMagnitude]),
        NamedTensor(name: "scalar", shape: [], values: [7]), NamedTensor(name: "empty", shape: [0, 4], values: []),
        NamedTensor(name: "naïve \"\\\n\u{1}😀", shape: [2], values: [0, 1]),
    ]

    static func file(_ header: String, data: Int = 0) -> [UInt8] {
        file(header, Array(repeating: 0, count: data))
    }
    static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
        let text = Array(header.utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let metadata = ["format": "pt", "a": "\"quoted\"\u{0}"]
        let bytes = try SafeTensors.encode(Self.tensors, metadata: metadata)
        let read = try SafeTensors.decode(bytes)
        #expect(read.tensors == Self.tensors && read.metadata == metadata)
        #expect(
            try SafeTensors.encode(Self.tensors, metadata: metadata) == bytes, "the same content has the same bytes")
        let headerSize = bytes[0..<8].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        #expect(headerSize % 8 == 0 && bytes[8] == UInt8(ascii: "{"))
        let none = try SafeTensors.decode(try SafeTensors.encode([]))
        #expect(none.tensors.isEmpty && none.metadata.isEmpty)
        let files = try TemporaryDirectory()
        try SafeTensors.write(Self.tensors, metadata: metadata, to: files.path + "/w")
        #expect(try SafeTensors.read(path: files.path + "/w", sizeBytesMax: 1 << 20).tensors == Self.tensors)
        #expect(throws: FileError.tooLarge(path: files.path + "/w", sizeBytes: bytes.count, sizeBytesMax: 9)) {
            try SafeTensors.read(path: files.path + "/w", sizeBytesMax: 9)
        }
    }

    @Test func bytesAreThoseOfTheReferenceImplementation() throws {
        let bytes = try SafeTensors.encode([NamedTensor(name: "a", shape: [1], values: [1])])
        let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        #expect(bytes == Self.file(padded, [0, 0, 0x80, 0x3F]))
    }

    @Test func otherTypesBecomeFloats() throws {
        // 1, -2, smallest subnormal, infinity as F16; 1, -2 as BF16; 0.1, 1e300 as F64.
        let data: [UInt8] = [
            0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0x00, 0x7C, 0x80, 0x3F, 0x00, 0xC0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99,
            0xB9, 0x3F, 0x9C, 0x75, 0x00, 0x88, 0x3C, 0xE4, 0x37, 0x7E,
        ]
        let header =
            #"{"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[8,"#
            + #"12]},"d":{"data_offsets":[12,28],"dtype":"F64","shape":[2]}}"#
        let read = try SafeTensors.decode(Self.file(header, data)).tensors
        #expect(read.map(\.values) == [[1, -2, 0x1p-24, .infinity], [1, -2], [0.1, .infinity]])
    }

    @Test func everyHalfIsConvertedExactly() throws {
        let data = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let header = #"{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}"#
        let values = try #require(try SafeTensors.decode(Self.file(header, data)).tensors.first).values
        for bits in 0...UInt16.max {
            let value = values[Int(bits)]
            let exponent = Int(bits >> 10 & 31)
            let fraction = Double(bits & 0x3FF)
            if exponent == 31 {
                #expect(fraction == 0 ? value.isInfinite : value.isNaN)
            } else {
                var expected = exponent == 0 ? fraction * 0x1p-24 : 1024 + fraction
                for _ in 0..<abs(exponent - 25) where exponent > 0 { expected *= exponent > 25 ? 2 : 0.5 }
                if Double(value) != (bits >> 15 == 1 ? -expected : expected)
                    || (value.sign == .minus) != (bits >> 15 == 1)
                {
                    Issue.record("\(bits)")
                }
            }
        }
    }

    private typealias HostileCase = (name: String, bytes: [UInt8])
    private static let fields = #""dtype":"F32","shape":[1]"#

    private static let outsides: [HostileCase] = [
        ("nothing", []), ("short", [1, 2, 3]), ("size of 2^64-1", Array(repeating: 0xFF, count: 16)),
        ("negative size", [0, 0, 0, 0, 0, 0, 0, 0x80]),
        ("over 16 MB", [1, 0, 0, 1, 0, 0, 0, 0] + Array(repeating: 0x20, count: 1 << 24 + 1)),
        ("header behind the file", [9, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]),
        ("empty header", file("")), ("no object", file("[]")), ("null", file("null")),
        ("unclosed", file("{")),
        ("trailing comma", file("{\"a\":{\(fields),\"data_offsets\":[0,4]},}", data: 4)),
        ("two objects", file("{}{}")), ("NUL padding", file("{}\0\0")),
    ]

    private static let layouts: [HostileCase] = [
        ("data without tensors", file("{}", data: 4)),
        ("hole at the start", file("{\"a\":{\(fields),\"data_offsets\":[4,8]}}", data: 8)),
        ("hole at the end", file("{\"a\":{\(fields),\"data_offsets\":[0,4]}}", data: 8)),
        (
            "hole between",
            file("{\"a\":{\(fields),\"data_offsets\":[0,4]},\"b\":{\(fields),\"data_offsets\":[8,12]}}", data: 12)
        ),
        (
            "overlap",
            file("{\"a\":{\(fields),\"data_offsets\":[0,4]},\"b\":{\(fields),\"data_offsets\":[2,6]}}", data: 6)
        ),
        (
            "shared data",
            file("{\"a\":{\(fields),\"data_offsets\":[0,4]},\"b\":{\(fields),\"data_offsets\":[0,4]}}", data: 4)
        ),
        ("behind the file", file("{\"a\":{\(fields),\"data_offsets\":[0,4]}}", data: 3)),
        ("backwards", file("{\"a\":{\(fields),\"data_offsets\":[4,0]}}", data: 4)),
        ("wrong size", file("{\"a\":{\(fields),\"data_offsets\":[0,8]}}", data: 8)),
    ]

    private static let shapes: [HostileCase] = [
        ("unread type", file("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", data: 8)),
        ("unknown type", file("{\"a\":{\"dtype\":\"X\",\"shape\":[1],\"data_offsets\":[0,8]}}", data: 8)),
        (
            "overflowing shape",
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}")
        ),
        (
            "overflow hidden by zero",
            file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}}")
        ),
        (
            "huge shape",
            file(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000000],\"data_offsets\":[0,4000000000000]}}", data: 4)
        ),
        ("negative axis", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", data: 4)),
        ("fraction", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", data: 4)),
        (
            "integer beyond Int64",
            file(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", data: 4)
        ),
        ("leading zero", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}}", data: 4)),
    ]

    private static let members: [HostileCase] = [
        ("one offset", file("{\"a\":{\(fields),\"data_offsets\":[0]}}", data: 4)),
        ("three offsets", file("{\"a\":{\(fields),\"data_offsets\":[0,4,4]}}", data: 4)),
        ("no type", file("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", data: 4)),
        ("no shape", file("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", data: 4)),
        ("extra member", file("{\"a\":{\(fields),\"data_offsets\":[0,4],\"x\":[1]}}", data: 4)),
        ("type twice", file("{\"a\":{\(fields),\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", data: 4)),
        (
            "name twice",
            file("{\"a\":{\(fields),\"data_offsets\":[0,4]},\"a\":{\(fields),\"data_offsets\":[4,8]}}", data: 8)
        ),
        (
            "name twice by escape",
            file("{\"a\":{\(fields),\"data_offsets\":[0,4]},\"\\u0061\":{\(fields),\"data_offsets\":[4,8]}}", data: 8)
        ), ("metadata twice", file(#"{"__metadata__":{},"__metadata__":{}}"#)),
        ("metadata of numbers", file(#"{"__metadata__":{"a":1}}"#)),
        ("metadata key twice", file(#"{"__metadata__":{"a":"1","a":"2"}}"#)),
        ("no UTF-8", [5, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF, 0x22, 0x7D]),
        ("lone surrogate", file(#"{"__metadata__":{"\ud800":"1"}}"#)),
        ("surrogate and more", file(#"{"__metadata__":{"\ud800x":"1"}}"#)),
        ("bad escape", file(#"{"__metadata__":{"\x":"1"}}"#)), ("escape at the end", file("{\"\\")),
        ("deep nesting", file(String(repeating: "{\"a\":", count: 100_000))),
        ("deep arrays", file("{\"a\":" + String(repeating: "[", count: 100_000))),
    ]

    @Test func hostileHeadersAreRefused() throws {
        for (name, bytes) in Self.outsides + Self.layouts + Self.shapes + Self.members {
            do {
                _ = try SafeTensors.decode(bytes, path: "f")
                Issue.record("\(name) was read")
            } catch {
                guard case .damaged(path: "f", _) = error else { Issue.record("\(name): \(error)"); continue }
            }
        }
        #expect(throws: FileError.self) {
            try SafeTensors.encode([], metadata: ["x": String(repeating: "y", count: SafeTensors.headerSizeBytesMax)])
        }
    }

    /// Damaged files: an answer or a refusal, never a trap.
    @Test func truncatedAndFlipped() throws {
        var generator = SplitMix(state: 2)
        let bytes = try SafeTensors.encode(Self.tensors, metadata: ["k": "v\u{1}"])
        for size in 0..<bytes.count {
            #expect(throws: FileError.self) { try SafeTensors.decode(Array(bytes[..<size])) }
        }
        for _ in 0..<30_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            do throws(FileError) { _ = try SafeTensors.decode(damaged) } catch {
                guard case .damaged = error else { Issue.record("\(error)"); continue }
            }
        }
    }
}

extension SafeTensorsTests {
    /// Counters and flags stand beside weights in the files of many frameworks: they are listed, and not read.
    @Test func otherTypesAreListed() throws {
        let header =
            #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"n":{"dtype":"I64","shape":[],"data_offsets":[4,"#
            + #"12]},"m":{"dtype":"BOOL","shape":[3],"data_offsets":[12,15]},"q":{"dtype":"F4","shape":[2],"#
            + #""data_offsets":[15,16]},"new":{"dtype":"X9","shape":[5],"data_offsets":[16,19]},"d":{"dtype":"F64","#
            + #""shape":[1],"data_offsets":[19,27]}}"#
        let file = try SafeTensorsFile(Self.file(header, data: 27))
        #expect(file.entries.map(\.type) == ["F32", "I64", "BOOL", "F4", "X9", "F64"])
        #expect(file.entries.map { file.tensor($0)?.values } == [[0], nil, nil, nil, nil, [0]])
        #expect(file.entries.map(\.isExact) == [true, true, true, true, true, false])
        // What is known of a type is still checked.
        for (type, shape, size) in [("I64", "[]", 4), ("BOOL", "[3]", 4), ("F4", "[3]", 2), ("C64", "[1]", 16)] {
            let text = #"{"a":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[0,\#(size)]}}"#
            #expect(throws: FileError.self, "\(type)") { try SafeTensorsFile(Self.file(text, data: size)) }
        }
    }
}
