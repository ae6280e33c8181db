import System
import JSON
import TestSupport
import Testing

/// Decimals at, just below and just above the middle between two neighbouring doubles, with all their digits.
@Suite struct HalfwayTests {
    /// The digits of an odd number times 5^count, which are those of the number divided by 2^count.
    private func digits(_ number: UInt64, timesFives count: Int) -> [UInt8] {
        var digits = String(number).utf8.reversed().map { $0 - UInt8(ascii: "0") }
        for _ in 0..<count {
            var carry = 0
            for index in digits.indices {
                let product = Int(digits[index]) * 5 + carry
                digits[index] = UInt8(product % 10)
                carry = product / 10
            }
            if carry > 0 { digits.append(UInt8(carry)) }
        }
        return digits.reversed()
    }

    private func check(_ text: String, _ expected: Double) throws {
        for text in ["[" + text + "]", "[" + text + String(repeating: " ", count: 900) + "]"] {
            guard case .numbers(let read) = try JSONParser.parse(text) else {
                Issue.record("not read as numbers")
                continue
            }
            if read != [expected] { Issue.record("\(text): \(read) instead of \(expected)") }
        }
    }

    /// The middle goes to the even one.
    @Test func middles() throws {
        var generator = SplitMix(state: 31)
        for round in 0..<60 {
            let fraction = generator.next() & ((1 << 52) - 1)
            // Subnormal, the least normal ones, usual ones, large fractions.
            let exponent: UInt64 = [0, 1, 2, 1000, 1022, 1023, 1060, 1074][round % 8]
            let value = Double(bitPattern: exponent << 52 | fraction)
            let c = exponent == 0 ? fraction : fraction | 1 << 52
            let count = 1074 - Int(max(exponent, 1) - 1) + 1
            let middle = digits(2 * c + 1, timesFives: count).map { String($0) }.joined()
            let even = fraction & 1 == 0 ? value : value.nextUp
            #expect(strtod("\(middle)e-\(count)", nil) == even)
            try check("\(middle)e-\(count)", even)
            try check("\(middle)0001e-\(count + 4)", value.nextUp)
            try check("\(middle.dropLast())4999e-\(count + 3)", value)
            try check("0.000\(middle)e\(3 - count + middle.utf8.count)", even)
        }
    }

    /// Between whole numbers beyond 2^53, with up to nineteen digits.
    @Test func wholeMiddles() throws {
        var generator = SplitMix(state: 32)
        for _ in 0..<4_000 {
            let shift = Int.random(in: 1...10, using: &generator)
            let c = UInt64.random(in: 1 << 52..<1 << 53, using: &generator)
            let middle = (2 * c + 1) << UInt64(shift - 1)
            for number in [middle - 1, middle, middle + 1] where number <= 9_999_999_999_999_999_999 {
                let count = String(number).count
                for text in ["\(number)", "\(number).0", "\(number)e0", "\(number)0e-1", "0.\(number)e\(count)"] {
                    try check(text, strtod(text, nil))
                }
            }
        }
    }
}
