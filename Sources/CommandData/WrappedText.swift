/// Sentences in lines that a terminal does not break within words.
package enum WrappedText {
    /// - Parameter width: columns; a word that is wider stands alone. Nil wraps nothing.
    package static func lines(_ text: String, width: Int?) -> [String] {
        guard let width, text.count > width else { return [text] }
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
