/// `training.schedule`: the kind and the settings that belong to it.
package struct ScheduleRequest: Codable, Sendable, Equatable {
    package var name: ScheduleKind?
    /// `cosine`: share of the steps in which the rate rises, `0 ..< 1`.
    package var warmup: Double?
    /// `step`, `plateau`: what the rate is multiplied by, in (0, 1).
    package var factor: Double?
    /// `step`: epochs between two cuts.
    package var every: Int?
    /// `exponential`: what the rate is multiplied by after each epoch, in (0, 1].
    package var decay: Double?
    /// `plateau`: epochs without a better validation loss before a cut.
    package var patience: Int?
    /// `hold_then_divide`: epochs at the full rate.
    package var hold: Int?
    /// `hold_then_divide`: what the rate is divided by before each further epoch, above 1.
    package var divisor: Double?

    package init() {}

    /// The names of the settings given.
    var given: [String] {
        let all: [(String, Bool)] = [
            ("warmup", warmup != nil), ("factor", factor != nil), ("every", every != nil), ("decay", decay != nil),
            ("patience", patience != nil), ("hold", hold != nil), ("divisor", divisor != nil),
        ]
        return all.filter(\.1).map(\.0)
    }

    /// Only the settings of its kind, all of them.
    /// - Parameters: `epochs` and `patience` of the training, from which the defaults are taken; `warmup` is the default of that name.
    func resolved(epochs: Int, patience: Int, warmup usual: Double = 0.03) -> ScheduleRequest {
        var result = ScheduleRequest()
        let kind = name ?? .cosine
        result.name = kind
        switch kind {
        case .constant: break
        case .cosine: result.warmup = warmup ?? usual
        case .step:
            result.factor = factor ?? 0.5
            result.every = every ?? max(1, epochs / 4)
        case .exponential: result.decay = decay ?? 0.95
        case .plateau:
            result.factor = factor ?? 0.5
            result.patience = self.patience ?? max(1, patience / 3)
        case .holdThenDivide:
            result.hold = hold ?? max(1, epochs / 3)
            result.divisor = divisor ?? 1.2
        }
        return result
    }
}
