import CDecimal
import System
import JSON
import TestSupport
import Testing

/// Numbers as they are written, beside Swift's own descriptions; and the tables below.
@Suite struct DecimalTests {
    #if DEBUG
    private static let caseCount = 24_000
    #else
    private static let caseCount = 5_000_000
    #endif

    private static func text(_ value: Double) -> String {
        var bytes: [UInt8] = []
        JSONWriter.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func text(_ value: Float) -> String {
        var bytes: [UInt8] = []
        JSONWriter.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// As an element of `.numbers`.
    private static func short(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let text = value.description
        let isInteger = value.magnitude < 0x1p53 && text.hasSuffix(".0") && text != "-0.0"
        return isInteger ? String(text.dropLast(2)) : text
    }

    /// Alone and in an array.
    private func check(_ values: [Double]) {
        let array = String(JSONValue.numbers(values).text.dropFirst().dropLast()).split(separator: ",")
        #expect(array.count == values.count)
        for (value, element) in zip(values, array) {
            if element != Self.short(value) { Issue.record("\(element) instead of \(Self.short(value))") }
            let alone = value.isFinite ? value.description : "null"
            if Self.text(value) != alone { Issue.record("\(Self.text(value)) instead of \(alone)") }
        }
    }

    @Test func randomBitPatterns() {
        var generator = SplitMix(state: 21)
        for _ in 0..<Self.caseCount / 10_000 {
            check((0..<10_000).map { _ in Double(bitPattern: generator.next()) })
        }
    }

    /// Values near 1, short decimals, floats, halves and quarters, whole numbers of every size.
    @Test func usualNumbers() {
        var generator = SplitMix(state: 22)
        for _ in 0..<Self.caseCount / 12_000 {
            check(
                (0..<2_000).flatMap { _ in
                    let value = Double.random(in: -2...2, using: &generator)
                    let bits = Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0..<64, using: &generator)
                    let scale = pow10(Int.random(in: 0...17, using: &generator))
                    return [
                        value, Double(Int(value * 1e6)) / scale, Double(Float(value * 100)), Double(bits),
                        Double(bits % (1 << 53)) / Double(1 << Int.random(in: 0...40, using: &generator)),
                        Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))),
                    ]
                })
        }
    }

    private func pow10(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { value, _ in value * 10 } }

    /// Powers of two and of ten with both neighbours: the interval of a power of two is narrower below it.
    @Test func powersAndTheirNeighbours() {
        var values: [Double] = [0, -0.0, .infinity, -.infinity, .nan, .greatestFiniteMagnitude, 1e22, 1e23]
        for exponent in -1074...1023 { values.append(Double(sign: .plus, exponent: exponent, significand: 1)) }
        for exponent in -323...308 { values.append(strtod("1e\(exponent)", nil)) }
        for base in [0x1p51, 0x1p52, 0x1p53, 0x1p54] { values += (-3...3).map { base + Double($0) } }
        values += values.flatMap { [$0.nextUp, $0.nextDown] }
        // Subnormal numbers of few bits, which have few digits.
        values += (1...2_000).map { Double(bitPattern: $0) }
        values += (0...54).map { 0.5 + Double(UInt64(1) << $0) }
        check(values + values.map { -$0 })
    }

    @Test func floats() throws {
        var generator = SplitMix(state: 23)
        var values: [Float] = [0, -0.0, .infinity, .nan, 0x1p24, 0x1p24 + 2, 0x1p24 - 1, 0.1, .leastNonzeroMagnitude]
        for exponent in -149...127 {
            let power = Float(sign: .minus, exponent: exponent, significand: 1)
            values += [power, power.nextUp, power.nextDown]
        }
        for _ in 0..<Self.caseCount { values.append(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))) }
        for value in values {
            let expected = value.isFinite ? value.description : "null"
            if Self.text(value) != expected { Issue.record("\(Self.text(value)) instead of \(expected)") }
            let whole = Int32(exactly: value).map { Double(value == 0 ? value : Float($0)) }
            guard value.isFinite, let double = whole ?? Double(value.description) else { continue }
            let shortest = JSONValue.shortest(value)
            if shortest.bitPattern != double.bitPattern { Issue.record("\(shortest) instead of \(double)") }
        }
    }

    @Test func integers() {
        var values = [0, 1, -1, .max, .min, .max - 1, .min + 1]
        var power = 1
        for _ in 0...18 {
            values += [power - 1, power, power + 1, -power + 1, -power, -power - 1]
            (power, _) = power.multipliedReportingOverflow(by: 10)
        }
        var generator = SplitMix(state: 24)
        for _ in 0..<Self.caseCount / 4 {
            values.append(Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0..<64, using: &generator))
        }
        values += 0..<11_000
        #expect(JSONValue(values).text == "[" + values.map(\.description).joined(separator: ",") + "]")
    }

    /// Some of the published table's values, and what Schubfach relies on when it rounds up.
    @Test func powersOfTen() {
        let tables = UnsafeMutablePointer<cd_tables>.allocate(capacity: 1)
        defer { tables.deallocate() }
        cd_fill(tables)
        let published: [(Int, UInt64, UInt64)] = [
            (-342, 0xEEF4_53D6_923B_D65A, 0x113F_AA29_06A1_3B3F), (-341, 0x9558_B466_1B65_65F8, 0x4AC7_CA59_A424_C507),
            (-1, 0xCCCC_CCCC_CCCC_CCCC, 0xCCCC_CCCC_CCCC_CCCD), (0, 1 << 63, 0), (1, 0xA000_0000_0000_0000, 0),
            (308, 0x8E67_9C2F_5E44_FF8F, 0x570F_09EA_A7EA_7648),
        ]
        withUnsafeBytes(of: &tables.pointee.powers) { bytes in
            let powers = bytes.bindMemory(to: cd_power.self)
            for (exponent, high, low) in published {
                let power = powers[exponent - CD_EXPONENT_MIN]
                #expect(power.high == high && power.low == low, "10^\(exponent)")
            }
            #expect(powers.allSatisfy { $0.high >> 63 == 1 && $0.low != .max })
        }
    }
}
