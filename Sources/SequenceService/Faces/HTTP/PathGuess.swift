import JSON

/// Guesses which path was meant by one that leads nowhere: `/models/`, `/Jobs`, `/model/airline`.
enum PathGuess {
    /// - Parameter patterns: paths of routes, with captures in braces.
    /// - Returns: a path with the client's own names in the captures; nil when none is near.
    static func closest(to path: String, among patterns: [String]) -> String? {
        let segments = path.split(separator: "/").map(String.init)
        var best: (edits: Int, path: String)?
        for pattern in patterns {
            guard let guess = guess(segments, pattern.split(separator: "/").map(String.init)),
                guess.path != path, best.map({ guess.edits < $0.edits }) ?? true
            else { continue }
            best = guess
        }
        return best?.path
    }

    /// How many segments are written otherwise than the pattern has them.
    private static func guess(_ segments: [String], _ pattern: [String]) -> (edits: Int, path: String)? {
        guard segments.count == pattern.count else { return nil }
        var result: [String] = []
        var edits = 0
        for (segment, known) in zip(segments, pattern) {
            if known.hasPrefix("{") {
                result.append(segment)
            } else {
                guard segment == known || isLike(segment, known) else { return nil }
                edits += segment == known ? 0 : 1
                result.append(known)
            }
        }
        return (edits, "/" + result.joined(separator: "/"))
    }

    private static func isLike(_ segment: String, _ known: String) -> Bool {
        segment.lowercased() == known || Spelling.closest(to: segment, among: [known]) != nil
    }
}
