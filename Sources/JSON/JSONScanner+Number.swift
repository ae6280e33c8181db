import CDecimal
import System

/// A number whose grammar and range have been checked.
enum ScannedNumber {
    case integer(Int)
    case double(Double)

    @inline(__always)
    var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        }
    }

    var value: JSONValue {
        switch self {
        case .integer(let value): .integer(value)
        case .double(let value): .number(value)
        }
    }
}

extension JSONScanner {
    /// More digits than these do not fit `UInt64`; the rest only moves the exponent.
    private static var digitsMax: Int { 19 }
    /// Exponents are counted up to here: far beyond any text's length, far below overflow.
    private static var exponentMax: Int { 1_000_000_000_000 }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, correctly rounded.
    ///
    /// Byte by byte, and with every fault: the twin of `cd_read` for what that leaves.
    mutating func number() throws(JSONError) -> ScannedNumber {
        let start = position
        var index = start
        let isNegative = byte(at: index) == UInt8(ascii: "-")
        if isNegative { index += 1 }

        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var isTruncated = false
        var isInteger = true

        var digit = byte(at: index) &- UInt8(ascii: "0")
        if digit > 9 {
            position = index
            throw unexpected("a digit")
        }
        if digit == 0 {
            index += 1
            if byte(at: index) &- UInt8(ascii: "0") <= 9 {
                throw JSONError(byteOffset: start, detail: "a number must not have leading zeros")
            }
        } else {
            repeat {
                if digits < Self.digitsMax {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    digits += 1
                } else {
                    isTruncated = true
                    exponent += 1
                }
                index += 1
                digit = byte(at: index) &- UInt8(ascii: "0")
            } while digit <= 9
        }

        if byte(at: index) == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            digit = byte(at: index) &- UInt8(ascii: "0")
            if digit > 9 {
                position = min(index, count)
                throw unexpected("a digit after the decimal point")
            }
            repeat {
                if digits < Self.digitsMax {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    exponent -= 1
                    if mantissa != 0 { digits += 1 }
                } else {
                    isTruncated = true
                }
                index += 1
                digit = byte(at: index) &- UInt8(ascii: "0")
            } while digit <= 9
        }

        if byte(at: index) | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            exponent += try writtenExponent(&index)
        }
        position = index
        if isInteger, !isTruncated, let value = Self.integer(mantissa, isNegative) { return .integer(value) }
        let magnitude = nearest(mantissa, exponent, isTruncated: isTruncated, from: start)
        guard magnitude.isFinite else { throw JSONError(byteOffset: start, detail: "the number is too large") }
        return .double(isNegative ? -magnitude : magnitude)
    }

    /// mantissa · 10^exponent, correctly rounded. Digits that were cut off count only where the next larger mantissa
    /// rounds to another number.
    private func nearest(_ mantissa: UInt64, _ exponent: Int, isTruncated: Bool, from start: Int) -> Double {
        let value = cd_nearest(mantissa, exponent, tables)
        guard isTruncated, value != cd_nearest(mantissa + 1, exponent, tables) else { return value }
        return roundedByLibrary(from: start, to: position)
    }

    /// The exponent behind the "e" at `index`, which goes to its end.
    @inline(__always)
    private mutating func writtenExponent(_ index: inout Int) throws(JSONError) -> Int {
        index += 1
        let sign = byte(at: index)
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
        var digit = byte(at: index) &- UInt8(ascii: "0")
        if digit > 9 {
            position = min(index, count)
            throw unexpected("a digit of the exponent")
        }
        var written = 0
        repeat {
            if written < Self.exponentMax { written = written * 10 + Int(digit) }
            index += 1
            digit = byte(at: index) &- UInt8(ascii: "0")
        } while digit <= 9
        return sign == UInt8(ascii: "-") ? -written : written
    }

    /// Nil for −0, which only `Double` has, and where it does not fit.
    @inline(__always)
    private static func integer(_ mantissa: UInt64, _ isNegative: Bool) -> Int? {
        if mantissa <= UInt64(Int.max) && !(isNegative && mantissa == 0) {
            let value = Int(truncatingIfNeeded: mantissa)
            return isNegative ? -value : value
        }
        return isNegative && mantissa == UInt64(Int.max) + 1 ? Int.min : nil
    }

    /// The magnitude, by `strtod` over a NUL-terminated copy of the checked text. It rounds to nearest and its time is
    /// linear.
    @inline(never)
    private func roundedByLibrary(from start: Int, to end: Int) -> Double {
        let size = end - start
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size + 1) { copy in
            // SAFETY: the copy has size + 1 elements; base[start..<end] was scanned before.
            for offset in 0..<size { copy[offset] = CChar(bitPattern: base[start + offset]) }
            copy[size] = 0
            return copy.baseAddress.map { strtod($0, nil).magnitude } ?? .infinity
        }
    }
}
