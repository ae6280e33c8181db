/// Holds tokens back while they may be part of a stop string, and finds stop strings across token borders.
///
/// What `push` releases can never become part of a stop string, so a stream may send it at once.
package struct StopMatcher: Sendable {
    /// A generated token and the bytes it adds.
    package struct Piece: Sendable, Equatable {
        /// 0-based among all tokens of the answer.
        package var index: Int
        /// Its text in the vocabulary.
        package var token: String
        /// UTF-8, perhaps of a part of a character.
        package var bytes: [UInt8]
        /// Natural logarithm of its probability at temperature 1.
        package var logprob: Double

        /// A token as it was drawn, with all its bytes.
        package init(index: Int, token: String, bytes: [UInt8], logprob: Double) {
            self.index = index
            self.token = token
            self.bytes = bytes
            self.logprob = logprob
        }
    }

    private let stops: [[UInt8]]
    private(set) var held: [Piece] = []
    private var heldBytes: [UInt8] = []
    /// Whether a stop string was found; nothing is to be pushed after that.
    package private(set) var isStopped = false

    /// - Parameter stops: not empty, each; none of them means that nothing is held back.
    package init(stops: [String]) { self.stops = stops.map { Array($0.utf8) } }

    /// - Parameter held: what another one held back so far.
    init(stops: [String], held: [Piece]) {
        self.init(stops: stops)
        self.held = held
        heldBytes = held.flatMap(\.bytes)
    }

    /// Takes the next token; returns those that are safe now. After a stop, the text before it has been released, cut
    /// if need be.
    package mutating func push(_ piece: Piece) -> [Piece] {
        if stops.isEmpty { return [piece] }
        held.append(piece)
        heldBytes += piece.bytes
        if let cut = earliestStop() {
            isStopped = true
            return release(upTo: cut, cutting: true)
        }
        return release(upTo: heldBytes.count - suspiciousSuffix(), cutting: false)
    }

    /// The end without a stop: all that was held back.
    package mutating func finish() -> [Piece] { release(upTo: heldBytes.count, cutting: false) }

    private func earliestStop() -> Int? {
        for start in heldBytes.indices where stops.contains(where: { heldBytes[start...].starts(with: $0) }) {
            return start
        }
        return nil
    }

    /// Length of the longest end of the held bytes that begins a stop string.
    private func suspiciousSuffix() -> Int {
        let longest = min(heldBytes.count, (stops.map(\.count).max() ?? 1) - 1)
        for length in stride(from: longest, to: 0, by: -1) {
            let suffix = heldBytes.suffix(length)
            if stops.contains(where: { $0.count > length && $0.starts(with: suffix) }) { return length }
        }
        return 0
    }

    private mutating func release(upTo limit: Int, cutting: Bool) -> [Piece] {
        var released: [Piece] = []
        var position = 0
        while let piece = held.first {
            let end = position + piece.bytes.count
            if end > limit || (cutting && position >= limit) {
                if cutting && position < limit {
                    var part = piece
                    part.bytes = Array(piece.bytes.prefix(limit - position))
                    released.append(part)
                }
                break
            }
            released.append(piece)
            held.removeFirst()
            position = end
        }
        heldBytes.removeFirst(min(position, heldBytes.count))
        if cutting {
            held = []
            heldBytes = []
        }
        return released
    }
}
