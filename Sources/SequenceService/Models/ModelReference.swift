import ModelFiles

/// What a client writes to name a model: `name` (its label `stable`), `name@3`, or `name@label`.
package struct ModelReference: Sendable, Equatable, CustomStringConvertible {
    package enum Selector: Sendable, Equatable {
        case version(Int)
        case label(String)
    }

    package static let stableLabel = "stable"

    package let name: String
    package let selector: Selector

    /// - Returns: nil if the text cannot name a model.
    package init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, ModelName.isValid(name) else { return nil }
        self.name = name
        guard parts.count == 2 else {
            selector = .label(Self.stableLabel)
            return
        }
        if let version = Int(parts[1]), parts[1].utf8.allSatisfy({ (48...57).contains($0) }) {
            guard version > 0 else { return nil }
            selector = .version(version)
        } else if ModelName.isValid(parts[1]), Int(parts[1]) == nil {
            selector = .label(parts[1])
        } else {
            return nil
        }
    }

    package var description: String {
        switch selector {
        case .version(let version): "\(name)@\(version)"
        case .label(let label): "\(name)@\(label)"
        }
    }
}
