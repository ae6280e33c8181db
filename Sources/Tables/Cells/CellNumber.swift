import JSON

/// Reads cells that are numbers, as a dialect writes them.
package struct CellNumber: Sendable {
    private let decimalMark: UInt8
    private let thousandsMark: UInt8?

    /// - Parameter dialect: its marks count.
    package init(_ dialect: Dialect) {
        decimalMark = dialect.decimalMark
        thousandsMark = dialect.thousandsMark
    }

    /// The nearest double, ties to even; nil for what is not a number, and for one without end. A percent sign behind
    /// it is passed over: 12 % are 12.
    package func read(_ cell: UnsafeBufferPointer<UInt8>) -> Double? { plain(cell) ?? any(cell) }

    /// The number that a text is.
    func read(_ text: String) -> Double? {
        var text = text
        return text.withUTF8 { read($0) }
    }

    /// Nearly all numbers of tables: digits, perhaps with a minus before and the decimal mark between them, no more
    /// than fit into 64 bits whatever they are. Nil for others.
    // SAFETY: reads the bytes of the cell below its count.
    @inline(__always)
    private func plain(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let bytes = cell.baseAddress, 1...DecimalDigits.digitsMax ~= cell.count else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        var place = isNegative ? 1 : 0, mark = cell.count, significand: UInt64 = 0
        while place < cell.count {
            let digit = bytes[place] &- UInt8(ascii: "0")
            if digit < 10 {
                significand = significand &* 10 &+ UInt64(digit)
            } else if bytes[place] == decimalMark, mark == cell.count {
                mark = place
            } else {
                return nil
            }
            place += 1
        }
        let hasMark = mark < cell.count
        guard cell.count - (isNegative ? 1 : 0) - (hasMark ? 1 : 0) > 0 else { return nil }
        let value = DecimalDigits.value(significand, exponent: hasMark ? mark - cell.count + 1 : 0)
        return isNegative ? -value : value
    }

    /// Any number: with groups of thousands, an exponent, a percent sign, other signs, more digits.
    private func any(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
        var cursor = CellCursor(cell)
        cursor.skipBlanks()
        // Bookkeepers write losses in brackets, and some programs the minus behind the number.
        let isInBrackets = cursor.skip(UInt8(ascii: "("))
        var isNegative = cursor.skipSign() || isInBrackets
        var number = DecimalDigits()
        guard whole(&cursor, &number) else { return nil }
        if cursor.skip(decimalMark) {
            while let digit = cursor.digit() { number.append(digit, isFraction: true) }
        }
        guard number.hasDigits else { return nil }
        if cursor.skip(UInt8(ascii: "e")) || cursor.skip(UInt8(ascii: "E")) {
            guard let exponent = cursor.exponent() else { return nil }
            number.exponent += exponent
        }
        cursor.skipBlanks()
        if cursor.skip(UInt8(ascii: "%")) { cursor.skipBlanks() }
        if isInBrackets {
            guard cursor.skip(UInt8(ascii: ")")) else { return nil }
        } else if !isNegative, cursor.skip(UInt8(ascii: "-")) {
            isNegative = true
        }
        cursor.skipBlanks()
        guard cursor.isAtEnd else { return nil }
        let value = number.value
        guard value.isFinite else { return nil }
        return isNegative ? -value : value
    }

    /// The digits before the fraction: one run of them, or groups of three after the first; in India the last group has
    /// three and those before it two.
    private func whole(_ cursor: inout CellCursor, _ number: inout DecimalDigits) -> Bool {
        var count = cursor.digits(into: &number)
        guard let thousandsMark, (1...3).contains(count) else { return true }
        var groups: [Int] = []
        while cursor.skipMark(thousandsMark) {
            count = cursor.digits(into: &number)
            guard count == 3 || count == 2 && thousandsMark == UInt8(ascii: ",") else { return false }
            groups.append(count)
        }
        return groups.isEmpty || groups.last == 3 && Set(groups.dropLast()).count <= 1
    }
}

/// The digits of a decimal number, and where its point is.
private struct DecimalDigits {
    /// Significant digits that fit into 64 bits whatever they are.
    static var digitsMax: Int { 19 }

