/// What stands around the numbers of a column, the same in all cells: a currency before or behind them, a unit behind.
package struct CellAffix: Hashable, Sendable {
    /// Before the number; empty without one.
    package let prefix: String
    /// Behind the number; empty without one.
    package let suffix: String

    private static let unitSizeMax = 8
    private static let currencies: Set<String> = [
        "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₴", "zł", "Kč", "kr", "kr.", "Ft", "Fr", "Fr.", "R$", "US$", "USD",
        "EUR", "GBP", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "INR", "CNY", "AUD", "CAD", "BRL", "MXN",
        "ZAR",
    ]

    /// As people read it.
    package var words: String { prefix.isEmpty ? suffix : prefix }

    /// A number and what stands around it; nil where that is neither a currency nor a unit, or nothing.
    static func split(_ cell: String) -> (affix: CellAffix, number: String)? {
        let isBegin: (Character) -> Bool = { $0.isASCII && $0.isNumber || ".,".contains($0) }
        guard let first = cell.firstIndex(where: isBegin) else { return nil }
        var prefix = trimmed(cell[..<first]), sign = ""
        // The sign stands before the currency or behind it.
        for mark in ["-", "\u{2212}", "+", "("] {
            if prefix.hasPrefix(mark) { (prefix, sign) = (trimmed(prefix.dropFirst()), mark) }
            if prefix.hasSuffix(mark) { (prefix, sign) = (trimmed(prefix.dropLast()), mark) }
        }
        guard let (number, suffix) = numberAndSuffix(cell[first...]),
            prefix.isEmpty || currencies.contains(String(prefix)), prefix.isEmpty != suffix.isEmpty, isUnit(suffix)
        else { return nil }
        return (CellAffix(prefix: String(prefix), suffix: suffix), sign + number)
    }

    /// Digits and marks, then what begins with something else.
    private static func numberAndSuffix(_ text: Substring) -> (number: String, suffix: String)? {
        let marks = ".,'\u{2019} \u{A0}\u{202F}"
        var end = text.startIndex
        for place in text.indices {
            let character = text[place]
            if character.isASCII, character.isNumber {
                end = text.index(after: place)
            } else if !marks.contains(character) {
                break
            }
        }
        guard end > text.startIndex else { return nil }
        let rest = trimmed(text[end...])
        if rest.first == ")" { return (String(text[..<end]) + ")", String(trimmed(rest.dropFirst()))) }
        return (String(text[..<end]), String(rest))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private static func isUnit(_ text: String) -> Bool {
        guard let first = text.first else { return true }
        if currencies.contains(text) { return true }
        guard text.count <= unitSizeMax, first.isLetter || "°µ%‰\"'′″".contains(first) else { return false }
        return text.allSatisfy { $0.isLetter || $0.isNumber || "°µ%‰/²³·^*\"'′″".contains($0) }
    }

    /// That of the cells of a column, of which a few among many may be faults; nil where there is none.
    static func common(_ cells: [String], _ reader: CellNumber) -> CellAffix? {
        var counts: [CellAffix: Int] = [:], numbers: Set<Double> = []
        for cell in cells {
            guard let (affix, number) = split(cell), let value = reader.read(number) else { continue }
            counts[affix, default: 0] += 1
            numbers.insert(value)
        }
        // A single number is a name as likely.
        guard let most = counts.max(by: { $0.value < $1.value }), numbers.count > 1 || cells.count == 1 else {
            return nil
        }
        let least = cells.count < ColumnSniffer.sureCount ? cells.count : cells.count * 19 / 20
        // Zero needs no unit.
        let plain = cells.count { reader.read($0) == 0 }
        return most.value + plain >= least ? most.key : nil
    }

    /// The number of a cell with this around it.
    func read(_ cell: String, _ reader: CellNumber) -> Double? {
        guard let (affix, number) = Self.split(cell), affix == self else { return nil }
        return reader.read(number)
    }
}
