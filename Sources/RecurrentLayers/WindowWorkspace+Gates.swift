import Kernels

extension WindowWorkspace {
    /// A gate below this is nearly shut, above 1 − this nearly open: its slope is then less than a fifth of the
    /// steepest.
    private static let gateMargin: Float = 0.05

    /// How many gates were nearly shut or open in the window that `forward` has just run, by layer: of i, f, o of an
    /// LSTM or r, z of a GRU, in both directions, at real steps. A saturated gate hardly learns.
    ///
    /// - Returns: `[L]`; empty for a cell without gates.
    /// - Complexity: a pass over the gates `[T, B, G·H]`.
    package func saturatedGates() -> [(saturated: Int, all: Int)] {
        let sigmoids: [Int] =
            switch settings.cell {
            case .lstm: [0, 1, 3]
            case .gru: [0, 1]
            case .rnn: []
            }
        guard !sigmoids.isEmpty else { return [] }
        return activations.map { directions in
            var saturated = 0, all = 0
            for row in 0..<steps * batch where mask[row] != 0 {
                for direction in directions {
                    for gate in sigmoids {
                        let values = direction.gates.pointer + (row * settings.cell.gates + gate) * settings.hidden
                        for unit in 0..<settings.hidden where abs(values[unit] - 0.5) > 0.5 - Self.gateMargin {
                            saturated += 1
                        }
                        all += settings.hidden
                    }
                }
            }
            return (saturated, all)
        }
    }
}
