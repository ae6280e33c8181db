import Kernels

extension PointerTask {
    /// Beside the items in their order and in that of their first numbers, as many as the answer has, and pointing
    /// anywhere.
    func evaluation(_ measured: PairedMeasurement, _ pool: ComputePool) -> Evaluation {
        var ways: [(name: String, words: String, answer: (PairedData.Pair) -> [Int32])] = [
            ("input_order", "the items in their order", { Array(0..<Int32($0.target.count)) })
        ]
        if data.reader.vocabulary == nil {
            ways.append(("ascending", "the items in ascending order", { $0.order(by: <) }))
            ways.append(("descending", "the items in descending order", { $0.order(by: >) }))
        }
        let methods = ways.map { way in
            let answers = measured.pairs.map(way.answer)
            return (measured.method(way.name, way.words, answers), answers)
        }
        let losses = measured.pairs.map(guessingLoss)
        let choices = measured.pairs.reduce(0) { $0 + $1.target.count + (target.hasEnd ? 1 : 0) }
        let uniform = SimpleMethod(
            name: "uniform", words: "pointing anywhere",
            metrics: ["validation_loss": losses.reduce(0, +) / Double(max(1, choices))], errors: losses)
        return measured.evaluation(methods, guessing: uniform)
    }

    /// Nats of pointing anywhere that is allowed.
    private func guessingLoss(_ pair: PairedData.Pair) -> Double {
        let ends = target.hasEnd ? 1 : 0
        return (0..<pair.target.count + ends).reduce(0.0) { loss, step in
            let items = pair.input.steps - (target.isOnce ? step : 0)
            return loss + PortableMath.log(Double(max(1, items + ends)))
        }
    }
}

extension PairedData.Pair {
    /// As many items as the answer has, in the order of their first numbers; equals in that of the input.
    fileprivate func order(by precedes: (Float, Float) -> Bool) -> [Int32] {
        guard case .numbers(let values, let width) = input else { return [] }
        let order = (0..<input.steps).sorted { a, b in
            let (first, second) = (values[a * width], values[b * width])
            return precedes(first, second) || (first == second && a < b)
        }
        return order.prefix(target.count).map { Int32($0) }
    }
}
