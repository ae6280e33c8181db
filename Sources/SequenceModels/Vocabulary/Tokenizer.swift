/// Cuts texts into tokens; joining the tokens of a text gives the text back.
package enum Tokenizer {
    /// - Parameter unit: not `symbols`; a text has none.
    package static func tokens(of text: String, unit: TokenUnit) -> [String] {
        switch unit {
        case .characters, .symbols: text.unicodeScalars.map { String($0) }
        case .bytes: text.utf8.map { byteToken($0) }
        case .words: words(of: text)
        }
    }

    /// The printable text of a byte token: ASCII as it is, others as `<0xE4>`.
    package static func byteToken(_ byte: UInt8) -> String {
        if byte < 0x80 { return String(Unicode.Scalar(byte)) }
        let digits = Array("0123456789ABCDEF")
        return "<0x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])>"
    }

    /// Runs of letters and digits (with apostrophes inside) and single other marks, each with one space before it if
    /// there is one.
    private static func words(of text: String) -> [String] {
        var result: [String] = []
        var current = String.UnicodeScalarView()
        var inWord = false
        func flush() {
            if !current.isEmpty { result.append(String(current)) }
            current = String.UnicodeScalarView()
            inWord = false
        }
        for scalar in text.unicodeScalars {
            if isWord(scalar) || (scalar == "'" && inWord) {
                if !inWord && current.count != 0 && current.last != " " { flush() }
                current.append(scalar)
                inWord = true
            } else if scalar == " " {
                flush()
                current.append(scalar)
            } else {
                if inWord || scalar.properties.isWhitespace { flush() }
                current.append(scalar)
                flush()
            }
        }
        flush()
        return result
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar.properties.generalCategory == .nonspacingMark || scalar == "_"
    }
}