    private var significand: UInt64 = 0
    private var used = 0
    /// Those that do not fit, without zeros at their end.
    private var others: [UInt8] = []
    private var zeros = 0
    var exponent = 0
    private(set) var hasDigits = false

    mutating func append(_ digit: UInt8, isFraction: Bool) {
        hasDigits = true
        if used < Self.digitsMax {
            significand = significand * 10 + UInt64(digit)
            if significand > 0 { used += 1 }
            if isFraction { exponent -= 1 }
        } else {
            if !isFraction { exponent += 1 }
            if digit == 0 {
                zeros += 1
            } else {
                others += [UInt8](repeating: 0, count: zeros) + [digit]
                zeros = 0
            }
        }
    }

    /// Digits that do not fit count only where the next larger significand rounds to another double.
    var value: Double {
        let value = Self.value(significand, exponent: exponent)
        guard !others.isEmpty, value != Self.value(significand + 1, exponent: exponent) else { return value }
        let tail = others.map { "\($0)" }.joined()
        return Double("\(significand).\(tail)e\(exponent)") ?? value
    }

    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// significand · 10^exponent, rounded once where both factors are exact (Clinger 1990), and nearest by the tables
    /// otherwise.
    @inline(__always)
    static func value(_ significand: UInt64, exponent: Int) -> Double {
        if significand <= 1 << 53, exponent.magnitude < powers.count {
            let whole = Double(significand)
            return exponent < 0 ? whole / powers[-exponent] : whole * powers[exponent]
        }
        return DecimalNumber.nearest(significand, exponent: exponent)
    }
}

/// Walks over the bytes of a cell.
// SAFETY: lives within the call that was given the buffer; every access is below its count.
struct CellCursor {
    private let cell: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ cell: UnsafeBufferPointer<UInt8>) { self.cell = cell }

    var isAtEnd: Bool { place == cell.count }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard place < cell.count, cell[place] == byte else { return false }
        place += 1
        return true
    }

    /// A sign, and whether it is a minus: also the typographic one (U+2212).
    mutating func skipSign() -> Bool {
        if skip(UInt8(ascii: "+")) { return false }
        return skip(UInt8(ascii: "-")) || skip([0xE2, 0x88, 0x92])
    }

    /// A mark between digits, of which a blank may be a no-break (U+00A0) or a narrow one (U+202F, U+2009), and an
    /// apostrophe a typographic one (U+2019).
    mutating func skipMark(_ mark: UInt8) -> Bool {
        if skip(mark) { return true }
        if mark == UInt8(ascii: "'") { return skip([0xE2, 0x80, 0x99]) }
        guard mark == UInt8(ascii: " ") else { return false }
        return skip([0xC2, 0xA0]) || skip([0xE2, 0x80, 0xAF]) || skip([0xE2, 0x80, 0x89])
    }

    private mutating func skip(_ bytes: [UInt8]) -> Bool {
        guard place + bytes.count <= cell.count, bytes.indices.allSatisfy({ cell[place + $0] == bytes[$0] }) else {
            return false
        }
        place += bytes.count
        return true
    }

    mutating func skipBlanks() { while skipMark(UInt8(ascii: " ")) {} }

    mutating func digit() -> UInt8? {
        guard place < cell.count, cell[place] &- UInt8(ascii: "0") < 10 else { return nil }
        place += 1
        return cell[place - 1] - UInt8(ascii: "0")
    }

    /// A run of digits, and how many there are.
    fileprivate mutating func digits(into number: inout DecimalDigits) -> Int {
        var count = 0
        while let digit = digit() {
            number.append(digit, isFraction: false)
            count += 1
        }
        return count
    }

    /// Sign and digits; nil without digits, and bounded to what no double reaches.
    mutating func exponent() -> Int? {
        let isNegative = skip(UInt8(ascii: "-"))
        if !isNegative { _ = skip(UInt8(ascii: "+")) }
        guard var value = digit().map({ Int($0) }) else { return nil }
        while let digit = digit() { value = min(99_999, value * 10 + Int(digit)) }
        return isNegative ? -value : value
    }
}
