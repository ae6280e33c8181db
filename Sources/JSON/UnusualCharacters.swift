/// Characters that look like others or like nothing: in names, which are ASCII here, they are told by code point and
/// name, for a message that shows them would show nothing wrong.
package enum UnusualCharacters {
    /// What a message adds behind a text that should be printable ASCII.
    ///
    /// - Returns: `; character 5 is U+200B ZERO WIDTH SPACE` of the first that is not; empty when all are.
    package static func note(_ text: String) -> String {
        for (index, scalar) in text.unicodeScalars.prefix(searchedCountMax).enumerated()
        where !(0x20..<0x7F).contains(scalar.value) {
            return "; character \(index + 1) is \(name(scalar))"
        }
        guard text.hasPrefix(" ") || text.hasSuffix(" ") else { return "" }
        let index = text.hasPrefix(" ") ? 1 : text.unicodeScalars.count
        return "; character \(index) is \(name(" "))"
    }

    /// Beyond these a text is shown in part only.
    private static let searchedCountMax = 200

    /// `U+200B ZERO WIDTH SPACE`: code point and name of the Unicode standard.
    package static func name(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        guard let name = scalar.properties.name ?? scalar.properties.nameAlias else { return code }
        return scalar == "\u{FEFF}" ? "\(code) \(name) (byte order mark)" : "\(code) \(name)"
    }

    /// The text with what looks like ASCII as ASCII, and without what cannot be seen: a full-width or Cyrillic letter
    /// is Latin.
    package static func folded(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let alike = alike[scalar] {
                result.append(alike)
            } else if (0xFF01...0xFF5E).contains(scalar.value), let ascii = Unicode.Scalar(scalar.value - 0xFEE0) {
                result.append(ascii)
            } else if scalar.properties.generalCategory == .spaceSeparator {
                result.append(" ")
            } else if !scalar.properties.isDefaultIgnorableCodePoint, scalar.properties.generalCategory != .format {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Letters of other scripts, quotes, dashes and signs that are drawn as an ASCII one is, or nearly (Unicode
    /// Technical Standard 39, the part of its table that keyboards and word processors make).
    private static let alike: [Unicode.Scalar: Unicode.Scalar] = {
        let pairs = [
            "аaеeоoрpсcуyхxіiјjѕsԁdһhԛqԝwАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSԌG",  // Cyrillic
            "αaιiκkνvοoρpτtυuχxΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX",  // Greek
            "ıiſsɑaɡg“\"”\"„\"‟\"«\"»\"‘'’'‚'‛'′'`'´'‐-‑-‒-–-—-―-−-․.·.٫.，,‚,：:；;｡.⁄/∕/",
        ]
        var alike: [Unicode.Scalar: Unicode.Scalar] = [:]
        for text in pairs {
            let scalars = Array(text.unicodeScalars)
            for index in stride(from: 0, to: scalars.count - 1, by: 2) { alike[scalars[index]] = scalars[index + 1] }
        }
        return alike
    }()
}
