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

    /// Significant digits that fit into 64 bits whatever they are; more of them do not change a double by more than
    /// half of its last place.
    private static let digitsMax = 19

    /// The nearest double; nil for what is not a number, and for one without end. A percent sign behind it is passed
    /// over: 12 % are 12.
    package func read(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
        var cursor = CellCursor(cell)
        let isNegative = cursor.skipSign()
        var number = DecimalDigits(digitsMax: Self.digitsMax)
        guard whole(&cursor, &number) else { return nil }
        if cursor.skip(decimalMark) {
            while let digit = cursor.digit() { number.append(digit, isFraction: true) }
        }
        guard number.hasDigits else { return nil }
        if cursor.skip(UInt8(ascii: "e")) || cursor.skip(UInt8(ascii: "E")) {
            guard let exponent = cursor.exponent() else { return nil }
            number.exponent += exponent
        }
        if !cursor.isAtEnd {
            cursor.skipBlanks()
            guard cursor.skip(UInt8(ascii: "%")) else { return nil }
        }
        guard cursor.isAtEnd else { return nil }
        let value = number.value
        guard value.isFinite else { return nil }
        return isNegative ? -value : value
    }

    /// The digits before the fraction: one run of them, or groups of three after the first.
    private func whole(_ cursor: inout CellCursor, _ number: inout DecimalDigits) -> Bool {
        var count = cursor.digits(into: &number)
        guard let thousandsMark, (1...3).contains(count) else { return true }
        while cursor.skipMark(thousandsMark) {
            count = cursor.digits(into: &number)
            guard count == 3 else { return false }
        }
        return true
    }
}

/// The digits of a decimal number, and where its point is.
private struct DecimalDigits {
    private var significand: UInt64 = 0
    private var used = 0
    private let digitsMax: Int
    var exponent = 0
    private(set) var hasDigits = false

    init(digitsMax: Int) { self.digitsMax = digitsMax }

    mutating func append(_ digit: UInt8, isFraction: Bool) {
        hasDigits = true
        if used < digitsMax {
            significand = significand * 10 + UInt64(digit)
            if significand > 0 { used += 1 }
            if isFraction { exponent -= 1 }
        } else if !isFraction {
            exponent += 1
        }
    }

    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = (0...22).map { count in (0..<count).reduce(1) { power, _ in power * 10 } }

    /// Exact where both factors are (Clinger 1990), and nearest by the tables otherwise.
    var value: Double {
        if significand < 1 << 53, exponent.magnitude < Self.powers.count {
            let whole = Double(significand)
            return exponent < 0 ? whole / Self.powers[-exponent] : whole * Self.powers[exponent]
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

    /// A mark between digits, of which a blank may be a no-break (U+00A0) or a narrow one (U+202F, U+2009).
    mutating func skipMark(_ mark: UInt8) -> Bool {
        if skip(mark) { return true }
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
