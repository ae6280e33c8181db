/// Guesses which of some known words was meant.
package enum Spelling {
    /// Longer words are not compared: a guess costs the product of both lengths.
    private static let sizeBytesMax = 40

    /// The nearest of `words` within two edits (one for words of up to four letters), nil when there is none.
    package static func closest(to word: String, among words: [String]) -> String? {
        guard word.utf8.count <= sizeBytesMax else { return nil }
        let plain = UnusualCharacters.folded(word)
        if plain != word, let same = words.first(where: { $0 == plain }) { return same }
        let editsMax = word.utf8.count <= 4 ? 1 : 2
        var best: (edits: Int, word: String)?
        for candidate in words where candidate.utf8.count <= sizeBytesMax && candidate != word {
            let edits = distance(Array(word.utf8), Array(candidate.utf8))
            if edits <= editsMax, best.map({ edits < $0.edits }) ?? true { best = (edits, candidate) }
        }
        return best?.word
    }

    /// Levenshtein's distance with one row; a swap of neighbours counts two.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
