/// Whole numbers as clients write them in paths, queries and fields: ASCII digits, no sign, no zero in front. So a
/// number has one spelling, and what names a version, a page or an event cannot be written in two ways.
package enum DecimalText {
    /// Digits of the largest `Int64`.
    private static let digitsMax = 19

    /// - Returns: nil for everything else, and for what is larger than `Int64.max`.
    package static func value(_ text: some StringProtocol) -> Int64? {
        let digits = text.utf8
        guard isDigits(text), digits.count <= digitsMax, digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            return nil
        }
        return Int64(text)
    }

    /// Whether the text is digits only. Such a text is a number or nothing, but never a name.
    package static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }
}
