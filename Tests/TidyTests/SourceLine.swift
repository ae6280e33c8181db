/// A line of Swift or C, cut into code and comment.
struct SourceLine {
    let code: Substring
    /// Without its slashes; nil if there is none.
    let comment: Substring?

    /// A `//` inside of a string is no comment. Strings of several lines are taken for code, which errs on their side.
    init(_ line: String) {
        var hashes = 0
        var isInString = false
        var index = line.startIndex
        while index < line.endIndex {
            let character = line[index]
            let next = line.index(after: index)
            if isInString {
                if character == "\\", hashes == 0, next < line.endIndex {
                    index = line.index(after: next)
                    continue
                }
                if character == "\"", line[next...].hasPrefix(String(repeating: "#", count: hashes)) {
                    isInString = false
                }
            } else if character == "\"" {
                isInString = true
                hashes = line[..<index].reversed().prefix { $0 == "#" }.count
            } else if character == "/", line[next...].hasPrefix("/") {
                code = line[..<index]
                comment = line[next...].drop { $0 == "/" }
                return
            }
            index = next
        }
        code = line[...]
        comment = nil
    }

    /// The words of letters, digits and underscores.
    static func words(_ text: some StringProtocol) -> [String] {
        Substring(text).split { !($0.isLetter || $0.isNumber || $0 == "_") }.map { String($0) }
    }
}
