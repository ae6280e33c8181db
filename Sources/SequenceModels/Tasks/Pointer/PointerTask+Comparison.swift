import Kernels

extension PointerTask {
    /// Beside the items in their order, as many as the answer has, and pointing anywhere.
    func evaluation(_ measured: PairedMeasurement) -> Evaluation {
        let order = measured.exactMatch { $0.target == (0..<Int32($0.target.count)).map { $0 } }
        let (exact, uniform) = (measured.exactMatch, guessingLoss())
        let isExact = order < 1 && max(exact, order) > 0
        let skill: Double? =
            isExact ? 1 - (1 - exact) / (1 - order) : uniform > 0 ? 1 - measured.loss / uniform : nil
        return measured.evaluation(
            baselines: ["input_order": ["exact_match": order], "uniform": ["validation_loss": uniform]], skill: skill,
            against: isExact ? "the items in their order" : "pointing anywhere")
    }

    /// Nats per step of pointing anywhere that is allowed.
    private func guessingLoss() -> Double {
        let ends = target.hasEnd ? 1 : 0
        var loss = 0.0, count = 0
        for pair in data.validation {
            for step in 0..<pair.target.count + ends {
                let items = pair.input.steps - (target.isOnce ? step : 0)
                loss += PortableMath.log(Double(max(1, items + ends)))
                count += 1
            }
        }
        return loss / Double(max(1, count))
    }
}
