/// What reads a whole sequence before anything is answered.
package enum SequenceEncoder: Codable, Sendable, Equatable {
    case recurrent(RecurrentShape)
    /// Bidirectional blocks; they project what they read to their width.
    case transformer(TransformerShape)

    /// W, the width of its output at each step.
    package var width: Int {
        switch self {
        case .recurrent(let shape): shape.width
        case .transformer(let shape): shape.width
        }
    }
}
