/// `training.class_weights`: how much the examples of each label count.
package enum ClassWeights: Codable, Sendable, Equatable {
    /// N / (K · N_k): each label counts as much as any other.
    case balanced
    /// By label; 1 for labels not named.
    case byLabel([String: Double])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let name = try? container.decode(String.self) {
            guard name == "balanced" else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "class_weights is \"balanced\" or an object")
            }
            self = .balanced
        } else {
            self = .byLabel(try container.decode([String: Double].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .balanced: try container.encode("balanced")
        case .byLabel(let weights): try container.encode(weights)
        }
    }

    /// The word, or the weights by label.
    package var content: OptionContent {
        switch self {
        case .balanced: .text("balanced")
        case .byLabel(let weights):
            .members(weights.sorted { $0.key < $1.key }.map { (name: $0.key, content: .number($0.value)) })
        }
    }

    /// The weight of each label, `[K]`, scaled so that the mean over all training targets is 1: the learning rate keeps
    /// its meaning.
    /// - Parameter counts: `[K]` training targets of each label.
    func weights(labels: [String], counts: [Int]) -> [Double] {
        let raw: [Double] =
            switch self {
            case .balanced: counts.map { 1 / Double(max(1, $0)) }
            case .byLabel(let weights): labels.map { weights[$0] ?? 1 }
            }
        let total = zip(raw, counts).reduce(0) { $0 + $1.0 * Double($1.1) }
        let count = counts.reduce(0, +)
        guard total > 0, count > 0 else { return raw }
        return raw.map { $0 * Double(count) / total }
    }

    /// Weights of labels that do not occur.
    func faults(labels: [String]) -> [Fault] {
        guard case .byLabel(let weights) = self else { return [] }
        let known = Set(labels)
        return weights.keys.filter { !known.contains($0) }.sorted().prefix(ModelLimits.faultsMax).map {
            Fault(pointer: Self.pointer($0), detail: "the label \"\($0)\" does not occur in the training sequences")
        }
    }

    static func pointer(_ label: String) -> String { "/training/class_weights/" + Fault.escaped(label) }
}
