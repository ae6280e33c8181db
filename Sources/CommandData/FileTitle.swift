/// The name of a model that nobody has named: that of its file.
package enum FileTitle {
    private static let sizeBytesMax = 64

    /// `data/Airline passengers.csv` becomes `Airline-passengers`: the last part of the path without its ending, its
    /// other characters than letters, digits, points, hyphens and underscores replaced by hyphens.
    ///
    /// - Returns: nil if nothing is left of it.
    package static func modelName(path: String) -> String? {
        let file = path.split(separator: "/").last ?? ""
        let title = file.lastIndex(of: ".").flatMap { $0 == file.startIndex ? nil : file[..<$0] } ?? file
        var name = ""
        for character in title {
            let isKept = character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
            if isKept { name.append(character) } else if name.last != "-" { name.append("-") }
        }
        let begun = name.drop { "._-".contains($0) }.prefix(sizeBytesMax)
        let end = begun.lastIndex { !"._-".contains($0) }
        return end.map { String(begun[...$0]) }
    }
}
