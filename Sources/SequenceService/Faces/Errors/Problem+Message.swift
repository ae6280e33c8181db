import SequenceModels

extension Problem {
    /// Faults that a message has; more are counted.
    private static let messageFaultsMax = 8

    /// One text that says all: each fault with its place, and the id of an internal error.
    var message: String {
        if faults.count > 1 {
            let shown = faults.prefix(Self.messageFaultsMax).map {
                $0.pointer.isEmpty ? $0.detail : "\($0.pointer): \($0.detail)"
            }
            let rest = faults.count - shown.count
            return shown.joined(separator: "; ") + (rest > 0 ? " (and \(rest) more)" : "")
        }
        return detail + (id.map { " \($0)" } ?? "")
    }
}
